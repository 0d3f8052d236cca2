// Tests who a session is said to belong to, for how long it is remembered, and what is no proof of its death.

import { describe, expect, test } from "vitest";

import { checkSessions } from "./account.ts";
import {
  failureOf,
  fakeSession,
  fixtureText,
  instantClock,
  scriptedFetch,
  testClient,
} from "../testing/client.ts";

const alive = fixtureText("account_info_ok");

describe("account", () => {
  test("reads who the session belongs to, once in ten minutes", async () => {
    const clock = instantClock();
    const fetch = scriptedFetch(alive);
    const { account } = testClient(fetch, { clock });
    expect(await account.retrieve()).toEqual({
      userId: "1000000000000001",
      name: "PLACEHOLDER",
      avatarUrl: "https://PLACEHOLDER/avatar.jpeg",
      region: "cn",
    });
    await clock.sleep(599_999);
    await account.retrieve();
    expect(fetch.seen).toHaveLength(1);
    await clock.sleep(1);
    await account.retrieve();
    expect(fetch.seen).toHaveLength(2);
    expect(fetch.seen[0]!.url.href).toBe(
      "https://jimeng.jianying.com/passport/account/info/v2?account_sdk_source=web",
    );
    expect(fetch.seen[0]!.headers.get("sign")).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each([
    fixtureText("account_info_expired"),
    '{"message":"success","data":{}}',
    '{"message":"error"}',
  ])("calls the session dead that answers %s", async (answer) => {
    const check = await testClient(scriptedFetch(answer)).account.check();
    expect(check).toMatchObject({
      alive: false,
      error: { code: "session_invalid", detail: { fix: expect.any(String) } },
    });
  });

  test("does not call a session dead because the network is", async () => {
    const client = testClient(scriptedFetch(new Response("", { status: 502 })), {
      maxRetryCount: 0,
    });
    expect(await failureOf(client.account.check())).toMatchObject({ code: "upstream_unavailable" });
  });

  test("checks many, five at a time, each with its own result", async () => {
    let running = 0;
    let most = 0;
    const fetch = async (_url: string, init: RequestInit): Promise<Response> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      const dead = String(new Headers(init.headers).get("cookie")).includes("dead");
      return new Response(dead ? fixtureText("account_info_expired") : alive);
    };
    const sessions = [
      "a b",
      ...Array.from(
        { length: 11 },
        (_, index) => `${index === 3 ? "dead" : "us-live"}${fakeSession}${index}`,
      ),
    ];
    const results = await checkSessions(sessions, { fetch });
    expect(most).toBe(5);
    expect(results.map((result) => result.alive)).toEqual(
      sessions.map((session) => session.startsWith("us-")),
    );
    expect(results[0]).toMatchObject({ error: { code: "invalid_request" } });
    expect(results[1]).toMatchObject({ account: { region: "us" } });
  });

  test("tells the membership that the balance shows", async () => {
    const member = testClient(scriptedFetch(fixtureText("user_credit_vip")));
    expect(await member.account.permissions()).toMatchObject({
      region: "cn",
      membership: "standard",
    });
    const free = await testClient(scriptedFetch(fixtureText("user_credit_ok")), {
      region: "us",
    }).account.permissions();
    expect(free.membership).toBeNull();
    expect(free.models.map((model) => model.id)).toContain("nanobanana");
    expect(free.models.map((model) => model.id)).not.toContain("jimeng-3.1");
  });
});
