// Tests every kind of video draft that the pages know: frames, subjects, multi frame, omni, samples, models.

import { describe, expect, test } from "vitest";

import { videoModels } from "./models/video-models.ts";
import { resolutionsOf } from "./models/video-offers.ts";
import { regions } from "./regions.ts";
import { inputOf, parametersOf, startOf, withUploads } from "./testing/drafts.ts";
import {
  call,
  generateBody,
  generatePath,
  ManualTime,
  startForTests,
} from "./testing/simulator.ts";
import { makeWav, uploadMedia } from "./testing/uploads.ts";

const simulator = await startForTests({ clock: new ManualTime(), timing: { jitter: false } });

const generate = (body: unknown, options = {}) => call(simulator.url, generatePath, body, options);

describe("a video draft", () => {
  const wrong: Array<[what: string, name: string, edit: (draft: any, body: any) => void]> = [
    [
      "no commerce info",
      "t2v",
      (_d, body) => (body.extend = { root_model: body.extend.root_model }),
    ],
    [
      "another model's benefit",
      "t2v",
      (_d, body) => (body.extend.m_video_commerce_info.benefit_type = "dreamina_seedance_20_fast"),
    ],
    ["a length not offered", "t2v", (draft) => (inputOf(draft).duration_ms = 7000)],
    ["a resolution not offered", "t2v", (draft) => (inputOf(draft).resolution = "4k")],
    ["an unknown ratio", "t2v", (draft) => (parametersOf(draft).video_aspect_ratio = "5:4")],
    ["a length as a text", "t2v", (draft) => (inputOf(draft).duration_ms = "5000")],
    ["no prompt and no picture", "t2v", (draft) => (inputOf(draft).prompt = "")],
    ["two inputs", "t2v", (draft) => parametersOf(draft).video_gen_inputs.push(inputOf(draft))],
    [
      "a subject without its feature",
      "subject_reference_video",
      (draft) => (draft.min_features = []),
    ],
    [
      "a subject that points at no frame",
      "subject_reference_video",
      (draft) => (inputOf(draft).idip_meta_list[1].frame_info.image_idx = 2),
    ],
    ["one frame of several", "multi_frame_video", (draft) => inputOf(draft).multi_frames.pop()],
    [
      "a frame of 7 s",
      "multi_frame_video",
      (draft) => (inputOf(draft).multi_frames[0].duration_ms = 7000),
    ],
    [
      "a material that is not there",
      "omni_reference_video",
      (draft) => (inputOf(draft).unified_edit_input.meta_list[1].material_ref.material_idx = 9),
    ],
    [
      "reference videos of more than 15 s",
      "omni_reference_video",
      (draft) => (inputOf(draft).unified_edit_input.material_list[1].video_info.duration = 15_001),
    ],
    [
      "omni reference on a model without it",
      "omni_reference_video",
      (draft, body) => {
        body.extend.m_video_commerce_info.benefit_type = "basic_video_operation_vgfm_v_three";
        parametersOf(draft).model_req_key = "dreamina_ic_generate_video_model_vgfm_3.0";
      },
    ],
  ];
  test.each(wrong)("is refused with 1000 for %s", async (_what, name, edit) => {
    const sent = await withUploads(simulator, name, edit);
    const before = simulator.acceptedStarts().length;
    expect((await generate(sent)).body.ret).toBe("1000");
    expect(simulator.acceptedStarts()).toHaveLength(before);
  });

  test("of a members' model needs vip credits", async () => {
    const vip = () =>
      generateBody("t2v", (draft, body) => {
        const key = "dreamina_seedance_40_pro_vision";
        body.extend.root_model = key;
        body.extend.m_video_commerce_info.benefit_type = "seedance_20_pro_720p_output";
        parametersOf(draft).model_req_key = key;
      });
    const refused = (await generate(vip())).body;
    expect(refused).toMatchObject({ ret: "4013", data: { aigc_data: null, fail_code: "4013" } });
    simulator.setAccount({ session: "fake-vip", credits: { vip: 1000 } });
    expect((await generate(vip(), { session: "fake-vip" })).body.ret).toBe("0");
  });

  test("takes audio among its materials", async () => {
    const vid = await uploadMedia(simulator.url, makeWav(3000));
    const sent = await withUploads(simulator, "omni_reference_video", (draft) => {
      const edit = inputOf(draft).unified_edit_input;
      edit.material_list.push({
        material_type: "audio",
        audio_info: { type: "audio", source_from: "upload", vid, duration: 3000, name: "a.wav" },
      });
      edit.meta_list.push({ meta_type: "audio", text: "", material_ref: { material_idx: 2 } });
    });
    expect((await generate(sent)).body.ret).toBe("0");
  });
});

