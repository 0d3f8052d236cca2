// Tests the life of a generation over scripted answers: above all, that nothing is paid twice or lost.

import { describe, expect, test, vi } from "vitest";

import type { Operation } from "../operation.ts";
import {
  failureOf,
  fakeSession,
  fixtureText,
  instantClock,
  scriptedFetch,
  testClient,
} from "../testing/client.ts";
import type { Answer } from "../testing/client.ts";

const submitId = "00000000-0000-4000-8000-000000000001";
const cat = { kind: "image", model: "jimeng-4.0", prompt: "cat" } as const;

function envelope(data: unknown, ret: unknown = "0"): string {
  return JSON.stringify({ ret, errmsg: "success", systime: "1760000000", logid: "log-1", data });
}

function operation(index: number): Operation {
  return {
    version: 1,
    region: "cn",
    kind: "image",
    model: "jimeng-4.0",
    submitId: `submit-${index}`,
    historyId: String(90_000_000_000_000 + index),
    startedAt: 0,
    forecast: null,
    logid: null,
  };
}

function causedBy(code: string, extra: object = {}): Error {
  return Object.assign(new TypeError("fetch failed"), {
    cause: Object.assign(new Error(code), { code, ...extra }),
  });
}

async function startWith(answer: Answer): Promise<{ error: any; requests: number }> {
  const fetch = scriptedFetch(answer);
  const error = await failureOf(testClient(fetch).generations.start(cat, { submitId }));
  return { error, requests: fetch.seen.length };
}

