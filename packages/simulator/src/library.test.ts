// Tests the endpoints around an account's works: items, lists, queue, cancel, live models, credits and claims.

import { describe, expect, test } from "vitest";

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
    expect(shapeOf({ ...model, resolution_map: 0 })).toEqual(
      shapeOf({ ...expected, resolution_map: 0 }),
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
    expect(us.some((one: any) => one.model_req_key === "high_aes_general_v43")).toBe(false);
  });

  test("let a start use the newest model and refuse the retired one", async () => {
    const using = (key: string) =>
      generateBody("t2i", (draft, body) => {
        body.extend.root_model = key;
        draft.component_list[0].abilities.generate.core_param.model = key;
      });
    expect((await post(generatePath, using("high_aes_general_v99"))).body.ret).toBe("0");
    expect((await post(generatePath, using("text2img_xl_sft"))).body.ret).toBe("1000");
  });

  test("hold the video models for their scene only", async () => {
    const path = "/mweb/v1/video_generate/get_common_config";
    const { body } = await post(path, { scene: "generate_video", params: {} });
    const keys = body.data.model_list.map((model: any) => model.model_req_key);
    expect(keys).toContain("dreamina_seedance_40_pro");
    expect((await post(path, { scene: "dream" })).body.ret).toBe("1000");
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
