// Tests, through the whole gateway, what callers of pass-through may cause before and after the upstream confirms them.

import { JimengError } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { DatabaseSync } from "./database/sqlite.ts";
import { openGatewayWithAccounts } from "./testing/gateway-with-accounts.ts";
import type { GatewayWithAccounts } from "./testing/gateway-with-accounts.ts";
import { toDataUrl, toForm } from "./testing/form-samples.ts";
import { wholePng } from "./testing/reference-samples.ts";

let open: GatewayWithAccounts;
let failure: JimengError | undefined;
let isAlive: (session: string) => boolean;
beforeEach(async () => {
  isAlive = () => false;
  failure = undefined;
  open = await openGatewayWithAccounts(
    { JIMENG_PASSTHROUGH: "true", JIMENG_VIDEO_DEADLINE_SECONDS: "7200" },
    {
      onClient(session, client) {
        if (failure !== undefined) client.failures.push(failure);
        if (!isAlive(session)) {
          client.alive = { alive: false, error: new JimengError("session_invalid", "who?") };
        }
      },
    },
  );
});
afterEach(() => open.close());

const minuteMs = 60_000;
const invented = (index: number) => `invented-session-${String(index).padStart(8, "0")}`;
const make = (session: string, body: object = { prompt: "x" }) =>
  open.ask("POST", "/v1/jobs", { kind: "image", ...body }, session);

function send(session: string, remoteAddress: string) {
  return open.gateway.app.inject({
    method: "POST",
    url: "/v1/jobs",
    headers: { authorization: `Bearer ${session}` },
    payload: { kind: "image", prompt: "x" },
    remoteAddress,
  });
}

function countRows(table: string): unknown {
  const connection = new DatabaseSync(open.databasePath, { readOnly: true });
  const row = connection.prepare(`SELECT count(*) AS rows FROM ${table}`).get();
  connection.close();
  return row?.["rows"];
}

describe("a session that the upstream does not know", () => {
  it("makes no job, no account and no file, and its body's URLs are not fetched", async () => {
    const form = await toForm([["file", wholePng(), "a.png"]]);
    const bearer = { authorization: `Bearer ${invented(1)}` };
    const upload = await open.gateway.app.inject({
      method: "POST",
      url: "/v1/files",
      ...form,
      headers: { ...form.headers, ...bearer },
    });
    const image = toDataUrl(wholePng(640, 480, 200_000));
    const answers = [
      upload,
      await make(invented(2)),
      await open.ask("POST", "/v1/images/edits", { prompt: "x", image }, invented(3)),
      await open.ask(
        "POST",
        "/v1/videos",
        { prompt: "x", input_reference: "http://8.8.8.8/a.png" },
        invented(4),
      ),
      await open.ask("POST", "/v1/history/import", {}, invented(5)),
      await open.ask("GET", "/v1/credits", undefined, invented(6)),
    ];
    for (const answer of answers) {
      expect(answer.statusCode, answer.body).toBe(401);
      expect(answer.json().error).toMatchObject({ code: "session_invalid", charged: "no" });
    }
    expect([countRows("jobs"), countRows("accounts"), countRows("files")]).toEqual([0, 0, 0]);
  });

  it("is asked for once in ten minutes, by all its requests at once too", async () => {
    await Promise.all([make(invented(1)), make(invented(1)), make(invented(1))]);
    await make(invented(1));
    expect(open.client(invented(1)).asked).toEqual(["check"]);
    await open.clock.advance(11 * minuteMs);
    await make(invented(1));
    expect(open.client(invented(1)).asked).toEqual(["check", "check"]);
  });
});

describe("too many new sessions", () => {
  it("of one address are answered 429 with Retry-After, in ten a minute, while others are served", async () => {
    isAlive = (session) => session === "confirmed-before-00000000";
    expect((await send("confirmed-before-00000000", "192.0.2.1")).statusCode).toBe(202);
    const statuses: number[] = [];
    for (let index = 0; index < 600; index++) {
      statuses.push((await send(invented(index), "192.0.2.1")).statusCode);
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(9);
    expect(statuses.filter((status) => status === 429)).toHaveLength(591);
    const refused = await send(invented(700), "192.0.2.1");
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(Number(refused.headers["retry-after"])).toBeLessThanOrEqual(60);
    expect((await send("confirmed-before-00000000", "192.0.2.1")).statusCode).toBe(202);
    expect((await send(invented(701), "192.0.2.2")).statusCode).toBe(401);
    await open.clock.advance(minuteMs + 1);
    expect((await send(invented(702), "192.0.2.1")).statusCode).toBe(401);
    expect([countRows("jobs"), countRows("accounts")]).toEqual([2, 1]);
  });

  it("of all addresses are 60 a minute; a network of IPv6 counts as one address", async () => {
    const statuses: number[] = [];
    for (let index = 0; index < 70; index++) {
      statuses.push((await send(invented(index), `192.0.2.${index + 1}`)).statusCode);
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(60);
    await open.clock.advance(minuteMs + 1);
    const sameNetwork: number[] = [];
    for (let index = 100; index < 120; index++) {
      sameNetwork.push((await send(invented(index), `2001:db8::${index.toString(16)}`)).statusCode);
    }
    expect(sameNetwork.filter((status) => status === 401)).toHaveLength(10);
  });

  it("are limited on the token routes as well", async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        open.ask("POST", "/token/check", { token: invented(index) }, null),
      ),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(10);
    expect(answers.at(-1)?.headers["retry-after"]).toBeDefined();
    const bearer = Array.from({ length: 20 }, (_, index) => invented(index)).join(",");
    expect((await open.ask("POST", "/token/points", undefined, bearer)).statusCode).toBe(429);
  });
});

it("a failure of the network or the upstream says nothing about the session", async () => {
  isAlive = () => true;
  for (const [code, status] of [
    ["connection_failed", 502],
    ["upstream_unavailable", 503],
  ] as const) {
    failure = new JimengError(code, "down");
    open.clients.get(invented(1))?.failures.push(failure);
    expect((await make(invented(1))).statusCode).toBe(status);
  }
  expect((await make(invented(1))).statusCode).toBe(202);
});

describe("a visitor", () => {
  beforeEach(() => {
    isAlive = () => true;
  });

  it("has files that expire, also where no life was asked for", async () => {
    const form = await toForm([["file", wholePng(), "a.png"]]);
    const upload = await open.gateway.app.inject({
      method: "POST",
      url: "/v1/files",
      ...form,
      headers: { ...form.headers, authorization: `Bearer ${invented(1)}` },
    });
    expect(upload.statusCode, upload.body).toBe(200);
    expect(upload.json().expires_at).toBeGreaterThan(0);
  });

  it("leaves no account once no job needs it, and can look for a late result all the same", async () => {
    await open.gateway.listen();
    const made = await make(invented(1), { kind: "video", prompt: "x" });
    expect(made.statusCode, made.body).toBe(202);
    const { id } = made.json();
    await open.clock.advance(70 * minuteMs);
    expect(countRows("accounts")).toBe(1);
    await open.clock.advance(60 * minuteMs);
    expect([countRows("accounts"), countRows("jobs")]).toEqual([0, 1]);
    const shown = await open.ask("GET", `/v1/jobs/${id}`, undefined, invented(1));
    expect(shown.json()).toMatchObject({ status: "failed", error: { code: "generation_timeout" } });
    await open.ask("POST", `/v1/jobs/${id}/recheck`, undefined, invented(1));
    expect(countRows("accounts")).toBe(1);
  });
});
