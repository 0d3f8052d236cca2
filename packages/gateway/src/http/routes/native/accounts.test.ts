// Tests the account routes over a real gateway with scripted accounts.

import { JimengError } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import {
  accountListSchema,
  accountsReloadSchema,
  checkedAccountListSchema,
  checkedAccountSchema,
} from "../../../api/accounts.ts";
import { parseSessions } from "../../../config/credentials.ts";
import { fakeSessions, openGatewayWithAccounts } from "../../../testing/gateway-with-accounts.ts";
import type { GatewayWithAccounts } from "../../../testing/gateway-with-accounts.ts";

const key = "obviously-fake-key";
let open: GatewayWithAccounts;
let settings: string;
beforeEach(async () => {
  settings = `one=${fakeSessions.one},two=us-${fakeSessions.two}`;
  open = await openGatewayWithAccounts(
    { JIMENG_SESSIONS: settings, JIMENG_API_KEYS: key },
    { readSessions: () => parseSessions("JIMENG_SESSIONS_FILE", settings) },
  );
});
afterEach(async () => {
  for (const session of Object.values(fakeSessions)) expect(open.said()).not.toContain(session);
  await open.close();
});

const risk = (ret: string) => new JimengError("risk_controlled", "no", { upstream: { ret } });

async function accountHealths(): Promise<Record<string, string>> {
  const { data } = accountListSchema.parse((await open.ask("GET", "/v1/accounts")).json());
  return Object.fromEntries(data.map(({ name, health }) => [name, health]));
}

describe("GET /v1/accounts", () => {
  it("lists names, regions and health for the owner only", async () => {
    const answer = await open.ask("GET", "/v1/accounts");
    expect(accountListSchema.parse(answer.json()).data[1]).toEqual({
      name: "two",
      object: "account",
      region: "us",
      adopted: false,
      stored: false,
      health: "ok",
      until: null,
      problem: null,
      refused_models: [],
      checked_at: null,
      credits: null,
      membership: null,
      session_ends_at: null,
      in_flight: 0,
      concurrency_limits: [],
    });
    const other = await open.ask("GET", "/v1/accounts", undefined, key);
    expect([other.statusCode, other.json().error.code]).toEqual([403, "forbidden"]);
  });

  it("tells a rest with its end from a block without one", async () => {
    open.gateway.accounts.noteFailure("one", risk("1019"));
    open.gateway.accounts.noteFailure("two", risk("1018"));
    const { data } = accountListSchema.parse((await open.ask("GET", "/v1/accounts")).json());
    const until = Math.floor((open.clock.now() + 600_000) / 1000);
    expect(data[0]).toMatchObject({ health: "cooling_down", until });
    expect(data[1]).toMatchObject({ health: "blocked", until: null });
  });
});

describe("an account whose cookie told when its session ends", () => {
  it("is listed and checked with that end, and with what others recorded of its region", async () => {
    const issued = 1_690_000_000;
    const year = 31_536_000;
    const abroad = await openGatewayWithAccounts({
      JIMENG_SESSIONS: `one=us-sessionid=${fakeSessions.one}; sid_guard=${fakeSessions.one}%7C${issued}%7C${year}`,
    });
    try {
      const { data } = accountListSchema.parse((await abroad.ask("GET", "/v1/accounts")).json());
      expect(data[0]).toMatchObject({ name: "one", session_ends_at: issued + year });
      const checked = (await abroad.ask("POST", "/v1/accounts/one/check")).json();
      expect(checkedAccountSchema.parse(checked)).toMatchObject({
        session_ends_at: issued + year,
        from_programs: { reads: "works", starts: "refused", claims: "refused" },
      });
      expect(abroad.said()).not.toContain(fakeSessions.one);
    } finally {
      await abroad.close();
    }
  });
});

