// Tests every fault by what a client sees, over real connections.

import { describe, expect, test } from "vitest";

import { blankPng } from "./media/png.ts";
import { Uploader } from "./testing/uploads.ts";
import {
  call,
  creditPath,
  fixture,
  generateBody,
  generatePath,
  historyPath,
  ManualTime,
  shapeOf,
  startForTests,
} from "./testing/simulator.ts";

const time = new ManualTime();
const simulator = await startForTests({
  clock: time,
  timing: { jitter: false, imageMs: 10_000, videoMs: 20_000, visibleAfterMs: 0 },
});

const post = (path: string, body: unknown, options = {}) =>
  call(simulator.url, path, body, options);
const generate = (name = "t2i") => post(generatePath, generateBody(name));
const raw = (path: string, body: unknown, init: RequestInit = {}) =>
  fetch(`${simulator.url}${path}?aid=513695&region=cn`, {
    method: "POST",
    headers: { cookie: "sessionid=fake-raw" },
    body: JSON.stringify(body),
    ...init,
  });

async function startAndPoll(name: string, afterMs: number): Promise<() => Promise<any>> {
  const { body } = await generate(name);
  const id = body.data.aigc_data.history_record_id;
  time.tick(afterMs);
  return async () => (await post(historyPath, { history_ids: [id] })).body.data[id];
}

describe("a connection", () => {
  test("dropped before acceptance leaves no record, dropped after it leaves one", async () => {
    simulator.addFault({ endpoint: "generate", kind: "drop_before" });
    await expect(generate()).rejects.toThrow();
    expect(simulator.acceptedStarts()).toHaveLength(0);
    simulator.addFault({ endpoint: "generate", kind: "drop_after" });
    await expect(generate()).rejects.toThrow();
    expect(simulator.acceptedStarts()).toHaveLength(1);
    expect((await generate()).body.ret).toBe("0");
  });

  test("hangs until the client gives up, before or after acceptance", async () => {
    for (const accepted of [false, true]) {
      simulator.reset();
      simulator.addFault({ endpoint: "generate", kind: "hang", accepted });
      const deviceTime = { "device-time": "1700000000", pf: "7", appvr: "8.4.0" };
      const headers = {
        cookie: "sessionid=fake-raw",
        sign: "a29e0b750501aa30af81fd309a15ceca",
        ...deviceTime,
      };
      const signal = AbortSignal.timeout(300);
      await expect(raw(generatePath, generateBody("t2i"), { headers, signal })).rejects.toThrow();
      expect(simulator.acceptedStarts()).toHaveLength(accepted ? 1 : 0);
    }
  });

  test("is answered late when delayed", async () => {
    simulator.addFault({ endpoint: "user_credit", kind: "delay", ms: 150 });
    const before = Date.now();
    expect((await post(creditPath, {})).body.ret).toBe("0");
    expect(Date.now() - before).toBeGreaterThanOrEqual(145);
  });

  test("answers a burst of gateway errors with pages, then recovers", async () => {
    simulator.addFault({
      endpoint: "history",
      kind: "http_status",
      status: 429,
      retry_after: "2",
      times: 2,
    });
    for (let index = 0; index < 2; index += 1) {
      const response = await raw(historyPath, { history_ids: ["1"] });
      expect(response.status).toBe(429);
      expect(response.headers.get("retry-after")).toBe("2");
      expect(await response.text()).toContain("<html>");
    }
    expect((await raw(historyPath, { history_ids: ["1"] })).status).toBe(200);
  });

  test("may answer 502 although the start was accepted", async () => {
    simulator.addFault({ endpoint: "generate", kind: "http_status", status: 502, accepted: true });
    await expect(generate()).rejects.toThrow();
    expect(simulator.acceptedStarts()).toHaveLength(1);
  });

  test("answers HTML with status 200, or half a body, or a slow one", async () => {
    simulator.addFault({ endpoint: "history", kind: "html" });
    const html = await raw(historyPath, { history_ids: ["1"] });
    expect([html.status, html.headers.get("content-type")]).toEqual([200, "text/html"]);
    simulator.addFault({ endpoint: "history", kind: "truncated" });
    const cut = await raw(historyPath, { history_ids: ["1"] });
    await expect(cut.text()).rejects.toThrow();
    simulator.addFault({ endpoint: "history", kind: "slow_body", ms: 200 });
    const before = Date.now();
    const slow = await raw(historyPath, { history_ids: ["1"] });
    expect(JSON.parse(await slow.text()).ret).toBe("0");
    expect(Date.now() - before).toBeGreaterThanOrEqual(170);
  });
});

