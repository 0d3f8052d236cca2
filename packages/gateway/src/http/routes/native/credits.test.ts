// Tests the credit routes over a real gateway with scripted accounts.

import { JimengError } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import {
  balanceListSchema,
  claimSchema,
  creditHistorySchema,
} from "../../../api/account/credits.ts";
import { historyImportSchema } from "../../../api/account/history.ts";
import { creditsOf } from "../../../testing/fake-account-client.ts";
import { fakeSessions, openGatewayWithAccounts } from "../../../testing/gateway-with-accounts.ts";
import type { GatewayWithAccounts } from "../../../testing/gateway-with-accounts.ts";
import { imageRequest } from "../../../testing/fake-upstream.ts";

const key = "obviously-fake-key";
let open: GatewayWithAccounts;
beforeEach(async () => {
  open = await openGatewayWithAccounts({
    JIMENG_SESSIONS: `one=${fakeSessions.one},two=us-${fakeSessions.two}`,
    JIMENG_API_KEYS: key,
  });
});
afterEach(async () => {
  for (const session of Object.values(fakeSessions)) expect(open.said()).not.toContain(session);
  await open.close();
});

const dead = () =>
  new JimengError("session_invalid", "login error", { upstream: { ret: "34010105" } });

describe("GET /v1/credits", () => {
  it("lists every configured account's balance by type, with what expires and the spending order", async () => {
    open.client(fakeSessions.two).balance = creditsOf(0, 0, 7);
    const answer = await open.ask("GET", "/v1/credits", undefined, key);
    expect(answer.statusCode).toBe(200);
    const { data } = balanceListSchema.parse(answer.json());
    expect(data[0]).toEqual({
      account: "one",
      region: "cn",
      total: 60,
      by_type: { vip: 10, purchased: 20, gift: 30 },
      expiring: [{ amount: 30, expires_at: 1_700_100_000 }],
      spending_order: ["vip", "purchased", "gift"],
      fetched_at: Math.floor(open.clock.now() / 1000),
      error: null,
    });
    expect(data[1]).toMatchObject({ account: "two", region: "us", total: 7 });
  });

  it("of one account asks only that one; of an unknown one asks none", async () => {
    const answer = await open.ask("GET", "/v1/credits?account=two&fresh=true");
    expect(answer.json().data).toHaveLength(1);
    expect(open.client(fakeSessions.one).asked).toEqual([]);
    const unknown = await open.ask("GET", "/v1/credits?account=three");
    expect(unknown.statusCode).toBe(404);
    expect(unknown.json().error).toMatchObject({ code: "not_found", what: "account" });
  });

  it("shows what the living accounts have beside the error of a dead one", async () => {
    open.client(fakeSessions.one).failures = [dead()];
    const { data } = balanceListSchema.parse((await open.ask("GET", "/v1/credits")).json());
    expect(data[0]).toMatchObject({
      total: null,
      by_type: null,
      error: { code: "session_invalid" },
    });
    expect(data[1]).toMatchObject({ total: 60, error: null });
  });

  it("is never a success that holds nothing", async () => {
    open.client(fakeSessions.one).failures = [dead()];
    const answer = await open.ask("GET", "/v1/credits?account=one");
    expect([answer.statusCode, answer.json().error.code]).toEqual([502, "session_invalid"]);
  });
});

describe("GET /v1/credits/history", () => {
  it("pages with the upstream's cursor", async () => {
    open.client(fakeSessions.one).movements = {
      total: 60,
      records: [
        {
          amount: -4,
          createdAt: 1_700_000_000_000,
          title: "图片生成",
          submitId: "submit-1",
          status: 1,
        },
      ],
      cursor: "77",
    };
    const answer = await open.ask("GET", "/v1/credits/history?account=one&limit=1&after=90");
    expect(creditHistorySchema.parse(answer.json())).toEqual({
      object: "list",
      account: "one",
      total: 60,
      data: [{ amount: -4, title: "图片生成", created_at: 1_700_000_000, submit_id: "submit-1" }],
      first_id: null,
      last_id: "77",
      has_more: true,
    });
    expect(open.client(fakeSessions.one).asked).toEqual(['movements {"limit":1,"cursor":"90"}']);
  });

  it("asks which of several accounts is meant", async () => {
    const answer = await open.ask("GET", "/v1/credits/history");
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatchObject({ param: "account" });
    expect(answer.json().error.fix).toMatch(/one, two/);
  });
});

