// Tests the endpoints around an account's works: items, lists, queue, cancel, live models, credits and claims.

import { describe, expect, test } from "vitest";

import { createSimulator } from "./index.ts";
import {
  call,
  fixture,
  generateBody,
  generatePath,
  historyPath,
  ManualTime,
  shapeOf,
  startForTests,
} from "./testing/simulator.ts";

const dayMs = 86_400_000;

const time = new ManualTime();
const simulator = await startForTests({
  clock: time,
  timing: { jitter: false, imageMs: 10_000, videoMs: 20_000, visibleAfterMs: 0 },
  extraImageModels: [{ key: "high_aes_general_v99", name: "图片 9.9" }],
  retiredModels: ["text2img_xl_sft"],
});

const post = (path: string, body: unknown, options = {}) =>
  call(simulator.url, path, body, options);

async function start(name: string): Promise<any> {
  const { body } = await post(generatePath, generateBody(name));
  return body.data.aigc_data;
}

describe("get_local_item_list", () => {
  const path = "/mweb/v1/get_local_item_list";
  const ask = (ids: unknown, options = {}) =>
    post(
      path,
      {
        item_id_list: ids,
        pack_item_opt: { scene: 1, need_data_integrity: true },
        is_for_video_download: true,
      },
      options,
    );

  test("gives the real file of a finished video by the id reserved at its start", async () => {
    const { pre_gen_item_ids: ids, history_record_id: id } = await start("t2v");
    expect((await ask(ids)).body.ret).toBe("3005");
    time.tick(20_000);
    const { body } = await ask(ids);
    expect(shapeOf(body)).toEqual(shapeOf(fixture("local_item_list_hd").body));
    const url = body.data.item_list[0].video.transcoded_video.origin.video_url;
    const record = (await post(historyPath, { history_ids: [id] })).body.data[id];
    expect(url).not.toBe(record.item_list[0].video.transcoded_video.origin.video_url);
    expect((await fetch(url)).status).toBe(200);
  });

  test("gives images too, and 3005 for ids nobody knows or another account's", async () => {
    const { history_record_id: id } = await start("t2i");
    time.tick(10_000);
    const record = (await post(historyPath, { history_ids: [id] })).body.data[id];
    const ids = record.item_list.map((item: any) => item.common_attr.id);
    expect((await ask(ids)).body.data.item_list).toHaveLength(4);
    const unknown = await ask(["7500000000000099999", "x"]);
    expect(shapeOf(unknown.body)).toEqual(shapeOf(fixture("local_item_list_not_found").body));
    expect((await ask(ids, { session: "fake-other" })).body.ret).toBe("3005");
    expect((await ask("x")).body.ret).toBe("1000");
  });
});

describe("get_history", () => {
  const path = "/mweb/v1/get_history";

  test("pages through the records, the newest first, and wants a count", async () => {
    const started = [await start("t2i"), await start("t2v"), await start("t2i")];
    const ids = started.map((record) => record.history_record_id).toReversed();
    const first = await post(path, { count: 2, cursor: "" });
    expect(first.body.data.records_list.map((one: any) => one.history_record_id)).toEqual(
      ids.slice(0, 2),
    );
    expect(first.body.data.has_more).toBe(true);
    const rest = await post(path, { count: 2, cursor: String(first.body.data.next_offset) });
    expect(rest.body.data.records_list.map((one: any) => one.history_record_id)).toEqual([ids[2]]);
    expect(rest.body.data.has_more).toBe(false);
    expect((await post(path, {})).body.ret).toBe("2008");
    expect((await post(path, { count: "2" })).body.ret).toBe("1000");
  });
});

describe("get_history_queue_info", () => {
  test("has the captured shape and leaves unknown ids out", async () => {
    const { history_record_id: id } = await start("t2i");
    const { body } = await post("/mweb/v1/get_history_queue_info", { history_ids: [id, "1"] });
    expect(Object.keys(body.data)).toEqual([id]);
    const expected: any = Object.values(fixture("history_queue_info").body.data)[0];
    expect(shapeOf(body.data[id])).toEqual(shapeOf(expected));
  });
});