describe("a refusal", () => {
  test.each([
    ["1006", "generate_error_1006_credits"],
    ["1015", "generate_error_1015_login"],
    ["1018", "generate_error_1018_punished"],
    ["1310", "generate_error_1310_parallel_max"],
    ["2038", "generate_error_2038_text"],
    ["3000", "generate_error_3000_region"],
    ["3018", "generate_error_3018_permission"],
    ["4013", "generate_error_4013_risk"],
  ])("with ret %s on a start is the captured one", async (ret, name) => {
    simulator.addFault({ endpoint: "generate", kind: "refuse", ret });
    const { status, body } = await generate();
    const { body: expected } = fixture(name);
    expect(status).toBe(200);
    expect(body).toEqual({ ...expected, systime: body.systime, logid: body.logid });
    expect(simulator.acceptedStarts()).toHaveLength(0);
  });

  test.each(["1019", "1057", "-6", "9999"])("with ret %s needs no capture", async (ret) => {
    simulator.addFault({ endpoint: "generate", kind: "refuse", ret, errmsg: "told so" });
    expect((await generate()).body).toMatchObject({ ret, errmsg: "told so", data: null });
  });

  test("reaches history in the middle of a job, commerce and the passport in their envelopes", async () => {
    const poll = await startAndPoll("t2i", 0);
    simulator.addFault({ endpoint: "history", kind: "refuse", ret: "1015" });
    expect((await post(historyPath, { history_ids: ["1"] })).body.ret).toBe("1015");
    expect((await poll()).status).toBe(20);
    simulator.addFault({ endpoint: "user_credit", kind: "refuse", ret: "34010105" });
    const commerce = await post(creditPath, {});
    expect(shapeOf(commerce.body)).toEqual(shapeOf(fixture("commerce_login_error").body));
    simulator.addFault({ endpoint: "credit_receive", kind: "refuse", ret: "-4" });
    const shark = await post("/commerce/v1/benefits/credit_receive", {
      time_zone: "Asia/Shanghai",
    });
    expect(shapeOf(shark.body)).toEqual(shapeOf(fixture("credit_receive_shark_reject").body));
    expect(shark.body.ret).toBe("-4");
    simulator.addFault({ endpoint: "account_info", kind: "refuse", ret: "13" });
    const passport = await post("/passport/account/info/v2", {});
    expect(passport.body).toMatchObject({ message: "error", data: { error_code: 13 } });
    simulator.addFault({ endpoint: "algo_proxy", kind: "refuse", ret: "2003" });
    const audit = await post("/mweb/v1/algo_proxy", {});
    expect(audit.body).toMatchObject({ ret: "2003", errmsg: "risk not pass", data: null });
  });

  test("with 1310 comes by itself above the parallel limit of a model", async () => {
    simulator.setParallelLimit(2);
    const rets = [];
    for (let index = 0; index < 3; index += 1) rets.push((await generate()).body.ret);
    expect(rets).toEqual(["0", "0", "1310"]);
    expect((await generate("t2v")).body.ret).toBe("0");
    time.tick(10_000);
    expect((await generate()).body.ret).toBe("0");
    simulator.setParallelLimit(null);
  });
});

