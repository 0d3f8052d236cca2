// Tests drafts of pictures and videos against the captured requests, with properties.

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { findModel, models } from "../../models/models.ts";
import { prepareRequest } from "../../prepare/prepare.ts";
import type { Region } from "../../operation.ts";
import type { ModelRequest } from "../../requests.ts";
import { fixture } from "../../testing/client.ts";
import type { Loose } from "../../testing/client.ts";
import { buildGenerateBody } from "./draft.ts";

const submitId = "00000000-0000-4000-8000-000000000001";
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function build(
  request: ModelRequest,
  id = submitId,
  region: Region = "cn",
): { body: Loose; draft: Loose } {
  const prepared = prepareRequest(request, { random: () => 0.00000001 }).request;
  const body: Loose = buildGenerateBody(prepared, {
    model: findModel(prepared.model)!,
    region,
    submitId: id,
    aid: 513695,
    draftVersion: "3.3.9",
    now: 1_760_000_000_000,
  });
  return { body, draft: JSON.parse(body.draft_content) };
}

/** Replaces every id by a mark, so that drafts compare by shape and value. */
function withoutIds(value: Loose): Loose {
  return JSON.parse(
    JSON.stringify(value, (key, entry) =>
      ["id", "main_component_id", "originSubmitId"].includes(key) ? "<id>" : entry,
    ),
  );
}

const frame = (last: string) => ({
  imageUri: `tos-cn-i-tb4s082cfz/0000000000000000000000000000000${last}`,
  width: 1024,
  height: 1024,
  format: "",
});
const seeded = { prompt: "<prompt>", seed: 2_500_000_001 };

describe("buildGenerateBody", () => {
  test("drafts an old picture as the fixture does", () => {
    const { draft } = build({ kind: "image", model: "jimeng-3.0", resolution: "2k", ...seeded });
    const expected = withoutIds(fixture("requests/t2i")._draft);
    expected.component_list[0].abilities.generate.core_param.model =
      "high_aes_general_v30l:general_v3.0_18b";
    expect(withoutIds(draft)).toEqual(expected);
  });

  test("drafts a new picture as the site of 2026 does, with the count beside generate", () => {
    const { draft, body } = build({
      kind: "image",
      model: "jimeng-4.0",
      ratio: "16:9",
      count: 1,
      ...seeded,
    });
    const expected = withoutIds(fixture("requests/t2i_web_2026")._draft);
    const { abilities } = expected.component_list[0];
    abilities.generate.core_param.model = "high_aes_general_v40";
    delete abilities.generate.core_param.generate_type;
    abilities.gen_option.gen_count = 1;
    expect(withoutIds(draft)).toEqual(expected);
    expect(body).toMatchObject({
      extend: { root_model: "high_aes_general_v40" },
      submit_id: submitId,
      http_common_info: { aid: 513695 },
      metrics_extra: fixture("requests/t2i").body.metrics_extra,
    });
  });

  test("leaves image_ratio out when the upstream chooses the ratio", () => {
    const { draft } = build({
      kind: "image",
      model: "jimeng-4.0",
      intelligentRatio: true,
      ...seeded,
    });
    const core = draft.component_list[0].abilities.generate.core_param;
    expect(core.intelligent_ratio).toBe(true);
    expect(core).not.toHaveProperty("image_ratio");
  });

  test.each([
    ["requests/t2v", {}],
    ["requests/first_frame_video", { firstFrame: frame("1") }],
    ["requests/first_last_frame_video", { firstFrame: frame("1"), lastFrame: frame("2") }],
  ])("drafts a video as %s does", (name, frames) => {
    const { draft, body } = build({
      kind: "video",
      model: "jimeng-video-3.0",
      ...seeded,
      ...frames,
    });
    const expected = withoutIds(fixture(name)._draft);
    const gen = (of: Loose): Loose => of.component_list[0].abilities.gen_video;
    const actual = withoutIds(draft);
    expect(withoutIds(JSON.parse(gen(actual).video_task_extra))).toEqual(
      withoutIds(JSON.parse(gen(expected).video_task_extra)),
    );
    gen(expected).video_task_extra = gen(actual).video_task_extra;
    expect(actual).toEqual(expected);
    expect(body.extend).toEqual(fixture(name).body.extend);
    expect(body.metrics_extra).toBe(gen(draft).video_task_extra);
  });

  test("names the resolution and its price tag only where the model does", () => {
    const { body, draft } = build({
      kind: "video",
      model: "jimeng-video-3.0",
      resolution: "1080p",
      ...seeded,
    });
    expect(body.extend.m_video_commerce_info.benefit_type).toBe(
      "basic_video_operation_vgfm_v_three_1080",
    );
    expect(
      draft.component_list[0].abilities.gen_video.text_to_video_params.video_gen_inputs[0]
        .resolution,
    ).toBe("1080p");
    const pro = build({ kind: "video", model: "jimeng-video-3.0-pro", ...seeded });
    expect(pro.body.extend.m_video_commerce_info.benefit_type).toBe(
      "basic_video_operation_vgfm_v_three",
    );
    const [input] =
      pro.draft.component_list[0].abilities.gen_video.text_to_video_params.video_gen_inputs;
    expect(input).not.toHaveProperty("resolution");
  });

  test("builds, for every model, ratio and resolution, the same valid draft each time", () => {
    const choices = models.flatMap((model) =>
      model.resolutions.flatMap((resolution) =>
        model.ratios.map((ratio) => ({ model, resolution, ratio })),
      ),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...choices),
        fc.uuid(),
        fc.string({ minLength: 1 }),
        ({ model, resolution, ratio }, id, words) => {
          const prompt = `a${words}`;
          const region = Object.keys(model.modelKeys)[0] as Region;
          const request: ModelRequest = {
            kind: model.kind,
            model: model.id,
            prompt,
            resolution,
            ratio,
            seed: 1,
          };
          const { body, draft } = build(request, id, region);
          expect(build(request, id, region).body).toEqual(body);
          expect(body.submit_id).toBe(id);
          expect(draft.main_component_id).toBe(draft.component_list[0].id);
          expect(JSON.stringify(draft)).toContain(JSON.stringify(prompt).slice(1, -1));
          const ids: string[] = [];
          JSON.stringify(draft, (key, entry) => {
            if (key === "id") ids.push(entry);
            return entry;
          });
          expect(ids.every((one) => uuid.test(one))).toBe(true);
          expect(new Set(ids).size).toBe(ids.length);
          const size = draft.component_list[0].abilities.generate?.core_param.large_image_info;
          if (size !== undefined) expect(size).toMatchObject(model.sizes[resolution]![ratio]!);
        },
      ),
      { numRuns: 300 },
    );
  });
});
