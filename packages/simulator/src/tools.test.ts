// Tests the tools for finished or uploaded pictures and videos: HD, smart HD, outpainting, detail fix, interpolation.

import { describe, expect, test } from "vitest";

import { toolStart } from "./testing/drafts.ts";
import type { Product } from "./testing/drafts.ts";
import {
  call,
  generateBody,
  generatePath,
  historyPath,
  ManualTime,
  startForTests,
} from "./testing/simulator.ts";

const time = new ManualTime();
const simulator = await startForTests({ clock: time, timing: { jitter: false } });

const generate = (body: unknown, options = {}) => call(simulator.url, generatePath, body, options);

async function finish(body: { submit_id: string }, options = {}): Promise<any> {
  expect((await generate(body, options)).body.ret).toBe("0");
  time.tick(60_000);
  const ids = { submit_ids: [body.submit_id] };
  return (await call(simulator.url, historyPath, ids, options)).body.data[body.submit_id];
}

async function ownPicture(): Promise<Product & { record: any }> {
  const record = await finish(generateBody("t2i"));
  const itemId = record.item_list[1].common_attr.id;
  return { historyId: record.history_record_id, itemId, record };
}

async function ownVideo(): Promise<Product> {
  const record = await finish(generateBody("t2v"));
  const [item] = record.item_list;
  return {
    historyId: record.history_record_id,
    itemId: item.common_attr.id,
    vid: item.video.video_id,
  };
}

const sizesOf = (record: any) =>
  record.item_list.map(({ image }: any) => [
    image.large_images[0].width,
    image.large_images[0].height,
  ]);
const abilities = (draft: any) => draft.component_list[0].abilities;

describe("a picture tool", () => {
  test.each([
    ["image_hd", 13, [[1536, 2048]], 0],
    ["image_smart_hd", 35, [[1871, 2494]], 1],
    ["image_outpaint", 8, Array.from({ length: 4 }, () => [4000, 4000]), 8],
  ])("%s makes of an upload what the page shows", async (name, type, sizes, charged) => {
    const record = await finish(await toolStart(simulator, name));
    expect(record).toMatchObject({ status: 50, generate_type: type });
    expect(record.origin_history_record_id).toBeNull();
    expect(record.resources).toHaveLength(1);
    expect(sizesOf(record)).toEqual(sizes);
    expect(simulator.acceptedStarts()).toMatchObject([{ kind: "image", charged }]);
    const { status } = await fetch(record.item_list[0].image.large_images[0].image_url);
    expect(status).toBe(200);
  });

  test("repairs the details of an own picture in its size, for nothing", async () => {
    const { record: origin, ...product } = await ownPicture();
    const body = await toolStart(simulator, "image_super_resolution", product);
    const record = await finish(body);
    expect(record).toMatchObject({ status: 50, generate_type: 2 });
    expect(record.origin_history_record_id).toBe(product.historyId);
    expect(sizesOf(record)).toEqual(sizesOf(origin).slice(0, 1));
    expect(record.draft_content).toContain(`"item_id":${product.itemId}`);
    expect(simulator.acceptedStarts().at(-1)).toMatchObject({ charged: 0 });
  });

  test("makes HD of an own picture by its URI, with or without its item", async () => {
    const { record: origin, ...product } = await ownPicture();
    const uri = origin.item_list[1].image.large_images[0].image_uri;
    const named = (withItem: boolean) =>
      toolStart(simulator, "image_hd", product, (draft) => {
        const { postedit_param: edit } = abilities(draft).normal_hd;
        edit.origin_image.image_uri = edit.origin_image.uri = uri;
        if (withItem) Object.assign(edit, { item_id: 1, origin_history_id: 1 });
      });
    const [[width, height]] = sizesOf(origin);
    const expected = [[width * 2, height * 2]];
    expect(sizesOf(await finish(await named(false)))).toEqual(expected);
    expect(sizesOf(await finish(await named(true)))).toEqual(expected);
  });

  test("outpaints as many as gen_count says, in the ratio asked", async () => {
    const body = await toolStart(simulator, "image_outpaint", undefined, (draft) => {
      abilities(draft).gen_option.gen_count = 2;
      abilities(draft).painting.up_scale.image_ratio = 3;
    });
    expect(sizesOf(await finish(body))).toEqual([
      [5333, 3000],
      [5333, 3000],
    ]);
  });

  test.each(["2k", "4k", "8k"])("makes smart HD of %s, larger with each", async (resolution) => {
    const record = await finish(
      await toolStart(simulator, "image_smart_hd", undefined, (draft) => {
        abilities(draft).pro_hd.resolution_type = resolution;
      }),
    );
    const [[width, height]] = sizesOf(record);
    const side = { "2k": 2160, "4k": 4320, "8k": 8640 }[resolution] ?? 0;
    expect(Math.sqrt(width * height)).toBeCloseTo(side, -1);
  });

  const wrong: Array<[what: string, name: string, edit: (draft: any, body: any) => void]> = [
    ["another ability than its name", "image_hd", (draft) => delete abilities(draft).normal_hd],
    [
      "the number of another tool",
      "image_hd",
      (draft) => (abilities(draft).normal_hd.postedit_param.generate_type = 35),
    ],
    [
      "no picture",
      "image_hd",
      (draft) => delete abilities(draft).normal_hd.postedit_param.origin_image,
    ],
    [
      "a picture by a web address",
      "image_hd",
      (draft) => (abilities(draft).normal_hd.postedit_param.origin_image.source_from = "link"),
    ],
    ["an old draft", "image_hd", (draft) => (draft.min_version = "3.0.2")],
    [
      "another root model",
      "image_hd",
      (_d, body) => (body.extend.root_model = "high_aes_general_v40"),
    ],
    ["no resolution", "image_smart_hd", (draft) => delete abilities(draft).pro_hd.resolution_type],
    [
      "a strength of 65",
      "image_smart_hd",
      (draft) => (abilities(draft).pro_hd.detail_strength = 65),
    ],
    ["no up_scale", "image_outpaint", (draft) => delete abilities(draft).painting.up_scale],
    ["nine pictures", "image_outpaint", (draft) => (abilities(draft).gen_option.gen_count = 9)],
  ];

  test.each(wrong)("is refused with 1000 for %s", async (_what, name, edit) => {
    const body = await toolStart(simulator, name, undefined, edit);
    const before = simulator.acceptedStarts().length;
    expect((await generate(body)).body.ret).toBe("1000");
    expect(simulator.acceptedStarts()).toHaveLength(before);
  });

  test("refuses a detail fix of an upload, without core_param, or of ids sent as text", async () => {
    const { record, ...product } = await ownPicture();
    const uri = record.item_list[1].image.large_images[0].image_uri;
    const fix = (draft: any) => abilities(draft).super_resolution;
    const start = async (edit: (draft: any) => void) =>
      (await generate(await toolStart(simulator, "image_super_resolution", product, edit))).body
        .ret;
    const image = { image_uri: uri, uri, source_from: "upload", platform_type: 1 };
    expect(await start((draft) => (fix(draft).postedit_param.origin_image = image))).toBe("1000");
    expect(await start((draft) => delete fix(draft).core_param)).toBe("1000");
    expect(await start((draft) => (fix(draft).postedit_param.item_id = "text"))).toBe("1000");
    expect(await start(() => undefined)).toBe("0");
  });

  test("refuses an id that a double has rounded, another account's picture and one that is not done", async () => {
    const { record: _record, ...product } = await ownPicture();
    const start = async (named: Product, options = {}) => {
      const body = await toolStart(simulator, "image_super_resolution", named);
      return (await generate(body, options)).body.ret;
    };
    const rounded = BigInt(Number(product.itemId)).toString();
    expect(rounded).not.toBe(product.itemId);
    expect(await start({ ...product, itemId: rounded })).toBe("1000");
    expect(await start({ ...product, historyId: "1" })).toBe("1000");
    expect(await start(product, { session: "fake-other" })).toBe("1000");
    const { body } = await generate(generateBody("t2i"));
    const historyId = body.data.aigc_data.history_record_id;
    const itemId = String(BigInt(product.itemId) + 100n);
    expect(await start({ historyId, itemId })).toBe("1000");
    time.tick(60_000);
    expect(await start({ historyId, itemId })).toBe("0");
  });
});

