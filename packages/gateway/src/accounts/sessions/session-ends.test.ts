// Tests when an account's owner is warned that its session ends, and that nothing is said where no end is known.

import { expect, test } from "vitest";

import type { Account } from "../account.ts";
import { createSessionEnds } from "./session-ends.ts";
import { noObserver } from "../../observer.ts";
import { ManualClock } from "../../testing/manual-clock.ts";

const dayMs = 86_400_000;

function scene(list: Partial<Account>[]) {
  const clock = new ManualClock();
  const warnings: string[] = [];
  const observed: string[] = [];
  const silent = () => undefined;
  const ends = createSessionEnds({
    accounts: {
      list: () =>
        list.map((account) => ({
          name: "main",
          region: "cn",
          fingerprint: "0".repeat(16),
          adopted: false,
          ...account,
        })),
    },
    clock,
    logger: {
      debug: silent,
      info: silent,
      error: silent,
      warn: (fields: { event?: string; account?: string; daysLeft?: number }, message) =>
        void warnings.push(`${fields.event} ${fields.account} ${fields.daysLeft} ${message}`),
    },
    observer: { ...noObserver, accountExpiring: ({ account }) => void observed.push(account) },
  });
  return { clock, warnings, observed, ends };
}

test("an account is warned of at 14 days, at 3 and at its end, once each", async () => {
  const now = new ManualClock().now();
  const { clock, warnings, observed, ends } = scene([
    { name: "soon", sessionEndsAt: now + 15 * dayMs },
    { name: "later", sessionEndsAt: now + 365 * dayMs },
    { name: "unknown" },
  ]);
  ends.start();
  expect(warnings).toEqual([]);
  for (let day = 0; day < 20; day += 0.25) await clock.advance(dayMs / 4);
  expect(warnings).toEqual([
    "account.expiring soon 14 The account's session ends soon.",
    "account.expiring soon 3 The account's session ends soon.",
    "account.expiring soon 0 The account's session has ended by its cookie.",
  ]);
  expect(observed).toEqual(["soon", "soon", "soon"]);
  ends.close();
  expect(clock.timers).toBe(0);
});

test("a session that ended long ago is one warning, not three", () => {
  const now = new ManualClock().now();
  const { warnings, ends } = scene([{ sessionEndsAt: now - dayMs }]);
  ends.start();
  expect(warnings).toEqual([
    "account.expiring main -1 The account's session has ended by its cookie.",
  ]);
  ends.close();
});

test("without a known end nothing is said and no timer is set", () => {
  const { clock, warnings, ends } = scene([{ name: "unknown" }]);
  ends.start();
  expect([warnings, clock.timers]).toEqual([[], 0]);
});