describe("a record", () => {
  test("stays at 45 for ever when stuck", async () => {
    simulator.addFault({ endpoint: "generate", kind: "stuck" });
    const poll = await startAndPoll("t2i", 3_600_000);
    const record = await poll();
    expect([record.status, record.item_list, record.total_image_count]).toEqual([45, [], 4]);
  });

  test("comes with three of four images and the captured failed_item_list", async () => {
    simulator.addFault({ endpoint: "generate", kind: "partial", items: 3 });
    const poll = await startAndPoll("t2i", 10_000);
    const record = await poll();
    expect([record.status, record.total_image_count, record.finished_image_count]).toEqual([
      50, 4, 3,
    ]);
    expect(record.item_list).toHaveLength(3);
    const expected: any = Object.values(fixture("history_partial_images").body.data)[0];
    expect(shapeOf(record.failed_item_list)).toEqual(shapeOf(expected.failed_item_list));
  });

  test("is 50 without items for some polls, then has them", async () => {
    simulator.addFault({ endpoint: "generate", kind: "empty_items", polls: 2 });
    const poll = await startAndPoll("t2i", 10_000);
    const seen = [];
    for (let index = 0; index < 3; index += 1) {
      const record = await poll();
      seen.push([record.status, record.item_list.length]);
    }
    expect(seen).toEqual([
      [50, 0],
      [50, 0],
      [50, 4],
    ]);
  });

  test("is missing for some polls, then there", async () => {
    simulator.addFault({ endpoint: "generate", kind: "missing", polls: 2 });
    const poll = await startAndPoll("t2i", 1000);
    expect([await poll(), await poll()]).toEqual([undefined, undefined]);
    expect((await poll()).status).toBe(20);
  });

  test.each([
    ["text", "t2i", "history_failed_2038_text", 10, "2038", true],
    ["copyright", "t2i", "history_failed_copyright_empty_code", 30, "", false],
    ["output_review", "t2v", "history_failed_output_review", 40, "", true],
    ["generic", "t2v", "history_failed_generic", 30, "2002", true],
  ] as const)("fails as %s", async (as, name, fixtureName, taskStatus, code, refunded) => {
    simulator.addFault({ endpoint: "generate", kind: "fail", as });
    const poll = await startAndPoll(name, 20_000);
    const record = await poll();
    const expected: any = Object.values(fixture(fixtureName).body.data)[0];
    const { resources: _resources, ...withoutInputs } = expected;
    expect(shapeOf(record)).toEqual(shapeOf(withoutInputs));
    expect([record.status, record.task.status, record.fail_code]).toEqual([30, taskStatus, code]);
    expect(record.fail_starling_key).toBe(expected.fail_starling_key);
    const [entry] = simulator.acceptedStarts();
    expect(entry!.refunded).toBe(refunded ? entry!.charged : 0);
  });

  test("fails with a code, key and refund of the test's own", async () => {
    const own = { code: "1180", key: "some_key", message: "told so", refund: false };
    simulator.addFault({ endpoint: "generate", kind: "fail", ...own });
    const poll = await startAndPoll("t2i", 10_000);
    expect(await poll()).toMatchObject({
      fail_code: "1180",
      fail_starling_key: "some_key",
      fail_starling_message: "told so",
    });
    expect(simulator.acceptedStarts()[0]!.refunded).toBe(0);
  });

  test("comes in another size than asked", async () => {
    simulator.addFault({ endpoint: "generate", kind: "output_size", width: 1280, height: 720 });
    const poll = await startAndPoll("t2i", 10_000);
    const [item] = (await poll()).item_list;
    expect(item.image.large_images[0]).toMatchObject({ width: 1280, height: 720 });
    const file = Buffer.from(
      await (await fetch(item.image.large_images[0].image_url)).arrayBuffer(),
    );
    expect([file.readUInt32BE(16), file.readUInt32BE(20)]).toEqual([1280, 720]);
  });

  test("lasts as long as told, queue included", async () => {
    simulator.addFault({
      endpoint: "generate",
      kind: "lasts",
      generate_ms: 1_200_000,
      queue_ms: 600_000,
    });
    const poll = await startAndPoll("t2v", 300_000);
    const queued = await poll();
    expect(queued.queue_info).toMatchObject({ queue_status: 1, queue_idx: 120 });
    expect([queued.forecast_queue_cost, queued.forecast_generate_cost]).toEqual([600, 1200]);
    simulator.advance(1_500_000);
    expect((await poll()).status).toBe(50);
  });
});