describe("generations.start", () => {
  test("posts a signed, honest request and gives a resumable operation", async () => {
    const fetch = scriptedFetch(fixtureText("generate_ok_image"));
    const started = await testClient(fetch).generations.start(cat, { submitId });
    expect(started).toEqual({
      version: 1,
      region: "cn",
      kind: "image",
      model: "jimeng-4.0",
      submitId,
      historyId: "90000000000001",
      startedAt: 1_760_000_000_000,
      forecast: { queueSeconds: 1, generateSeconds: 33 },
      logid: "20250101000000000000000000PLACEHOLD",
    });
    const [seen] = fetch.seen;
    expect(seen!.url.origin + seen!.url.pathname).toBe(
      "https://jimeng.jianying.com/mweb/v1/aigc_draft/generate",
    );
    const query = Object.fromEntries(seen!.url.searchParams);
    expect(query).toEqual({
      aid: "513695",
      device_platform: "web",
      region: "cn",
      webId: expect.stringMatching(/^\d{19}$/),
      da_version: "3.3.28",
      web_version: "7.5.0",
      aigc_features: "app_lip_sync",
      web_component_open_flag: "1",
      commerce_with_input_video: "1",
    });
    const headers = Object.fromEntries(seen!.headers);
    expect(headers).toMatchObject({
      appid: "513695",
      appvr: "8.4.0",
      pf: "7",
      "device-time": "1760000000",
      tdid: "",
      "sign-ver": "1",
      sign: expect.stringMatching(/^[0-9a-f]{32}$/),
      "app-sdk-version": "48.0.0",
      lan: "zh-Hans",
      loc: "cn",
      origin: "https://jimeng.jianying.com",
      "user-agent": "jimeng-sdk/0.1.0",
      cookie: expect.stringContaining(`; sessionid=${fakeSession};`),
    });
    expect(Object.keys(headers).filter((name) => name.startsWith("sec-"))).toEqual([]);
    expect(seen!.init.redirect).toBe("manual");
    expect(seen!.url.href).not.toContain(fakeSession);
  });

  test("signs the last seven characters of a relay's whole path", async () => {
    const fetch = scriptedFetch(fixtureText("generate_ok_image"));
    const baseUrls = { mweb: "https://relay.example/dreamina/us/" };
    await testClient(fetch, { session: `us-${fakeSession}`, baseUrls }).generations.start(cat);
    expect(fetch.seen[0]!.url.pathname).toBe("/dreamina/us/mweb/v1/aigc_draft/generate");
    expect(fetch.seen[0]!.url.searchParams.get("region")).toBe("US");
    expect(fetch.seen[0]!.url.searchParams.has("webId")).toBe(false);
  });

  test("posts through paidFetch and reads through fetch", async () => {
    const fetch = scriptedFetch(fixtureText("history_done_images"));
    const paidFetch = scriptedFetch(fixtureText("generate_ok_image"));
    const { generations } = testClient(fetch, { paidFetch });
    await generations.check([await generations.start(cat)]);
    expect([paidFetch.seen.length, fetch.seen.length]).toEqual([1, 1]);
  });

  test.each([
    ["1000_invalid_parameter", "invalid_request"],
    ["1006_credits", "insufficient_credits"],
    ["1006_international", "insufficient_credits"],
    ["1015_login", "session_invalid"],
    ["1018_punished", "risk_controlled"],
    ["1310_parallel_max", "concurrency_limited"],
    ["2038_text", "content_rejected"],
    ["3000_region", "region_unavailable"],
    ["3018_permission", "permission_denied"],
    ["4013_risk", "risk_controlled"],
  ])("explains the refusal %s as %s, surely not accepted", async (name, code) => {
    const { error, requests } = await startWith(fixtureText(`generate_error_${name}`));
    expect(error).toMatchObject({
      code,
      detail: {
        acceptance: "refused",
        charged: "no",
        fix: expect.any(String),
        upstream: {
          ret: name.slice(0, 4),
          logid: "20250101000000000000000000PLACEHOLD",
          httpStatus: 200,
        },
      },
    });
    expect(requests).toBe(1);
  });

  test("keeps an unknown ret raw, and reads a numeric ret", async () => {
    expect((await startWith(envelope(null, "777"))).error).toMatchObject({
      code: "upstream_error",
      detail: { upstream: { ret: "777" } },
    });
    expect((await startWith(envelope(null, 1015))).error).toMatchObject({
      code: "session_invalid",
    });
    expect((await startWith('{"ret":"1015","errmsg":"login error"}')).error).toMatchObject({
      code: "session_invalid",
      detail: { acceptance: "refused" },
    });
  });

  test.each<[string, string, Error]>([
    ["connection_failed", "refused", causedBy("ENOTFOUND")],
    ["connection_failed", "refused", causedBy("EAI_AGAIN")],
    ["connection_failed", "refused", causedBy("ECONNREFUSED")],
    ["connection_failed", "refused", causedBy("UND_ERR_CONNECT_TIMEOUT")],
    ["connection_failed", "refused", causedBy("CERT_HAS_EXPIRED")],
    ["connection_failed", "refused", causedBy("ETIMEDOUT", { syscall: "connect" })],
    [
      "connection_failed",
      "refused",
      Object.assign(new Error("x"), { cause: new AggregateError([causedBy("ECONNREFUSED")]) }),
    ],
    ["connection_failed", "unknown", causedBy("ECONNRESET")],
    ["connection_failed", "unknown", causedBy("ETIMEDOUT", { syscall: "read" })],
    ["connection_failed", "unknown", causedBy("UND_ERR_SOCKET")],
    ["connection_failed", "unknown", new TypeError("fetch failed")],
  ])("calls a start %s with acceptance %s", async (code, acceptance, thrown) => {
    const { error, requests } = await startWith(thrown);
    expect(error).toMatchObject({ code, detail: { acceptance } });
    expect(requests).toBe(1);
  });

  test.each<[number, string, string, string]>([
    [429, "rate_limited", "refused", ""],
    [500, "upstream_unavailable", "unknown", "<html>"],
    [503, "upstream_unavailable", "unknown", envelope(null, "1000")],
    [302, "unexpected_response", "unknown", ""],
    [403, "unexpected_response", "unknown", "<html>forbidden</html>"],
    [400, "invalid_request", "refused", envelope(null, "1000")],
    [200, "unexpected_response", "unknown", "<html>hello</html>"],
    [200, "unexpected_response", "unknown", '{"ret":"0","data":{"aigc_d'],
    [200, "unexpected_response", "unknown", envelope(null)],
    [200, "unexpected_response", "unknown", envelope({ aigc_data: {} })],
    [200, "unexpected_response", "unknown", "{}"],
  ])("reads HTTP %i as %s with acceptance %s", async (status, code, acceptance, body) => {
    const { error, requests } = await startWith(
      new Response(body, { status, headers: { location: "https://elsewhere.example/" } }),
    );
    expect(error).toMatchObject({ code, detail: { acceptance } });
    expect(requests).toBe(1);
  });

  test("says when to come back after HTTP 429", async () => {
    const { error } = await startWith(
      new Response("", { status: 429, headers: { "retry-after": "7" } }),
    );
    expect(error.detail.retryAfterMs).toBe(7000);
  });

  test("calls a timeout unknown and an abort before sending refused", async () => {
    const hanging = scriptedFetch(
      ({ init }) =>
        new Promise((_, reject) =>
          init.signal!.addEventListener("abort", () => reject(new Error("aborted"))),
        ),
    );
    const slow = testClient(hanging, { timeoutMs: 5 });
    expect(await failureOf(slow.generations.start(cat))).toMatchObject({
      code: "timeout",
      detail: { acceptance: "unknown" },
    });
    const aborted = slow.generations.start(cat, { signal: AbortSignal.abort() });
    expect(await failureOf(aborted)).toMatchObject({
      code: "cancelled",
      detail: { acceptance: "refused" },
    });
    expect(hanging.seen).toHaveLength(1);
    const controller = new AbortController();
    const running = testClient(hanging).generations.start(cat, { signal: controller.signal });
    await vi.waitFor(() => expect(hanging.seen).toHaveLength(2));
    controller.abort();
    expect(await failureOf(running)).toMatchObject({
      code: "cancelled",
      detail: { acceptance: "unknown" },
    });
  });

  test.each(["1000", "3018"])(
    "says that a retired model is gone when the upstream answers %s",
    async (ret) => {
      const { generations } = testClient(scriptedFetch(envelope(null, ret)));
      const retired = await failureOf(generations.start({ ...cat, model: "jimeng-2.1" }));
      expect(retired).toMatchObject({
        code: "model_unavailable",
        detail: { acceptance: "refused", upstream: { ret } },
      });
      const live = await failureOf(generations.start(cat));
      expect(live.code).not.toBe("model_unavailable");
    },
  );

  test("names the membership where a members' model is refused in other words", async () => {
    const { generations } = testClient(scriptedFetch(fixtureText("generate_error_4013_risk")));
    const error = await failureOf(
      generations.start({ kind: "video", model: "jimeng-video-seedance-2.0-vip", prompt: "sea" }),
    );
    expect(error).toMatchObject({
      code: "risk_controlled",
      detail: { fix: expect.stringContaining("member") },
    });
  });

  test.each([
    ["no membership", "user_credit_ok", "permission_denied", "without VIP"],
    ["a membership", "user_credit_vip", "risk_controlled", "Stop"],
  ])("reads ret 4013 on a members' model by %s", async (_what, balance, code, fix) => {
    const fetch = scriptedFetch(fixtureText(balance), fixtureText("generate_error_4013_risk"));
    const { credits, generations } = testClient(fetch);
    await credits.retrieve();
    const error = await failureOf(
      generations.start({ kind: "video", model: "jimeng-video-seedance-2.0-vip", prompt: "sea" }),
    );
    expect(error).toMatchObject({
      code,
      detail: { charged: "no", acceptance: "refused", fix: expect.stringContaining(fix) },
    });
  });

  test("calls ret 2061 a model that is not offered, and ret -6 a start for the site's own page", async () => {
    const { generations } = testClient(scriptedFetch(envelope(null, "2061"), envelope(null, "-6")));
    expect(await failureOf(generations.start(cat))).toMatchObject({
      code: "model_unavailable",
      detail: { param: "model", charged: "no" },
    });
    expect(await failureOf(generations.start(cat))).toMatchObject({
      code: "risk_controlled",
      detail: { charged: "no", fix: expect.stringContaining("own page") },
    });
  });

  test("keeps three starts and five reads under way at one moment", async () => {
    const running = { start: 0, read: 0 };
    const most = { start: 0, read: 0 };
    const { generations } = testClient(async (url) => {
      const kind = url.includes("/generate") ? "start" : "read";
      running[kind] += 1;
      most[kind] = Math.max(most[kind], running[kind]);
      await new Promise((resolve) => setImmediate(resolve));
      running[kind] -= 1;
      return new Response(kind === "start" ? fixtureText("generate_ok_image") : envelope({}));
    });
    await Promise.all([
      ...Array.from({ length: 9 }, () => generations.start(cat)),
      ...Array.from({ length: 12 }, (_, index) => generations.check([operation(index)])),
    ]);
    expect(most).toEqual({ start: 3, read: 5 });
  });

  test("sends nothing for a request that cannot succeed", async () => {
    const fetch = scriptedFetch("{}");
    const error = await failureOf(testClient(fetch).generations.start({ ...cat, prompt: "" }));
    expect(error).toMatchObject({ code: "invalid_request", detail: { acceptance: "refused" } });
    expect(fetch.seen).toEqual([]);
  });
});

