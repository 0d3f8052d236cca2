// Tests drafts with references, frames, subjects and series against the captured requests.

import { describe, expect, test } from "vitest";

import { findModel } from "../../models/models.ts";
import { prepareRequest } from "../../prepare/prepare.ts";
import type { Region } from "../../operation.ts";
import type { ModelRequest } from "../../requests.ts";
import { fixture } from "../../testing/client.ts";
import type { Loose } from "../../testing/client.ts";
import { laterVersion } from "./parts.ts";
import { buildGenerateBody } from "./draft.ts";

function build(
  request: ModelRequest,
  region: Region = "cn",
  continues?: string,
): { body: Loose; draft: Loose } {
  const prepared = prepareRequest(request).request;
  const body: Loose = buildGenerateBody(prepared, {
    model: findModel(prepared.model, { kind: prepared.kind })!,
    region,
    submitId: "00000000-0000-4000-8000-000000000001",
    aid: 513695,
    draftVersion: "3.3.9",
    now: 1_760_000_000_000,
    continues,
  });
  return { body, draft: JSON.parse(body.draft_content) };
}

/** Replaces ids by a mark and telemetry strings by their parsed form, so that drafts compare by value. */
function comparable(value: Loose): Loose {
  return JSON.parse(
    JSON.stringify(value, (key, entry) => {
      if (["id", "main_component_id", "originSubmitId"].includes(key)) return "<id>";
      const isJson =
        typeof entry === "string" &&
        ["video_task_extra", "sceneOptions", "metrics_extra"].includes(key);
      return isJson ? comparable(JSON.parse(entry)) : entry;
    }),
  );
}

const image = (last: number, width = 1024, height = 1024) => ({
  imageUri: `tos-cn-i-tb4s082cfz/0000000000000000000000000000000${last}`,
  width,
  height,
  format: "",
});
const clip = {
  videoId: "v0PLACEHOLDERVID000000000000001",
  width: 720,
  height: 1280,
  durationMs: 8000,
  name: "<file name>",
};
const video = { kind: "video", model: "jimeng-video-3.0", seed: 2_500_000_001 } as const;
const picture = {
  kind: "image",
  model: "jimeng-4.0",
  prompt: "<prompt>",
  seed: 2_500_000_001,
} as const;