describe("omni reference", () => {
  const edit = (draft: any) => inputOf(draft).unified_edit_input;
  /** Makes an omni start of a model with so many copies of the fixture's picture and a sound. */
  const withMaterials = async (
    key: string,
    { images, audios, benefit }: { images: number; audios: number; benefit: string },
  ): Promise<any> => {
    const vid = audios === 0 ? "" : await uploadMedia(simulator.url, makeWav(2000));
    return withUploads(simulator, "omni_reference_video", (draft, body) => {
      body.extend.root_model = key;
      body.extend.m_video_commerce_info.benefit_type = benefit;
      parametersOf(draft).model_req_key = key;
      const [image] = edit(draft).material_list;
      const sound = {
        material_type: "audio",
        audio_info: { type: "audio", source_from: "upload", vid, duration: 2000, name: "a" },
      };
      edit(draft).meta_list = [{ meta_type: "text", text: "a bridge" }];
      edit(draft).material_list = [
        ...Array.from({ length: images }, () => image),
        ...Array.from({ length: audios }, () => sound),
      ];
    });
  };

  test("works without a named feature, as one client's runs show", async () => {
    const sent = await withUploads(simulator, "omni_reference_video", (draft) => {
      draft.min_features = [];
      draft.min_version = "3.0.5";
    });
    expect((await generate(sent)).body.ret).toBe("0");
  });

  test.each([
    ["dreamina_seedance_40_pro", "dreamina_video_seedance_20_pro", 9, 3, "0"],
    ["dreamina_seedance_40_pro", "dreamina_video_seedance_20_pro", 10, 0, "1000"],
    ["dreamina_seedance_40_pro", "dreamina_video_seedance_20_pro", 1, 4, "1000"],
    ["dreamina_seedance_45_pro", "seedance_25_720p_no_input_video_output", 30, 10, "0"],
    ["dreamina_seedance_45_pro", "seedance_25_720p_no_input_video_output", 31, 0, "1000"],
    ["dreamina_seedance_45_pro", "seedance_25_720p_no_input_video_output", 1, 11, "1000"],
  ])(
    "of %s with %s takes %i pictures and %i sounds: %s",
    async (key, benefit, images, audios, ret) => {
      const sent = await withMaterials(key, { images, audios, benefit });
      expect((await generate(sent)).body.ret).toBe(ret);
    },
  );

  test.each([
    ["seedance_25_720p_output", "0"],
    ["seedance_25_720p_no_input_video_output", "1000"],
    ["seedance_25_1080p_output", "1000"],
  ])("of 2.5 with an input video is paid by %s: %s", async (benefit, ret) => {
    const sent = await withUploads(simulator, "omni_reference_video", (draft, body) => {
      const key = "dreamina_seedance_45_pro";
      body.extend.root_model = key;
      body.extend.m_video_commerce_info.benefit_type = benefit;
      parametersOf(draft).model_req_key = key;
      inputOf(draft).resolution = "720p";
    });
    expect((await generate(sent)).body.ret).toBe(ret);
  });
});

describe("Seedance 2.5", () => {
  const pro = videoModels.find((model) => model.key === "dreamina_seedance_45_pro")!;
  const sample = videoModels.find((model) => model.key === "dreamina_seedance_45_pro_draft")!;
  const prompt = (length: number) => (draft: any) => (inputOf(draft).prompt = "龙".repeat(length));

  test("lasts 4 to 30 seconds", async () => {
    const lasting = (ms: number) =>
      startOf(pro, "480p", (draft) => (inputOf(draft).duration_ms = ms));
    expect((await generate(lasting(30_000))).body.ret).toBe("0");
    expect((await generate(lasting(31_000))).body.ret).toBe("1000");
    expect((await generate(lasting(3000))).body.ret).toBe("1000");
  });

  test("makes a sample only of a draft that says so", async () => {
    expect((await generate(startOf(sample, "480p"))).body.ret).toBe("0");
    const plain = startOf(sample, "480p", (draft) => (inputOf(draft).is_draft_mode = undefined));
    expect((await generate(plain)).body.ret).toBe("1000");
    const unnamed = startOf(sample, "480p", (draft) => (draft.min_features = []));
    expect((await generate(unnamed)).body.ret).toBe("1000");
  });

  test("reads prompts of 15,000 characters", async () => {
    expect((await generate(startOf(pro, "720p", prompt(15_000)))).body.ret).toBe("0");
    expect((await generate(startOf(pro, "720p", prompt(15_001)))).body.ret).toBe("1000");
  });
});

describe("every model of videos", () => {
  test.each(["768P", "768p", "2K", "2k"])("is asked for %s in any case", async (resolution) => {
    const model = videoModels.find((one) => one.key === "dreamina_minimax_h3")!;
    expect((await generate(startOf(model, resolution))).body.ret).toBe("0");
    expect((await generate(startOf(model, "1080p"))).body.ret).toBe("1000");
  });

  const videos = videoModels.flatMap((model) =>
    model.regions.map((region) => ({ key: model.key, region, model })),
  );

  test.each(videos)(
    "is accepted with every length and resolution it offers: $key in $region",
    async ({ model, region }) => {
      const aid = regions[region].aid;
      simulator.setAccount({ session: `fake-${region}`, credits: { vip: 1_000_000 } });
      const options = { session: `fake-${region}`, region: region.toUpperCase(), aid };
      for (const resolution of resolutionsOf(model, region)) {
        for (const seconds of [model.durations[0]!, model.durations.at(-1)!]) {
          const sent = startOf(model, resolution, (draft, body) => {
            body.http_common_info.aid = aid;
            inputOf(draft).duration_ms = seconds * 1000;
          });
          expect((await generate(sent, options)).body.ret).toBe("0");
        }
      }
    },
  );
});
