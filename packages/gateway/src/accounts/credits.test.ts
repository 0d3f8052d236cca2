// Tests balances, movements and claims of one account over a scripted client.

import { JimengError } from "@jimeng/sdk";
import { beforeEach, describe, expect, it } from "vitest";

import type { AccountAccess } from "./account.ts";
import type { ClaimRecord } from "./claims.ts";
import { createCreditsService } from "./credits.ts";
import { FakeAccountClient, creditsOf } from "../testing/fake-account-client.ts";

let client: FakeAccountClient;
let access: AccountAccess;
let now: number;
let noted: string[];
let recorded: ClaimRecord[];
let blockedBy: JimengError | undefined;
beforeEach(() => {
  client = new FakeAccountClient();
  access = {
    account: { name: "main", region: "us", fingerprint: "0".repeat(16), adopted: false },
    client,
  };
  now = 1_700_000_000_000;
  noted = [];
  recorded = [];
  blockedBy = undefined;
});

const makeCredits = () =>
  createCreditsService({
    accounts: {
      noteFailure: (name, error) => void noted.push(`${name} ${error.code}`),
      noteBalance: () => undefined,
      noteSuccess: (name) => void noted.push(`${name} ok`),
      blockedBy: () => blockedBy,
    },
    claims: {
      record: (claim) => {
        recorded.push(claim);
        return Promise.resolve(recorded.length);
      },
    },
    now: () => now,
  });

describe("a balance", () => {
  it("tells when it was read, also when it comes from the cache", async () => {
    const credits = makeCredits();
    expect(await credits.balance(access)).toMatchObject({ total: 60, fetchedAt: now });
    now += 20_000;
    expect(await credits.balance(access)).toMatchObject({ fetchedAt: now - 20_000 });
    client.balance = creditsOf(1, 0, 0);
    expect(await credits.balance(access)).toMatchObject({ total: 1, fetchedAt: now });
  });

  it("that fails for a dead session changes the account's health", async () => {
    client.failures = [new JimengError("session_invalid", "login error")];
    await expect(makeCredits().balance(access)).rejects.toMatchObject({ code: "session_invalid" });
    expect(noted).toEqual(["main session_invalid"]);
  });
});

describe("a claim", () => {
  it("uses the region's own time zone and stores the result", async () => {
    client.claims = [
      { granted: 66, alreadyReceived: false, total: 126, isFirst: false, intervalDays: 1 },
    ];
    expect(await makeCredits().claim(access)).toEqual({
      received: 66,
      total: 126,
      alreadyReceived: false,
      consecutiveDays: 1,
      claimedAt: now,
      timeZone: "America/New_York",
    });
    expect(client.asked).toEqual(["claim America/New_York"]);
    expect(recorded).toEqual([
      { account: "main", amount: 66, timeZone: "America/New_York", claimedAt: now },
    ]);
  });

  it("of credits received already is no error and counts the day", async () => {
    const claim = await makeCredits().claim(access, { timeZone: "Asia/Tokyo" });
    expect(claim).toMatchObject({ received: 0, alreadyReceived: true, total: 60 });
    expect(recorded).toMatchObject([{ amount: 0, timeZone: "Asia/Tokyo" }]);
  });

  it("succeeds although the balance afterwards cannot be read", async () => {
    const credits = makeCredits();
    const { retrieve } = client.credits;
    client.credits.retrieve = async (options) => {
      client.failures = [new JimengError("timeout", "too slow")];
      return await retrieve(options);
    };
    expect(await credits.claim(access)).toMatchObject({ total: null, consecutiveDays: 1 });
  });

  it("with an unknown time zone sends nothing", async () => {
    const claim = makeCredits().claim(access, { timeZone: "Mars/Olympus" });
    await expect(claim).rejects.toMatchObject({ code: "invalid_request" });
    expect(client.asked).toEqual([]);
  });

  it("is not sent while risk control has stopped the account, and stops it when refused", async () => {
    client.failures = [new JimengError("risk_controlled", "shark check reject")];
    const credits = makeCredits();
    await expect(credits.claim(access)).rejects.toMatchObject({ code: "risk_controlled" });
    expect(noted).toEqual(["main risk_controlled"]);
    expect(recorded).toEqual([]);
    blockedBy = new JimengError("risk_controlled", "rests", { retryAfterMs: 1000 });
    await expect(credits.claim(access)).rejects.toBe(blockedBy);
    expect(client.asked).toHaveLength(1);
  });
});