describe("POST /v1/credits/claim", () => {
  const day = 86_400_000;

  it("claims once, counts days in a row, and takes 'already received' for an answer", async () => {
    const granted = {
      granted: 66,
      alreadyReceived: false,
      total: 126,
      isFirst: false,
      intervalDays: 1,
    };
    open.client(fakeSessions.one).claims = [granted];
    const claim = (body: unknown) => open.ask("POST", "/v1/credits/claim", body, key);
    const first = await claim({ account: "one" });
    expect(first.statusCode).toBe(200);
    expect(claimSchema.parse(first.json())).toMatchObject({
      account: "one",
      received: 66,
      total: 126,
      already_received: false,
      consecutive_days: 1,
      time_zone: "Asia/Shanghai",
    });
    expect((await claim({ account: "one" })).json()).toMatchObject({
      received: 0,
      total: 60,
      already_received: true,
      consecutive_days: 1,
    });
    await open.clock.advance(day);
    open.client(fakeSessions.one).claims = [granted];
    expect((await claim({ account: "one" })).json()).toMatchObject({ consecutive_days: 2 });
  });

  it("refuses a time zone that is none, and a claim that leaves the account open", async () => {
    const wrong = await open.ask("POST", "/v1/credits/claim", {
      account: "one",
      time_zone: "Mars/Olympus",
    });
    expect(wrong.json().error).toMatchObject({ code: "invalid_request", param: "time_zone" });
    const unnamed = await open.ask("POST", "/v1/credits/claim");
    expect(unnamed.json().error).toMatchObject({ code: "invalid_request", param: "account" });
    expect([...open.clients.values()].flatMap(({ asked }) => asked)).toEqual([]);
  });
});

describe("POST /v1/history/import", () => {
  it("makes jobs of what was made elsewhere, once", async () => {
    open.upstream.plant(imageRequest(), "site-1");
    const found = await open.upstream.generations.find(["site-1"], {});
    open.client(fakeSessions.one).entries = [found.get("site-1")!];
    const body = { account: "one", limit: 10 };
    const first = await open.ask("POST", "/v1/history/import", body);
    expect(first.statusCode, first.body).toBe(200);
    const report = historyImportSchema.parse(first.json());
    expect(report.imported).toHaveLength(1);
    const job = await open.ask("GET", `/v1/jobs/${report.imported[0]}`, undefined);
    expect(job.json()).toMatchObject({
      status: "in_progress",
      account: "one",
      upstream: { submit_id: "site-1" },
      warnings: [{ code: "imported" }],
    });
    expect(job.json().request).not.toHaveProperty("width");
    const second = await open.ask("POST", "/v1/history/import", body);
    expect(second.json()).toEqual({
      account: "one",
      imported: [],
      skipped: { known: 1, failed: 0, unreadable: 0 },
    });
    expect(open.upstream.posts).toEqual([]);
  });

  it("is the owner's alone where keys are in force", async () => {
    const answer = await open.ask("POST", "/v1/history/import", { account: "one" }, key);
    expect(answer.statusCode).toBe(403);
    expect(open.client(fakeSessions.one).asked).toEqual([]);
  });

  it("refuses a limit that is none", async () => {
    const answer = await open.ask("POST", "/v1/history/import", { account: "one", limit: 0 });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatchObject({ code: "invalid_request", param: "limit" });
  });
});