describe("cancel_generate", () => {
  const path = "/mweb/v1/aigc_draft/cancel_generate";

  test("turns a running record into 30 with the captured message and gives the credits back", async () => {
    const { history_record_id: id } = await start("t2v");
    time.tick(5000);
    const { body } = await post(path, { history_id: id });
    expect(shapeOf(body)).toEqual(shapeOf(fixture("cancel_generate_ok").body));
    time.tick(30_000);
    const record = (await post(historyPath, { history_ids: [id] })).body.data[id];
    const expected: any = Object.values(fixture("history_cancelled").body.data)[0];
    expect(shapeOf(record)).toEqual(shapeOf(expected));
    expect([record.status, record.task.status, record.fail_code]).toEqual([30, 30, ""]);
    expect(record.fail_starling_message).toBe("你已取消生成，积分已返还");
    expect(simulator.acceptedStarts()).toMatchObject([{ charged: 10, refunded: 10 }]);
  });

  test("refuses what has ended, was cancelled before, or is another's, with 1000", async () => {
    const { history_record_id: id } = await start("t2v");
    expect((await post(path, { history_id: id }, { session: "fake-other" })).body.ret).toBe("1000");
    await post(path, { history_id: id });
    expect((await post(path, { history_id: id })).body.ret).toBe("1000");
    const { history_record_id: done } = await start("t2i");
    time.tick(10_000);
    expect((await post(path, { history_id: done })).body.ret).toBe("1000");
    expect((await post(path, {})).body.ret).toBe("1000");
    expect(simulator.acceptedStarts().map((entry) => entry.refunded)).toEqual([10, 0]);
  });
});