describe("POST /v1/accounts/{name}/check", () => {
  it("tells whose the session is, and lifts a block and a dead-session mark, not a rest", async () => {
    const { accounts } = open.gateway;
    accounts.noteFailure("one", risk("1018"));
    accounts.noteFailure("two", risk("1019"));
    const answer = await open.ask("POST", "/v1/accounts/one/check");
    expect(answer.statusCode).toBe(200);
    expect(checkedAccountSchema.parse(answer.json())).toMatchObject({
      account: "one",
      valid: true,
      user: { id: "7000000000000000001", name: "somebody" },
      credits: { total: 60 },
    });
    expect(answer.body).not.toMatch(/mobile|phone/);
    await open.ask("POST", "/v1/accounts/two/check");
    expect(await accountHealths()).toEqual({ one: "ok", two: "cooling_down" });
  });

  it("marks a dead session, until a later check finds it alive", async () => {
    const client = open.client(fakeSessions.one);
    const alive = client.alive;
    client.alive = { alive: false, error: new JimengError("session_invalid", "expired") };
    const answer = await open.ask("POST", "/v1/accounts/one/check");
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ valid: false, error: { code: "session_invalid" } });
    expect(await accountHealths()).toMatchObject({ one: "expired" });
    client.alive = alive;
    await open.ask("POST", "/v1/accounts/one/check");
    expect(await accountHealths()).toMatchObject({ one: "ok" });
  });

  it("that cannot be made is a failure, and an unknown name is not found", async () => {
    open.client(fakeSessions.one).failures = [new JimengError("upstream_unavailable", "503")];
    expect((await open.ask("POST", "/v1/accounts/one/check")).statusCode).toBe(503);
    const unknown = await open.ask("POST", "/v1/accounts/three/check");
    expect([unknown.statusCode, unknown.json().error.what]).toEqual([404, "account"]);
  });
});

describe("POST /v1/accounts/check", () => {
  it("checks all configured accounts, or those named, each with its own result", async () => {
    open.client(fakeSessions.two).failures = [new JimengError("timeout", "too slow")];
    const all = await open.ask("POST", "/v1/accounts/check");
    const { data } = checkedAccountListSchema.parse(all.json());
    expect(data.map(({ account, valid }) => [account, valid])).toEqual([
      ["one", true],
      ["two", null],
    ]);
    const named = await open.ask("POST", "/v1/accounts/check", { accounts: ["two"] });
    expect(named.json().data).toMatchObject([{ account: "two", valid: true }]);
  });
});

describe("POST /v1/accounts/reload", () => {
  const reload = (bearer?: string) =>
    open.ask("POST", "/v1/accounts/reload", undefined, bearer ?? open.gateway.adminKey);

  it("takes over what the settings say now, for the owner only", async () => {
    settings = `one=${fakeSessions.one},new=fake-session-new`;
    expect((await reload(key)).statusCode).toBe(403);
    const answer = await reload();
    expect(accountsReloadSchema.parse(answer.json())).toMatchObject({
      added: ["new"],
      renewed: [],
      removed: ["two"],
    });
    expect(await accountHealths()).toEqual({ one: "ok", new: "ok" });
  });

  it("is told of settings that are wrong, and changes nothing", async () => {
    settings = "one=no session at all";
    const answer = await reload();
    expect([answer.statusCode, answer.json().error.param]).toEqual([400, "JIMENG_SESSIONS_FILE"]);
    expect(Object.keys(await accountHealths())).toEqual(["one", "two"]);
  });

  it("is a conflict where the accounts come from no setting", async () => {
    const other = await openGatewayWithAccounts({ JIMENG_SESSIONS: fakeSessions.one });
    const answer = await other.ask("POST", "/v1/accounts/reload");
    await other.close();
    expect([answer.statusCode, answer.json().error.code]).toEqual([409, "conflict"]);
  });
});

describe("GET /v1/models", () => {
  it("shows a model that the site offers since today, and a raw key is taken by the routes", async () => {
    const client = open.client(fakeSessions.one);
    const id = "jimeng:key/brand_new_v9";
    const models = [{ key: "brand_new_v9", isOnline: true }];
    client.live = [{ region: "cn", kind: "image", readAt: 0, isComplete: false, models }];
    const ids = async () =>
      (await open.ask("GET", "/v1/models")).json().data.map((model: { id: string }) => model.id);
    expect(await ids()).not.toContain(id);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await ids()).toContain(id);
    const { jimeng } = (await open.ask("GET", `/v1/models/${encodeURIComponent(id)}`)).json();
    expect(jimeng).toMatchObject({
      status: "experimental",
      facts: {
        status: { source: "live", region: "cn" },
        resolutions: { source: "built_in", region: null },
      },
      changes: [{ change: "appeared", region: "cn", model_key: "brand_new_v9" }],
    });
    expect(jimeng.facts.status.age_seconds).toBeGreaterThan(0);
    for (const [url, model] of [
      ["/v1/images/generations", id],
      ["/v1/images/generations", "jimeng:key/known_to_nobody"],
      ["/v1/videos", "jimeng:key/known_to_nobody"],
    ] as const) {
      const body = { prompt: "a cat", model, background: true, account: "one" };
      const answer = await open.ask(
        "POST",
        url,
        url.endsWith("videos") ? { ...body, background: undefined } : body,
      );
      expect([200, 202], answer.body).toContain(answer.statusCode);
    }
  });
});
