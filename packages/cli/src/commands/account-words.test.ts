// Tests what the commands about credits, accounts and history say, in words.

import type { AccountObject, Balance, CheckedAccountObject, Claim } from "@jimeng/gateway/api";
import { describe, expect, test } from "vitest";

import { describeCheck, endWords, healthWords, regionNotes } from "./account.ts";
import { claimWords, describeBalance } from "./credits.ts";
import { importWords } from "./history.ts";
import { localTime } from "../terminal/local-time.ts";
import { chinese } from "../words/chinese.ts";
import { english } from "../words/english.ts";

const balance: Balance = {
  account: "main",
  region: "cn",
  total: 60,
  by_type: { vip: 10, purchased: 20, gift: 30 },
  expiring: [
    { amount: 30, expires_at: 1_700_000_000 },
    { amount: 5, expires_at: null },
  ],
  spending_order: ["vip", "purchased", "gift"],
  fetched_at: 1_700_000_000,
  error: null,
};

describe("a balance", () => {
  test("is told by type, with what ends when", () => {
    const end = `30 at ${localTime(1_700_000_000)}`;
    expect(describeBalance(balance, english)).toEqual(["main", "cn", "60", "10", "20", "30", end]);
  });

  test("that could not be read has question marks, not zeros", () => {
    const unread = { ...balance, total: null, by_type: null, expiring: [], fetched_at: null };
    expect(describeBalance(unread, english)).toEqual(["main", "cn", "?", "?", "?", "?", ""]);
  });
});

describe("a claim", () => {
  const claim: Claim = {
    account: "main",
    received: 66,
    total: 126,
    already_received: false,
    consecutive_days: 3,
    claimed_at: 1_700_000_000,
    time_zone: "Asia/Shanghai",
  };

  test("tells what came, or that it came before", () => {
    expect(claimWords(claim, english)).toBe(
      "main: received 66 credits, 126 in all, day 3 in a row",
    );
    expect(
      claimWords({ ...claim, received: 0, total: null, already_received: true }, english),
    ).toBe("main: today's credits were received already, day 3 in a row");
  });
});

describe("an account", () => {
  const now = 1_700_000_000_000;

  test("says when its session ends or ended, where that is known", () => {
    const ends = (at: number | null) => endWords({ session_ends_at: at }, english, now);
    expect(ends(null)).toBe("");
    expect(ends(1_700_000_100)).toBe(`ends ${localTime(1_700_000_100)}`);
    expect(ends(1_699_999_900)).toMatch(/^ended .* by its cookie: sign in/);
  });

  test("abroad is told with what others recorded, and that the site decides", () => {
    const abroad = {
      account: "mine",
      region: "us",
      from_programs: { reads: "works", starts: "refused", claims: "refused" },
    } as CheckedAccountObject;
    expect(regionNotes([abroad, { ...abroad, region: "cn" }], english)).toEqual([
      "mine (us): from programs, as others recorded: reads works, starts refused with -6, daily credits refused with -6. Every request is sent; the site decides.",
    ]);
    expect(regionNotes([abroad], chinese)[0]).toContain("生成被拒绝（-6）");
  });

  const account: AccountObject = {
    name: "main",
    object: "account",
    region: "cn",
    adopted: false,
    stored: false,
    health: "ok",
    until: null,
    problem: null,
    refused_models: [],
    session_ends_at: null,
    checked_at: null,
    credits: null,
    membership: null,
    in_flight: 0,
    concurrency_limits: [],
  };

  test("in trouble says what to do or how long it rests", () => {
    expect(healthWords(account, english)).toBe("ok");
    expect(healthWords({ ...account, health: "expired" }, english)).toMatch(/sign in/);
    expect(healthWords({ ...account, health: "blocked" }, english)).toMatch(/account check/);
    const rest = healthWords({ ...account, health: "cooling_down", until: 1_700_000_000 }, english);
    expect(rest).toContain(localTime(1_700_000_000));
  });

  test("that was checked is alive, dead, or not known", () => {
    const check: CheckedAccountObject = {
      account: "main",
      region: "cn",
      valid: true,
      user: { id: "7", name: "somebody", avatar_url: null },
      credits: { total: 60 },
      membership: "standard",
      models: [],
      session_ends_at: null,
      from_programs: { reads: "works", starts: "works", claims: "works" },
      error: null,
    };
    expect(describeCheck(check, english, now)).toEqual([
      "main",
      "cn",
      "alive",
      "somebody",
      "60",
      "standard",
    ]);
    const nothing = { user: null, credits: null, membership: null };
    expect(describeCheck({ ...check, ...nothing, valid: false }, english, now)).toEqual([
      "main",
      "cn",
      "dead",
      "",
      "?",
      "",
    ]);
    expect(describeCheck({ ...check, ...nothing, valid: null }, english, now)[2]).toBe("not known");
  });
});

describe("an import", () => {
  test("tells what was taken and what was left out, and why", () => {
    const skipped = { known: 2, failed: 1, unreadable: 0 };
    expect(importWords({ account: "main", imported: ["job_1"], skipped }, english)).toBe(
      "main: imported 1, left out: 2 known already, 1 failed on the site",
    );
    const nothing = { known: 0, failed: 0, unreadable: 0 };
    expect(importWords({ account: "main", imported: [], skipped: nothing }, english)).toBe(
      "main: imported 0",
    );
  });
});