describe("the live model lists", () => {
  test("hold the region's image models in the captured shape, the newest too and no retired one", async () => {
    const path = "/mweb/v1/get_common_config";
    const { body } = await post(path, {});
    const list: any[] = body.data.model_list;
    const byKey = (key: string) => list.find((model) => model.model_req_key === key);
    const [expected] = fixture("common_config_image").body.data.model_list;
    const model = byKey("high_aes_general_v40");
    const { commercial_config: price, model_status: status, ...captured } = model;
    expect(shapeOf({ ...captured, resolution_map: 0 })).toEqual(
      shapeOf({ ...expected, resolution_map: 0 }),
    );
    expect(status).toBe(0);
    expect(price.image_model_commerce_config.base.default.benefit_type).toBe(
      "image_basic_generate_piece",
    );
    expect(model.resolution_map["2k"]).toMatchObject({
      image_ratio_sizes: expected.resolution_map["2k"].image_ratio_sizes,
      resolution_name: "高清 2K",
    });
    expect(byKey("high_aes_general_v99").model_name).toBe("图片 9.9");
    expect(byKey("text2img_xl_sft")).toBeUndefined();
    const abroad = { session: "fake-us", region: "US", aid: 513641 };
    const us = (await post(path, {}, abroad)).body.data.model_list;
    expect(us.some((one: any) => one.model_req_key === "dreamina_image_lib_1")).toBe(true);
    expect(us.some((one: any) => one.model_req_key === "high_aes_general_v50_flash")).toBe(false);
    const pro = us.find((one: any) => one.model_req_key === "high_aes_general_v50p_large");
    expect(Object.keys(pro.resolution_map)).toEqual(["1.5k", "2k", "4k"]);
  });

  const using = (key: string) =>
    generateBody("t2i", (draft, body) => {
      body.extend.root_model = key;
      draft.component_list[0].abilities.generate.core_param.model = key;
    });

  test("let a start use the newest model and refuse the retired one", async () => {
    expect((await post(generatePath, using("high_aes_general_v99"))).body.ret).toBe("0");
    expect((await post(generatePath, using("text2img_xl_sft"))).body.ret).toBe("2061");
  });

  test("lose a model that is retired mid-way, which then is answered 2061, until it returns", async () => {
    const key = "high_aes_general_v42";
    const lists = async () =>
      (await post("/mweb/v1/get_common_config", {})).body.data.model_list.some(
        (one: any) => one.model_req_key === key,
      );
    const running = (await post(generatePath, using(key))).body.data.aigc_data;
    simulator.changeModel({ key, retired: true });
    expect(await lists()).toBe(false);
    const refused = (await post(generatePath, using(key))).body;
    expect(refused).toMatchObject({ ret: "2061", data: { aigc_data: null, fail_code: "2061" } });
    expect(simulator.acceptedStarts()).toHaveLength(1);
    time.tick(10_000);
    const { history_record_id: id } = running;
    expect((await post(historyPath, { history_ids: [id] })).body.data[id].status).toBe(50);
    simulator.changeModel({ key, retired: false });
    expect(await lists()).toBe(true);
    expect((await post(generatePath, using(key))).body.ret).toBe("0");
  });

  const videoPath = "/mweb/v1/video_generate/get_common_config";

  test.each([
    {},
    { scene: "generate_video", params: {} },
    { scene: "generate_video", params: { needCache: true } },
    { scene: "video_generate" },
  ])("hold the video models for the body %j", async (sent) => {
    const keys = (await post(videoPath, sent)).body.data.model_list.map(
      (model: any) => model.model_req_key,
    );
    expect(keys).toContain("dreamina_seedance_40_pro");
  });

  test("hold no video models for another scene, and refuse one that is not known", async () => {
    const lipSync = await post(videoPath, { scene: "lip_sync_image_generate_video" });
    expect(lipSync.body.data.model_list).toEqual([]);
    expect((await post(videoPath, { scene: "dream" })).body.ret).toBe("1000");
  });

  test("are read by a guest too, but a start needs a session", async () => {
    for (const path of ["/mweb/v1/get_common_config", videoPath]) {
      const { body } = await post(path, {}, { session: null });
      expect(body.data.model_list.length).toBeGreaterThan(5);
      const abroad = await post(path, {}, { session: null, region: "SG", aid: 513641 });
      expect(abroad.body.ret).toBe("0");
    }
    expect((await post(videoPath, {}, { session: null, aid: 1 })).body.ret).toBe("1000");
    expect(simulator.accounts()).toEqual([]);
    expect(simulator.requests({ endpoint: "common_config" })[0]?.account).toBeNull();
  });

  test("tell the options and the price of each resolution of a video model", async () => {
    const list: any[] = (await post(videoPath, {})).body.data.model_list;
    const byKey = (key: string) => list.find((model) => model.model_req_key === key);
    const expected: any[] = fixture("common_config_video").body.data.model_list;
    for (const captured of expected.filter((one) => one.model_req_key.includes("45_pro"))) {
      const { options, commercial_config: price } = byKey(captured.model_req_key);
      expect(shapeOf(price)).toEqual(shapeOf(captured.commercial_config));
      for (const option of captured.options) {
        const own = options.find((one: any) => one.key === option.key);
        expect(shapeOf(own)).toEqual(shapeOf(option));
      }
    }
    const pro = byKey("dreamina_seedance_45_pro");
    const optionOf = (key: string) => pro.options.find((option: any) => option.key === key);
    expect(pro.model_status).toBe(0);
    expect(optionOf("resolution").enum_val.string_value.toSorted()).toEqual([
      "1080p",
      "480p",
      "720p",
    ]);
    const frames = optionOf("frames").enum_val.int_value;
    expect([frames[0], frames.at(-1)]).toEqual([96, 720]);
    expect(optionOf("unified_edit").unified_edit_val).toMatchObject({
      max_resource_count: 50,
      max_image_count: 30,
      max_video_count: 10,
      max_audio_count: 10,
    });
    const prices = pro.commercial_config.resolution_price_configs;
    const price = prices.find((one: any) => one.resolution === "1080p").price;
    expect(price.benefit_type).toBe("seedance_25_1080p_output");
    const sample = byKey("dreamina_seedance_45_pro_draft");
    expect([pro.extra.is_draft_mode, sample.extra.is_draft_mode]).toEqual([false, true]);
    expect(sample.options.map((option: any) => option.key)).toContain("generate_from_draft_config");
  });

  test("differ by region: abroad Seedance 2.0 mini has 1080p, 2k and 4k too", async () => {
    const resolutions = async (options: object) => {
      const { body } = await post(videoPath, {}, { session: null, ...options });
      const mini = body.data.model_list.find(
        (model: any) => model.model_req_key === "dreamina_seedance_40_mini",
      );
      return mini.options[0].enum_val.string_value;
    };
    expect(await resolutions({})).toEqual(["720p"]);
    expect(await resolutions({ region: "SG", aid: 513641 })).toEqual(["720p", "1080p", "2K", "4k"]);
  });

  test("name a changed benefit type, which alone pays from then on", async () => {
    const key = "dreamina_seedance_40_mini";
    const mini = (benefit: string) =>
      generateBody("t2v", (draft, body) => {
        const parameters = draft.component_list[0].abilities.gen_video.text_to_video_params;
        body.extend.root_model = parameters.model_req_key = key;
        body.extend.m_video_commerce_info.benefit_type = benefit;
      });
    simulator.changeModel({ key, benefitTypes: { "720p": "seedance_21_mini_output" } });
    const list: any[] = (await post(videoPath, {})).body.data.model_list;
    const entry = list.find((model) => model.model_req_key === key);
    expect(entry.commercial_config.resolution_price_configs[0].price.benefit_type).toBe(
      "seedance_21_mini_output",
    );
    const old = await post(generatePath, mini("seedance_20_mini_720p_output"));
    expect(old.body.ret).toBe("1000");
    expect((await post(generatePath, mini("seedance_21_mini_output"))).body.ret).toBe("0");
  });
});

