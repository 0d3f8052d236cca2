// Tests the drafts of the tools against the captured requests.

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { prepareStart } from "../../prepare/tools.ts";
import type { ToolRequest } from "../../requests.ts";
import { fixture } from "../../testing/client.ts";
import type { Loose } from "../../testing/client.ts";
import { parseSourceVideo } from "../history/source-video.ts";
import type { SourceVideo } from "../history/source-video.ts";
import { buildGenerateBody } from "./draft.ts";

const submitId = "00000000-0000-4000-8000-000000000001";

function build(request: ToolRequest, source?: SourceVideo): Loose {
  return buildGenerateBody(prepareStart(request, {}), {
    model: undefined,
    ...(source === undefined ? {} : { source }),
    region: "cn",
    submitId,
    aid: 513695,
    draftVersion: "3.3.28",
    now: 1_760_000_000_000,
  });
}

/** Replaces ids by a mark and telemetry strings by their parsed form; the digits of long numbers are kept as text. */
function comparable(body: Loose): Loose {
  const exact = (json: string): Loose =>
    JSON.parse(json.replaceAll(/:(\d{14,})/g, ':"number $1"'), (key, value) => {
      if (key === "id" || key === "main_component_id") return "<id>";
      const isJson = ["video_task_extra", "sceneOptions", "metrics_extra"].includes(key);
      return isJson && typeof value === "string" ? JSON.parse(value) : value;
    });
  const { draft_content: draft, http_common_info: _info, ...rest } = body;
  return { ...exact(JSON.stringify(rest)), draft: exact(draft) };
}

const image = {
  imageUri: "tos-cn-i-tb4s082cfz/0000000000000000000000000000000a",
  width: 1024,
  height: 768,
  format: "png",
};
const product = { itemId: "7500000000000000001", historyId: "90000000000001" };
const video = {
  videoId: "v0PLACEHOLDERVID000000000000001",
  width: 1280,
  height: 720,
  durationMs: 4097,
  name: "clip.mp4",
};

const ownVideo = { itemId: "7500000000000000002", historyId: "90000000000002" };
const interpolation: ToolRequest = {
  kind: "video",
  tool: "frame_interpolation",
  product: ownVideo,
};

/** Makes the record of the captured source, made from the components given. */
function recordOf(components: unknown[]): Loose {
  return {
    status: 50,
    submit_id: "00000000-0000-4000-8000-0000000000aa",
    item_list: [
      {
        common_attr: { id: ownVideo.itemId },
        video: {
          video_id: "v0PLACEHOLDERVID000000000000001",
          duration_ms: 4097,
          transcoded_video: { origin: { fps: 24 } },
        },
      },
    ],
    draft_content: JSON.stringify({ component_list: components }),
  };
}

describe("a draft is the captured one", () => {
  test.each<[string, ToolRequest]>([
    ["image_hd", { kind: "image", tool: "hd", image }],
    ["image_smart_hd", { kind: "image", tool: "smart_hd", image }],
    ["image_outpaint", { kind: "image", tool: "outpaint", image, count: 4 }],
    ["image_super_resolution", { kind: "image", tool: "detail_fix", product }],
    ["music_instrumental", { kind: "audio", tool: "music", prompt: "<prompt>" }],
    [
      "music_song",
      { kind: "audio", tool: "music", prompt: "<prompt>", lyrics: "<line 1>\n<line 2>" },
    ],
  ])("%s", (name, request) => {
    expect(comparable(build(request))).toEqual(comparable(fixture(`requests/${name}`).body));
  });

  test("frame_interpolation_upload, with no prompt", () => {
    const body = build({ kind: "video", tool: "frame_interpolation", video });
    const captured = comparable(fixture("requests/frame_interpolation_upload").body);
    const [input] =
      captured.draft.component_list[0].abilities.gen_video.text_to_video_params.video_gen_inputs;
    Object.assign(input, { prompt: "" });
    expect(comparable(body)).toEqual(captured);
  });

  test("frame_interpolation_product, after the component of the source's record", () => {
    const captured = fixture("requests/frame_interpolation_product");
    const [parent] = captured._draft.component_list;
    const body = build(interpolation, parseSourceVideo(recordOf([parent]), ownVideo));
    expect(comparable(body)).toEqual(comparable(captured.body));
  });
});

describe("ids of products", () => {
  test("stand in the draft digit by digit, whatever their length", () => {
    const id = fc.bigInt({ min: 1n, max: 9_999_999_999_999_999_999n }).map(String);
    fc.assert(
      fc.property(id, id, fc.constantFrom("hd", "detail_fix"), (itemId, historyId, tool) => {
        const body = build({
          kind: "image",
          tool,
          product: { itemId, historyId },
          ...(tool === "hd" ? { image } : {}),
        });
        const draft: string = body.draft_content;
        expect(draft).toContain(`"item_id":${itemId},"origin_history_id":${historyId}`);
        expect(() => JSON.parse(draft)).not.toThrow();
        expect(JSON.parse(body.metrics_extra).originItemId).toBe(itemId);
      }),
    );
  });
});

describe("the component of an own video", () => {
  const [parent] = fixture("requests/frame_interpolation_product")._draft.component_list;
  const odd = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n }).map(String),
    fc.constantFrom("1.0", "-0", "1e3", "0.1", "12345678901234567890.5"),
  );

  test("is repeated with every number as the record wrote it", () => {
    fc.assert(
      fc.property(fc.array(odd), fc.string(), (digits, words) => {
        const extra = `{"words":${JSON.stringify(words)},"numbers":[${digits.join(",")}]}`;
        const written = JSON.stringify({ ...parent, extra: "?" }).replace('"?"', () => extra);
        const record = recordOf([]);
        record.draft_content = `{"component_list":[${written}]}`;
        const body = build(interpolation, parseSourceVideo(record, ownVideo));
        expect(body.draft_content).toContain(`"component_list":[${written},{`);
      }),
    );
  });

  test("is the same when the start is posted again", () => {
    const start = () => build(interpolation, parseSourceVideo(recordOf([parent]), ownVideo));
    expect(start()).toEqual(start());
  });
});

test("the same start posted again has the same draft", () => {
  const request: ToolRequest = { kind: "image", tool: "outpaint", image, left: 0.5 };
  expect(build(request)).toEqual(build(request));
});
