// Tests the compatibility routes of pass-through, and that no token is echoed, logged or kept.

import { JimengError } from "@jimeng/sdk";
import { afterEach, describe, expect, it } from "vitest";

import { creditsOf } from "../../../testing/fake-account-client.ts";
import { fakeSessions, openGatewayWithAccounts } from "../../../testing/gateway-with-accounts.ts";
import type { GatewayWithAccounts } from "../../../testing/gateway-with-accounts.ts";
import { maskToken } from "../../../shapes/compat/tokens.ts";

let open: GatewayWithAccounts;
afterEach(async () => {
  for (const session of Object.values(fakeSessions)) expect(open.said()).not.toContain(session);
  await open.close();
});

const { one, two } = fakeSessions;
const bearer = `${one}, us-${two}`;
const dead = () => new JimengError("session_invalid", "login error");

describe("with pass-through", () => {
  const build = async () => {
    open = await openGatewayWithAccounts({ JIMENG_PASSTHROUGH: "true" });
  };

  it("/token/check tells in the body's own words whether a session lives, without a header", async () => {
    await build();
    const check = (token: string) => open.ask("POST", "/token/check", { token }, null);
    expect((await check(one)).json()).toEqual({ live: true });
    open.client(one).alive = { alive: false, error: dead() };
    expect((await check(one)).json()).toEqual({ live: false });
    expect((await check("not a session; at all")).json()).toEqual({ live: false });
    open.client(one).failures = [new JimengError("upstream_unavailable", "503")];
    expect((await check(one)).statusCode).toBe(503);
  });

  it("/token/points answers for every session of the bearer, masked", async () => {
    await build();
    const answer = await open.ask("POST", "/token/points", undefined, bearer);
    expect(answer.json()).toEqual([
      {
        token: "fake…",
        points: { giftCredit: 30, purchaseCredit: 20, vipCredit: 10, totalCredit: 60 },
      },
      { token: "us-f…", points: expect.objectContaining({ totalCredit: 60 }) },
    ]);
  });

  it("/token/points shows a dead session's error beside the others, and fails when all are dead", async () => {
    await build();
    await open.ask("POST", "/token/points", undefined, bearer);
    open.client(two).failures = [dead()];
    const partly = await open.ask("POST", "/token/points", undefined, bearer);
    expect(partly.json()).toMatchObject([{ points: {} }, { error: { code: "session_invalid" } }]);
    open.client(one).failures = [dead()];
    expect((await open.ask("POST", "/token/points", undefined, one)).statusCode).toBe(401);
  });

  it("/token/receive claims for each session and tells the balance afterwards", async () => {
    await build();
    await open.ask("POST", "/token/points", undefined, one);
    open.client(one).claims = [
      { granted: 66, alreadyReceived: false, total: 66, isFirst: true, intervalDays: 1 },
    ];
    open.client(one).balance = creditsOf(0, 0, 66);
    const answer = await open.ask("POST", "/token/receive", undefined, one);
    expect(answer.json()).toEqual([
      {
        token: "fake…",
        credits: {
          giftCredit: 66,
          purchaseCredit: 0,
          vipCredit: 0,
          totalCredit: 66,
          received: 66,
          alreadyReceived: false,
        },
      },
    ]);
  });

  it("asks for sessions where none, the owner's key, or too many are sent", async () => {
    await build();
    expect((await open.ask("POST", "/token/points", undefined, null)).statusCode).toBe(401);
    expect((await open.ask("POST", "/token/points")).statusCode).toBe(401);
    const many = Array.from({ length: 21 }, (_, index) => `fake-session-${index}`).join(",");
    expect((await open.ask("POST", "/token/points", undefined, many)).statusCode).toBe(400);
  });

  it("stores nothing of callers that only read, and shows the owner those that made something", async () => {
    await build();
    await open.ask("GET", "/v1/credits", undefined, one);
    expect((await open.ask("GET", "/v1/accounts")).json().data).toEqual([]);
    await open.ask("POST", "/v1/history/import", {}, one);
    expect((await open.ask("GET", "/v1/accounts")).json().data).toMatchObject([
      { adopted: true, region: "cn" },
    ]);
    const named = await open.ask("GET", "/v1/credits?account=other", undefined, one);
    expect(named.json().error).toMatchObject({ code: "invalid_request", param: "account" });
  });
});

describe("without pass-through", () => {
  it.each(["check", "points", "receive"])("/token/%s does not exist", async (name) => {
    open = await openGatewayWithAccounts({ JIMENG_SESSIONS: `one=${one}` });
    const answer = await open.ask("POST", `/token/${name}`, { token: one });
    expect(answer.statusCode).toBe(404);
    expect(answer.json().error).toMatchObject({ code: "not_found", what: "route" });
  });
});

describe("a masked token", () => {
  it("shows four characters, and of a short one no more than half a word", () => {
    expect(maskToken(one)).toBe("fake…");
    expect(maskToken("abc")).toBe("…");
  });
});