describe("drafts with references", () => {
  test.each([
    ["requests/blend_1_image", [1]],
    ["requests/blend_3_images", [1, 2, 3]],
  ])("blends as %s does: one mark, one ability, one placeholder per picture", (name, numbers) => {
    const references = numbers.map((number) => image(number, 0, 0));
    const { draft, body } = build({ ...picture, references, count: 2 });
    const expected = comparable(fixture(name)._draft);
    expected.component_list[0].abilities.gen_option = {
      type: "",
      id: "<id>",
      generate_all: false,
      gen_count: 2,
    };
    expect(comparable(draft)).toEqual(expected);
    expect(body.extend).toEqual({ root_model: "high_aes_general_v40" });
  });

  test("keeps subjects as the capture does", () => {
    const { draft, body } = build({
      ...video,
      ratio: "3:4",
      prompt: "<text before>@1<text after>",
      subjects: [image(1), image(2)],
    });
    const expected = comparable(fixture("requests/subject_reference_video")._draft);
    const [input] =
      expected.component_list[0].abilities.gen_video.text_to_video_params.video_gen_inputs;
    // The capture mentions one of two subjects; we put the silent one first, as the editor does.
    input.idip_meta_list.unshift({
      ...input.idip_meta_list[1],
      frame_info: { ...input.idip_meta_list[1].frame_info, image_idx: 1 },
    });
    expect(comparable(draft)).toEqual(expected);
    expect(comparable(body).metrics_extra).toEqual(
      comparable(fixture("requests/subject_reference_video").body).metrics_extra,
    );
  });

  test("plays frames as the capture does, with the sum of their times", () => {
    const { draft } = build({
      ...video,
      ratio: "9:16",
      prompt: "",
      frames: [
        { image: image(1), durationSeconds: 2, prompt: "<transition>" },
        { image: image(2), durationSeconds: 3, prompt: "" },
      ],
    });
    expect(comparable(draft)).toEqual(comparable(fixture("requests/multi_frame_video")._draft));
  });

  test("refers to any material as the clients do, with the price tag for video material", () => {
    const { draft, body } = build({
      ...video,
      model: "jimeng-video-seedance-2.0",
      durationSeconds: 5,
      prompt: "<text before>@图片1<text>@video1",
      references: [image(1, 1024, 768), clip],
    });
    expect(comparable(draft)).toEqual(comparable(fixture("requests/omni_reference_video")._draft));
    expect(body.extend).toEqual(fixture("requests/omni_reference_video").body.extend);
  });

  test("describes a sound by its vid", () => {
    const { draft } = build({
      ...video,
      model: "seedance-2.0-fast",
      prompt: "dance",
      references: [{ audioId: "v0AUDIO", durationMs: 3000, name: "beat" }],
    });
    const [input] =
      draft.component_list[0].abilities.gen_video.text_to_video_params.video_gen_inputs;
    expect(input.unified_edit_input.material_list).toMatchObject([
      { material_type: "audio", audio_info: { vid: "v0AUDIO", duration: 3000, name: "beat" } },
    ]);
    expect(input.unified_edit_input.meta_list).toMatchObject([
      { meta_type: "audio" },
      { meta_type: "text", text: "dance" },
    ]);
  });

  test("asks for a series in words, and continues it with action 2 under the same ids", () => {
    const request: ModelRequest = { ...picture, sequence: 8 };
    const first = build(request);
    const core = first.draft.component_list[0].abilities.generate.core_param;
    expect(core.prompt).toBe("<prompt>，生成一组连续的图片，共8张");
    expect(first.draft.component_list[0].abilities).not.toHaveProperty("gen_option");
    const { body } = build(request, "cn", "90000000000001");
    expect(body).toEqual({ ...first.body, action: 2, history_id: "90000000000001" });
    const expected = fixture("requests/continue_generation").body;
    expect(Object.keys(body).toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  test("raises the versions for a model that needs it", () => {
    const { draft } = build({
      kind: "video",
      model: "jimeng-video-seedance-2.5-sample",
      prompt: "sea",
    });
    expect(draft).toMatchObject({ min_version: "3.3.28", version: "3.3.28" });
    expect(laterVersion("3.3.9", "3.3.28")).toBe("3.3.28");
    expect(laterVersion("4.0.0", "3.9.9")).toBe("4.0.0");
  });

  test("drafts a sample of 2.5 as the paid runs did", () => {
    const { draft, body } = build({
      ...video,
      model: "jimeng-video-seedance-2.5-sample",
      durationSeconds: 5,
      prompt: "<prompt>",
    });
    const expected = fixture("requests/seedance_25_sample");
    expect(draft.min_features).toEqual(expected._draft.min_features);
    const inputOf = (of: Loose): Loose =>
      of.component_list[0].abilities.gen_video.text_to_video_params.video_gen_inputs[0];
    const { idip_meta_list: _list, ...input } = comparable(inputOf(expected._draft));
    expect(comparable(inputOf(draft))).toEqual(input);
    expect(body.extend).toEqual(expected.body.extend);
    expect(JSON.parse(body.metrics_extra)).toMatchObject({ videoStage: "draft" });
  });

  test.each([
    ["without a video", [], "seedance_25_1080p_no_input_video_output", 6],
    ["with a picture", [image(1)], "seedance_25_1080p_no_input_video_output", 6],
    ["with a video", [image(1), clip], "seedance_25_1080p_output", 14],
  ])("names the price tag and the seconds of 2.5 %s", (_case, references, tag, amount) => {
    const { draft, body } = build({
      ...video,
      model: "jimeng-video-seedance-2.5",
      resolution: "1080p",
      durationSeconds: 6,
      prompt: "sea",
      references,
    });
    expect(body.extend.m_video_commerce_info).toMatchObject({ benefit_type: tag, amount });
    expect(draft.min_features).toContain("AIGC_Video_Seedance25ResultAction");
    expect(draft.min_version).toBe(references.length > 0 ? "3.3.9" : "3.0.5");
  });

  test("names a resolution that is not the default, in the site's spelling", () => {
    const inputOf = (model: string, resolution: string, region: Region): Loose =>
      build({ kind: "video", model, resolution, prompt: "sea" }, region).draft.component_list[0]
        .abilities.gen_video.text_to_video_params.video_gen_inputs[0];
    expect(inputOf("jimeng-video-seedance-2.0-vip", "1080p", "cn").resolution).toBe("1080p");
    expect(inputOf("minimax-h3", "2k", "cn").resolution).toBe("2K");
    expect(inputOf("jimeng-video-seedance-2.0", "720p", "cn")).not.toHaveProperty("resolution");
  });

  test("sends no price tag that nobody knows", () => {
    const { body } = build({
      kind: "video",
      model: "jimeng:key/dreamina_video_model_new",
      prompt: "sea",
    });
    expect(body.extend).toEqual({ root_model: "dreamina_video_model_new" });
  });

  test("passes an unknown raw key through, and a known one with its own rules", () => {
    const unknown = build(
      { kind: "image", model: "jimeng:key/high_aes_general_v99", prompt: "cat" },
      "jp",
    );
    expect(unknown.body.extend.root_model).toBe("high_aes_general_v99");
    const known = build(
      { kind: "video", model: "jimeng:key/dreamina_seedance_40_pro", prompt: "sea" },
      "sg",
    );
    expect(known.body.extend.m_video_commerce_info.benefit_type).toBe(
      "seedance_20_pro_720p_output",
    );
    expect(() => build({ kind: "image", model: "jimeng:key/a b", prompt: "cat" })).toThrow(
      expect.objectContaining({ code: "model_not_found" }),
    );
  });

  test("sends what a region forces", () => {
    const request: ModelRequest = { kind: "image", model: "nanobanana", prompt: "cat" };
    expect(prepareRequest(request, { region: "us" }).request).toMatchObject({
      ratio: "1:1",
      resolution: "2k",
      width: 1024,
      height: 1024,
    });
    expect(prepareRequest({ ...request, ratio: "16:9" }, { region: "jp" }).request).toMatchObject({
      resolution: "1k",
      width: 1024,
      height: 576,
    });
    expect(() => prepareRequest({ ...request, ratio: "16:9" }, { region: "us" })).toThrow(
      expect.objectContaining({ detail: expect.objectContaining({ param: "ratio" }) }),
    );
  });
});