describe("frame interpolation", () => {
  const child = (draft: any) => draft.component_list.at(-1);
  const input = (draft: any) =>
    child(draft).abilities.gen_video.text_to_video_params.video_gen_inputs[0];

  test("makes 60 frames a second of an uploaded video, in its size and length, for nothing", async () => {
    const record = await finish(await toolStart(simulator, "frame_interpolation_upload"));
    const { origin } = record.item_list[0].video.transcoded_video;
    expect(origin).toMatchObject({ fps: 60, width: 1280, height: 720 });
    const own = simulator.acceptedStarts().at(-1);
    expect(own).toMatchObject({ submit_id: record.submit_id, charged: 0, kind: "video" });
    expect((await fetch(origin.video_url)).status).toBe(200);
  });

  test("makes it of an own video, whose component comes first", async () => {
    const product = await ownVideo();
    const body = await toolStart(simulator, "frame_interpolation_product", product);
    const record = await finish(body);
    expect(record.origin_history_record_id).toBe(product.historyId);
    expect(record.item_list[0].video.transcoded_video.origin.fps).toBe(60);
  });

  const wrong: Array<[what: string, edit: (draft: any, body: any) => void]> = [
    ["another number of frames", (draft) => (input(draft).v2v_opt.insert_frame.target_fps = 30)],
    ["not enabled", (draft) => (input(draft).v2v_opt.insert_frame.enable = false)],
    ["another process type", (draft) => (child(draft).process_type = 1)],
    ["another scene", (draft) => (child(draft).abilities.gen_video.scene = "x")],
    ["an old draft", (draft) => (draft.min_version = "3.0.5")],
    ["a motion", (draft) => (input(draft).motion_speed = "fast")],
    [
      "a price tag of another start",
      (_draft, body) => (body.extend.m_video_commerce_info.benefit_type = "seedance_20_mini"),
    ],
    ["a file that was never uploaded", (draft) => (input(draft).vid = "v0nothing")],
  ];

  test.each(wrong)("is refused with 1000 for %s", async (_what, edit) => {
    const body = await toolStart(simulator, "frame_interpolation_upload", undefined, edit);
    expect((await generate(body)).body.ret).toBe("1000");
  });

  test.each<[string, (draft: any) => void]>([
    ["without its parent", (draft) => delete child(draft).parent_id],
    ["with a parent that is not there", (draft) => (child(draft).parent_id = "x")],
    ["without its reference", (draft) => delete child(draft).abilities.gen_video.video_ref_params],
    ["without the record's id as a text", (draft) => delete input(draft).origin_history_id],
  ])("of an own video is refused %s", async (_what, edit) => {
    const product = await ownVideo();
    const body = await toolStart(simulator, "frame_interpolation_product", product, edit);
    expect((await generate(body)).body.ret).toBe("1000");
  });
});
