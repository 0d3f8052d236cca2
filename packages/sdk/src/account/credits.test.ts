// Tests balance, movements and claims, and what a fresh balance refuses.

import { describe, expect, test } from "vitest";

import {
  failureOf,
  fixtureText,
  instantClock,
  scriptedFetch,
  testClient,
} from "../testing/client.ts";

const cat = { kind: "image", model: "jimeng-4.0", prompt: "cat", resolution: "1k" } as const;

describe("credits", () => {
  test("adds the three kinds up and lists what ends when", async () => {
    const fetch = scriptedFetch(fixtureText("user_credit_vip"));
    expect(await testClient(fetch).credits.retrieve()).toEqual({
      total: 1160,
      byType: { vip: 1000, purchased: 100, gift: 60 },
      batches: [
        { type: "vip", amount: 1000, expiresAt: 1_760_900_000_000, level: "standard" },
        { type: "purchased", amount: 100, expiresAt: 1_769_000_000_000, level: null },
        { type: "gift", amount: 60, expiresAt: 1_760_030_000_000, level: null },
      ],
      expiring: [{ amount: 60, expiresAt: 1_760_030_000_000 }],
    });
    expect(fetch.seen[0]!.url.href).toBe(
      "https://jimeng.jianying.com/commerce/v1/benefits/user_credit",
    );
    expect(fetch.seen[0]!.body).toEqual({});
    expect(fetch.seen[0]!.headers.get("lan")).toBe("ZH");
    expect(fetch.seen[0]!.headers.has("loc")).toBe(false);
  });

  test("remembers the balance for 30 s, and not over a paid start", async () => {
    const clock = instantClock();
    const fetch = scriptedFetch(
      fixtureText("user_credit_ok"),
      fixtureText("generate_ok_image"),
      fixtureText("user_credit_ok"),
    );
    const { credits, generations } = testClient(fetch, { clock });
    await credits.retrieve();
    await clock.sleep(29_000);
    await credits.retrieve();
    expect(fetch.seen).toHaveLength(1);
    await generations.start(cat);
    await credits.retrieve();
    expect(fetch.seen).toHaveLength(3);
  });

  test.each([
    ["commerce_login_error", "session_invalid"],
    ["commerce_param_error", "invalid_request"],
  ])("explains %s as %s", async (name, code) => {
    expect(
      await failureOf(testClient(scriptedFetch(fixtureText(name))).credits.retrieve()),
    ).toMatchObject({ code });
  });

  test("refuses a start that surely cannot be paid, and asks nobody for that", async () => {
    const fetch = scriptedFetch(fixtureText("user_credit_zero"), fixtureText("generate_ok_image"));
    const { credits, generations } = testClient(fetch);
    await credits.retrieve();
    expect(await failureOf(generations.start(cat))).toMatchObject({
      code: "insufficient_credits",
      detail: { acceptance: "refused" },
    });
    expect(fetch.seen).toHaveLength(1);
    await generations.start({ ...cat, resolution: "2k" });
    expect(fetch.seen).toHaveLength(2);
  });

  test("lets the upstream decide when the balance is older than 30 s", async () => {
    const clock = instantClock();
    const fetch = scriptedFetch(fixtureText("user_credit_zero"), fixtureText("generate_ok_image"));
    const { credits, generations } = testClient(fetch, { clock });
    await credits.retrieve();
    await clock.sleep(30_000);
    await generations.start(cat);
    expect(fetch.seen).toHaveLength(2);
  });

  test("reads movements with the submit id of each charge", async () => {
    const fetch = scriptedFetch(fixtureText("user_credit_history"));
    expect(await testClient(fetch).credits.history({ limit: 5, onlySpent: true })).toEqual({
      total: 22,
      records: [
        {
          amount: -1,
          createdAt: 1_759_999_900_000,
          title: "PLACEHOLDER",
          submitId: "00000000-0000-4000-8000-000000000001",
          status: 1,
        },
      ],
      cursor: null,
    });
    expect(fetch.seen[0]!.body).toEqual({ count: 5, cursor: "0", history_type: 2 });
  });

  test.each<[string, unknown]>([
    ["no list", {}],
    ["a list under another name", { total_credit: 1, list: [], has_more: false }],
    ["no list on a page with more", { total_credit: 1, records: null, has_more: true }],
    ["a text instead of the list", { records: "[]", has_more: false }],
    ["an object instead of the list", { records: { 0: { amount: -1 } }, has_more: false }],
    ["an entry that is no object", { records: [{ amount: -1 }, "row"], has_more: false }],
    ["a list instead of the page", []],
    ["nothing", null],
  ])("does not take %s for a history without movements", async (_name, data) => {
    const answer = { ret: "0", errmsg: "success", systime: "1", log_id: "log", data };
    const { credits } = testClient(scriptedFetch(JSON.stringify(answer)));
    await expect(credits.history()).rejects.toMatchObject({ code: "unexpected_response" });
  });

  test("reads the last page of an account without movements", async () => {
    const data = { total_credit: 66, records: null, new_cursor: "0", has_more: false };
    const answer = { ret: "0", errmsg: "success", systime: "1", log_id: "log", data };
    const { credits } = testClient(scriptedFetch(JSON.stringify(answer)));
    expect(await credits.history()).toEqual({ total: 66, records: [], cursor: null });
  });

  test("claims once, with the region's time zone unless one is given", async () => {
    const fetch = scriptedFetch(
      fixtureText("credit_receive_ok"),
      fixtureText("credit_receive_already"),
    );
    const { credits } = testClient(fetch, { region: "jp" });
    expect(await credits.claim()).toEqual({
      granted: 66,
      alreadyReceived: false,
      total: 66,
      isFirst: false,
      intervalDays: 1,
    });
    expect(await credits.claim({ timeZone: "Europe/Berlin" })).toMatchObject({
      granted: 0,
      alreadyReceived: true,
    });
    expect(fetch.seen.map(({ body }) => body)).toEqual([
      { time_zone: "Asia/Tokyo" },
      { time_zone: "Europe/Berlin" },
    ]);
    expect(fetch.seen[0]!.url.origin).toBe("https://commerce-api-sg.capcut.com");
  });

  test.each([
    ["credit_receive_shark_reject", "risk_controlled"],
    ["credit_receive_system_busy", "upstream_unavailable"],
  ])("does not repeat a claim that was answered by %s", async (name, code) => {
    const fetch = scriptedFetch(fixtureText(name));
    expect(await failureOf(testClient(fetch).credits.claim())).toMatchObject({ code });
    expect(fetch.seen).toHaveLength(1);
  });
});