describe("the credit history", () => {
  test("lists charges and refunds by submit id, newest first, with the captured shape", async () => {
    const path = "/commerce/v1/benefits/user_credit_history";
    const { submit_id: first } = await start("t2i");
    const { submit_id: second, history_record_id: id } = await start("t2v");
    await post("/mweb/v1/aigc_draft/cancel_generate", { history_id: id });
    const all = await post(path, { count: 20, cursor: "0" });
    expect(shapeOf(all.body)).toEqual(shapeOf(fixture("user_credit_history").body));
    const pairs = all.body.data.records.map((one: any) => [one.submit_id, one.amount]);
    expect(pairs).toEqual([
      [second, 10],
      [second, -10],
      [first, -8],
    ]);
    const spent = await post(path, { count: 1, cursor: "0", history_type: 2 });
    expect(spent.body.data).toMatchObject({ has_more: true, records: [{ amount: -10 }] });
    const next = { count: 1, cursor: spent.body.data.new_cursor, history_type: 2 };
    expect((await post(path, next)).body.data).toMatchObject({
      has_more: false,
      records: [{ amount: -8 }],
    });
    expect((await post(path, { count: "20" })).body.ret).toBe("34010100");
  });
});

describe("a credit history that settles late", () => {
  test("shows a charge and a refund only after their time, and the balance at once", async () => {
    const late = await createSimulator({
      media: "blank",
      clock: time,
      timing: { jitter: false, creditRowsAfterMs: 120_000 },
    });
    const rows = async () => {
      const path = "/commerce/v1/benefits/user_credit_history";
      const { body } = await call(late.url, path, { count: 20, cursor: "0" });
      return body.data.records.map((one: any) => one.amount);
    };
    const { body } = await call(late.url, generatePath, generateBody("t2v"));
    time.tick(1000);
    const id = body.data.aigc_data.history_record_id;
    await call(late.url, "/mweb/v1/aigc_draft/cancel_generate", { history_id: id });
    expect(await rows()).toEqual([]);
    expect(late.acceptedStarts()).toMatchObject([{ charged: 10, refunded: 10 }]);
    time.tick(119_000);
    expect(await rows()).toEqual([-10]);
    time.tick(1000);
    expect(await rows()).toEqual([10, -10]);
    await late.close();
  });
});

describe("the daily claim", () => {
  const path = "/commerce/v1/benefits/credit_receive";
  const claim = (zone: string) =>
    post(path, { time_zone: zone }, { session: "fake-claimer" }).then(({ body }) => body);

  test("gives credits once a day and time zone, then a quota of 0, which is no error", async () => {
    simulator.setAccount({ session: "fake-claimer", credits: {} });
    const first = await claim("Asia/Shanghai");
    expect(shapeOf(first)).toEqual(shapeOf(fixture("credit_receive_ok").body));
    expect(first.data).toMatchObject({ receive_quota: 66, cur_total_credits: 66 });
    const again = await claim("Asia/Shanghai");
    expect(shapeOf(again)).toEqual(shapeOf(fixture("credit_receive_already").body));
    expect(again).toMatchObject({ ret: "0", data: { receive_quota: 0 } });
    time.tick(dayMs);
    expect((await claim("Asia/Shanghai")).data.receive_quota).toBe(66);
  });

  test("gives credits that end with the local day", async () => {
    simulator.setAccount({ session: "fake-claimer", credits: {} });
    await claim("Asia/Shanghai");
    const credit = () => post("/commerce/v1/benefits/user_credit", {}, { session: "fake-claimer" });
    const [gift] = (await credit()).body.data.expiring_credits;
    expect((gift.expire_time + 8 * 3600) % 86_400).toBe(0);
    time.tick(dayMs);
    expect((await credit()).body.data.credit.gift_credit).toBe(0);
  });

  test("refuses a time zone that does not exist, or none", async () => {
    expect((await claim("Mars/Olympus")).ret).toBe("34010100");
    expect((await post(path, {})).body.ret).toBe("34010100");
  });
});

describe("the membership", () => {
  test("follows the vip credits", async () => {
    const path = "/commerce/v1/subscription/user_info";
    expect((await post(path, {})).body.data.flag).toBe(false);
    simulator.setAccount({ session: "fake-vip", credits: { vip: 5 } });
    const { body } = await post(path, { aid: 513695 }, { session: "fake-vip" });
    expect(body.data).toMatchObject({ flag: true, vip_level: "standard" });
  });
});
