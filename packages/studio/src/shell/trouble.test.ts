// Tests why no account can start anything.

import type { AccountObject } from "@jimeng/gateway/api";
import { expect, it } from "vitest";

import { findTrouble } from "./trouble.ts";

const account = (changes: Partial<AccountObject>) =>
  ({ health: "ok", until: null, credits: null, ...changes }) as AccountObject;
const pausing = account({ health: "cooling_down", until: 500 });
const expired = account({ health: "expired" });
const poor = account({ credits: { total: 0 } });

it.each<[string, AccountObject[], string | null]>([
  ["no account", [], null],
  ["one that is well", [account({})], null],
  ["one whose session ends soon", [account({ health: "expiring" })], null],
  ["one of two that is well", [expired, account({ credits: { total: 5 } })], null],
  ["an expired one", [expired], "expired"],
  ["one without credits", [expired, poor], "no_credits"],
  ["one that pauses, which ends by itself", [expired, poor, pausing], "cooling_down"],
])("%s", (_, accounts, kind) => {
  expect(findTrouble(accounts)?.kind ?? null).toBe(kind);
});

it("tells of the pause that ends first", () => {
  const later = account({ health: "cooling_down", until: 900 });
  expect(findTrouble([later, pausing])).toEqual({ kind: "cooling_down", until: 500 });
});