describe("a start that succeeds by its ret and names no record", () => {
  const answer = (fields: object) => envelope({ aigc_data: null, ...fields });

  test.each([
    [{ fail_code: "1006", fail_starling_message: "积分不足" }, "insufficient_credits"],
    [{ fail_code: 1310 }, "concurrency_limited"],
    [{ fail_code: "", fail_starling_key: "exceed_model_parallel_max" }, "concurrency_limited"],
    [{ fail_code: "2038", fail_starling_key: "" }, "content_rejected"],
  ])("was refused for what %o says", async (fields, code) => {
    const { error } = await startWith(answer(fields));
    expect(error).toMatchObject({ code, detail: { acceptance: "refused", charged: "no" } });
    expect(error.detail.upstream).toMatchObject({ ret: "0", logid: "log-1" });
  });

  test.each([
    {},
    { fail_code: "" },
    { fail_code: "0" },
    { fail_code: "1180" },
    { fail_code: "1006", aigc_data: {} },
  ])("stays in doubt for %o", async (fields) => {
    const { error } = await startWith(answer(fields));
    expect(error).toMatchObject({ code: "unexpected_response", detail: { acceptance: "unknown" } });
  });
});

describe("generations.check and find", () => {
  test("asks 120 operations in three requests, by history id", async () => {
    const fetch = scriptedFetch(envelope({}));
    const operations = Array.from({ length: 120 }, (_, index) => operation(index));
    expect((await testClient(fetch).generations.check(operations)).size).toBe(0);
    expect(fetch.seen.map(({ body }) => body.history_ids.length)).toEqual([50, 50, 20]);
    expect(fetch.seen[0]!.url.pathname).toBe("/mweb/v1/get_history_by_ids");
  });

  test("leaves out what the upstream does not show yet", async () => {
    const { generations } = testClient(scriptedFetch(fixtureText("history_done_images")));
    const found = await generations.check([operation(1), operation(2)]);
    expect([...found.keys()]).toEqual(["submit-1"]);
    expect(found.get("submit-1")).toMatchObject({ status: "completed", operation: operation(1) });
  });

  test("finds a start by its submit id and adopts it", async () => {
    const fetch = scriptedFetch(fixtureText("history_done_images_by_submit_id"));
    const found = await testClient(fetch).generations.find([submitId, "another", submitId]);
    expect(fetch.seen[0]!.body.submit_ids).toEqual([submitId, "another"]);
    expect([...found.values()]).toMatchObject([
      {
        status: "completed",
        operation: {
          submitId,
          historyId: "90000000000001",
          model: "jimeng-4.0",
          kind: "image",
          startedAt: null,
        },
      },
    ]);
  });

  test.each([
    ["is told to be one", { kinds: new Map([[submitId, "video" as const]]) }],
    ["shows that its item is one", {}],
  ])("finds a video whose record does not name its type and %s", async (_how, options) => {
    const record = JSON.parse(fixtureText("history_done_video")).data["90000000000001"];
    delete record.generate_type;
    delete record.model_info;
    const fetch = scriptedFetch(envelope({ [submitId]: record }));
    const found = await testClient(fetch).generations.find([submitId], options);
    expect(found.get(submitId)).toMatchObject({
      status: "completed",
      operation: { kind: "video" },
      outputs: [{ kind: "video" }],
    });
  });

  test("takes what a start is known to be over a record that shows only a cover so far", async () => {
    const record = JSON.parse(fixtureText("history_done_video")).data["90000000000001"];
    delete record.generate_type;
    delete record.model_info;
    delete record.item_list[0].video;
    const fetch = scriptedFetch(envelope({ [submitId]: record }));
    const kinds = new Map([[submitId, "video" as const]]);
    const found = await testClient(fetch).generations.find([submitId], { kinds });
    expect(found.get(submitId)).toMatchObject({ status: "pending", outputs: [] });
  });

  test("keeps a generation pending whose record cannot be read, and reads the others", async () => {
    const good = JSON.parse(fixtureText("history_done_images")).data["90000000000001"];
    const { generations } = testClient(
      scriptedFetch(envelope({ "90000000000001": good, "90000000000002": "garbage" })),
    );
    const found = await generations.check([operation(1), operation(2)]);
    expect([...found.values()].map(({ status }) => status)).toEqual(["completed", "pending"]);
  });

  test.each([
    ["1000000000", 3_600_000],
    ["Fri, 01 Jan 2100 00:00:00 GMT", 3_600_000],
    ["120", 120_000],
    ["-5", 0],
  ])("waits no longer than an hour for a Retry-After of %s", async (header, waitMs) => {
    const answer = new Response("", { status: 429, headers: { "retry-after": header } });
    const { generations } = testClient(scriptedFetch(answer), { maxRetryCount: 0 });
    const error = await failureOf(generations.check([operation(1)]));
    expect(error.detail.retryAfterMs).toBe(waitMs);
  });

  test("does not sleep through a Retry-After that is longer than any other wait", async () => {
    const answer = new Response("", { status: 503, headers: { "retry-after": "600" } });
    const [fetch, clock] = [scriptedFetch(answer), instantClock()];
    const { generations } = testClient(fetch, { clock });
    expect(await failureOf(generations.check([operation(1)]))).toMatchObject({
      code: "upstream_unavailable",
      detail: { retryAfterMs: 600_000 },
    });
    expect(fetch.seen).toHaveLength(1);
    expect(clock.slept).toEqual([]);
  });

  test("tries a read again after network errors and 5xx, with jitter and Retry-After", async () => {
    const clock = instantClock();
    const busy = new Response("", { status: 503, headers: { "retry-after": "9" } });
    const fetch = scriptedFetch(
      causedBy("ECONNRESET"),
      busy,
      new Response("", { status: 502 }),
      envelope({}),
    );
    await testClient(fetch, { clock }).generations.check([operation(1)]);
    expect(clock.slept).toEqual([2500, 9000, 10_000]);
  });

  test("gives up after the allowed number of repetitions", async () => {
    const fetch = scriptedFetch(causedBy("ECONNRESET"));
    const { generations } = testClient(fetch);
    expect(await failureOf(generations.check([operation(1)]))).toMatchObject({
      code: "connection_failed",
    });
    expect(fetch.seen).toHaveLength(4);
    await failureOf(generations.check([operation(1)], { maxRetryCount: 0 }));
    expect(fetch.seen).toHaveLength(5);
  });

  test.each([
    ["an answer that makes no sense", "<html>", 2, "unexpected_response"],
    ["ret 1014", envelope(null, "1014"), 2, "upstream_unavailable"],
    ["a login error", fixtureText("history_login_error"), 1, "session_invalid"],
    ["a refused parameter", fixtureText("history_invalid_parameter"), 1, "invalid_request"],
    ["ret 1057", envelope(null, "1057"), 1, "rate_limited"],
  ])("reads %s this often", async (_what, answer, times, code) => {
    const fetch = scriptedFetch(answer);
    const error = await failureOf(testClient(fetch).generations.check([operation(1)]));
    expect(error).toMatchObject({ code });
    expect(error.detail.acceptance).toBeUndefined();
    expect(fetch.seen).toHaveLength(times);
  });

  test("asks nothing for no operations and refuses another region's", async () => {
    const fetch = scriptedFetch(envelope({}));
    const { generations } = testClient(fetch);
    expect((await generations.check([])).size).toBe(0);
    expect(fetch.seen).toEqual([]);
    expect(await failureOf(generations.check([{ ...operation(1), region: "us" }]))).toMatchObject({
      code: "invalid_request",
    });
  });
});