describe("an upload", () => {
  const png = blankPng(64, 64);
  const codeOf = (answer: any) => answer.body.ResponseMetadata.Error?.Code;

  test("meets a CRC mismatch, a bad UriStatus and an expired token", async () => {
    const uploader = await Uploader.create(simulator.url, 2);
    simulator.addFault({ endpoint: "imagex_apply", kind: "expired" });
    expect(codeOf(await uploader.applyImage(png.length))).toBe("AccessDenied");
    const { UploadAddress: address } = (await uploader.applyImage(png.length)).body.Result;
    simulator.addFault({ endpoint: "upload", kind: "crc_mismatch" });
    expect((await uploader.send(address.StoreInfos[0], png)).body.code).toBe(4000);
    expect((await uploader.send(address.StoreInfos[0], png)).body.code).toBe(2000);
    simulator.addFault({ endpoint: "imagex_commit", kind: "uri_status", status: 2003 });
    const failed = await uploader.commitImage(address.SessionKey);
    expect(failed.body.Result.Results[0].UriStatus).toBe(2003);
    const done = await uploader.commitImage(address.SessionKey);
    expect(done.body.Result.Results[0].UriStatus).toBe(2000);
  });
});

describe("a download", () => {
  test("finds its URL expired, cut, or the host down", async () => {
    const poll = await startAndPoll("t2i", 10_000);
    const url = (await poll()).item_list[0].image.large_images[0].image_url;
    simulator.addFault({ endpoint: "download", kind: "expired" });
    expect((await fetch(url)).status).toBe(403);
    simulator.addFault({ endpoint: "download", kind: "truncated" });
    const cut = await fetch(url);
    await expect(cut.arrayBuffer()).rejects.toThrow();
    simulator.addFault({ endpoint: "download", kind: "truncated", honest_length: true });
    const half = await (await fetch(url)).arrayBuffer();
    simulator.addFault({ endpoint: "download", kind: "http_status", status: 503 });
    expect((await fetch(url)).status).toBe(503);
    const whole = await fetch(url);
    expect(whole.status).toBe(200);
    expect(half.byteLength).toBe(Math.floor((await whole.arrayBuffer()).byteLength / 2));
  });
});

describe("a fault's scope", () => {
  test("is an endpoint or all, an account, a number of requests, and those let through first", async () => {
    const account = simulator.setAccount({ session: "fake-a" });
    simulator.addFault({ endpoint: "*", kind: "refuse", ret: "1057", account, times: 0 });
    const as = (session: string) => post(creditPath, {}, { session }).then(({ body }) => body.ret);
    expect([await as("fake-a"), await as("fake-b"), await as("fake-a")]).toEqual([
      "1057",
      "0",
      "1057",
    ]);
    simulator.removeFault();
    simulator.addFault({ endpoint: "user_credit", kind: "refuse", ret: "1057", after: 1 });
    expect([await as("fake-a"), await as("fake-a"), await as("fake-a")]).toEqual([
      "0",
      "1057",
      "0",
    ]);
    expect(simulator.faults()).toMatchObject([{ hits: 1 }]);
  });

  test("is set, listed and removed over HTTP, and a bad fault is refused", async () => {
    const control = (method: string, route: string, body?: unknown) =>
      fetch(`${simulator.url}/_simulator/${route}`, {
        method,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const faults = [
      { endpoint: "history", kind: "html", times: 0 },
      { endpoint: "generate", kind: "stuck" },
    ];
    const { ids }: any = await (await control("POST", "faults", faults)).json();
    expect(ids).toHaveLength(2);
    await control("DELETE", `faults/${ids[0]}`);
    expect(simulator.faults().map((fault) => fault.id)).toEqual([ids[1]]);
    await control("DELETE", "faults");
    expect(simulator.faults()).toEqual([]);
    expect((await control("POST", "faults", { endpoint: "history", kind: "magic" })).status).toBe(
      400,
    );
    const typo = { endpoint: "history", kind: "delay", ms: 1, msec: 1 };
    expect((await control("POST", "faults", typo)).status).toBe(400);
    const limit = await control("POST", "settings", { parallel_limit: 0 });
    expect(await limit.json()).toEqual({ parallel_limit: 0 });
    expect((await generate()).body.ret).toBe("1310");
    simulator.setParallelLimit(null);
  });

  test("shows in the request log", async () => {
    simulator.addFault({ endpoint: "history", kind: "drop_before" });
    await expect(raw(historyPath, { history_ids: ["1"] })).rejects.toThrow();
    expect(simulator.requests({ endpoint: "history" })).toMatchObject([
      { accepted: false, reason: "fault: drop_before" },
    ]);
  });
});
