// Tests the control routes: what they set and tell, and whom they refuse.

import { request as httpRequest } from "node:http";

import { describe, expect, test } from "vitest";

import { createSimulator } from "./index.ts";
import {
  call,
  generateBody,
  generatePath,
  ManualTime,
  startForTests,
} from "./testing/simulator.ts";

const simulator = await startForTests({ clock: new ManualTime() });

interface Sent {
  method?: string;
  route?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Sends a control request with exactly these headers, Host included; returns its status. */
function send({ method = "POST", route = "reset", headers = {}, body }: Sent): Promise<number> {
  return new Promise((resolve, reject) => {
    const sending = httpRequest(`${simulator.url}/_simulator/${route}`, { method, headers });
    sending.once("response", (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sending.once("error", reject);
    sending.end(body);
  });
}

describe("the control routes", () => {
  test("set accounts, move the clock and refuse a bad body", async () => {
    const post = async (route: string, body: string) =>
      fetch(`${simulator.url}/_simulator/${route}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
    const made = await post("accounts", '{"session":"fake-z","region":"jp","credits":{"gift":7}}');
    expect(await made.json()).toEqual({ account: expect.stringMatching(/^acct_/) });
    expect(simulator.accounts()).toMatchObject([{ region: "jp", credits: { gift: 7 } }]);
    const moved: any = await (await post("clock", '{"advance_ms":5000}')).json();
    expect(moved.offset_ms).toBe(5000);
    expect((await post("clock", '{"advance_ms":-1}')).status).toBe(400);
    expect((await post("accounts", '{"region":"mars"}')).status).toBe(400);
  });

  test("retire a model, show it and refuse an unknown key", async () => {
    const post = (body: object) =>
      fetch(`${simulator.url}/_simulator/models`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const key = "high_aes_general_v41";
    const changed: any = await (await post({ key, retired: true })).json();
    expect(changed.models.find((one: any) => one.key === key)).toMatchObject({
      kind: "image",
      retired: true,
    });
    expect((await post({ key: "no_such_model", retired: true })).status).toBe(400);
    expect((await post({ key, retired: "yes" })).status).toBe(400);
    simulator.reset();
    expect(simulator.models().filter((one) => one.retired)).toEqual([]);
  });

  test("tell when records turned visible and done in wall time, across clock jumps", async () => {
    const time = new ManualTime();
    const own = await createSimulator({
      media: "blank",
      clock: time,
      timing: { imageMs: 10_000, visibleAfterMs: 1000, jitter: false },
    });
    const startedAt = time.now();
    await call(own.url, generatePath, generateBody("t2i"));
    expect(own.records()).toMatchObject([
      {
        status: 20,
        forecast_seconds: 10,
        accepted_at: startedAt,
        visible_at: null,
        completed_at: null,
      },
    ]);
    time.tick(2000);
    own.advance(7000);
    expect(own.records()).toMatchObject([{ visible_at: startedAt + 1000, completed_at: null }]);
    time.tick(5000);
    expect(own.records()).toMatchObject([{ status: 50, completed_at: startedAt + 3000 }]);
    await own.close();
  });
});

describe("the guard of the control routes", () => {
  const { port } = new URL(simulator.url);
  const json = { "content-type": "application/json" };

  test.each([
    `127.0.0.1:${port}`,
    `localhost:${port}`,
    "LOCALHOST",
    "my.localhost:1",
    "[::1]:5200",
    "127.9.9.9",
  ])("serves the Host %s", async (host) => {
    expect(await send({ headers: { host } })).toBe(200);
    expect(await send({ method: "GET", route: "records", headers: { host } })).toBe(200);
  });

  test.each([
    "evil.example",
    "127.0.0.1.evil.example",
    `localhost.evil.example:${port}`,
    "[::2]",
    "192.0.2.8",
    "127.0.0.1@evil",
    "127.999.999.999",
  ])("refuses the Host %j, which DNS rebinding may give this address", async (host) => {
    expect(await send({ headers: { host } })).toBe(403);
    expect(await send({ method: "GET", route: "records", headers: { host } })).toBe(403);
    expect(await send({ method: "DELETE", route: "faults", headers: { host } })).toBe(403);
  });

  test.each([
    [`http://localhost:${port}`, 200],
    ["http://localhost:3000", 403],
    ["https://evil.example", 403],
    [`http://localhost:${port}.evil.example`, 403],
    ["null", 403],
    ["", 403],
  ])("answers the Origin %j with %i", async (origin, status) => {
    const headers = { host: `localhost:${port}`, origin };
    expect(await send({ headers })).toBe(status);
    expect(await send({ method: "GET", route: "accounts", headers })).toBe(status);
  });

  test("refuses a cross-site request that names no Origin, as images and forms of a page send", async () => {
    const crossSite = { "sec-fetch-site": "cross-site" };
    expect(await send({ method: "GET", route: "clock", headers: crossSite })).toBe(403);
    expect(await send({ headers: { "sec-fetch-site": "same-origin" } })).toBe(200);
  });

  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/jsonp",
    "[::2]",
    "text/json",
  ])("refuses a body of content type %j with 415 and changes nothing", async (type) => {
    const headers: Record<string, string> = type === "" ? {} : { "content-type": type };
    const body = '{"advance_ms":5000}';
    const before = simulator.clock().offset_ms;
    expect(await send({ route: "clock", headers, body })).toBe(415);
    expect(simulator.clock().offset_ms).toBe(before);
  });

  test("takes JSON with a charset, and a request without a body", async () => {
    const headers = { "content-type": "Application/JSON; charset=utf-8" };
    expect(await send({ route: "clock", headers, body: '{"advance_ms":0}' })).toBe(200);
    expect(await send({ route: "faults", method: "DELETE", headers: json })).toBe(200);
  });

  test("leaves the upstream's own routes alone: the site is called under any name", async () => {
    const sent = generateBody("t2i");
    const headers = { origin: "https://jimeng.jianying.com" };
    expect((await call(simulator.url, generatePath, sent, { headers })).body.ret).toBe("0");
  });
});
