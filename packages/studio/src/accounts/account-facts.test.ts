// Tests what the cards of accounts say, and where a sign-in leads back to.

import { describe, expect, test } from "vitest";

import { returnPath, secondsUntil, soonestExpiries, toneOf } from "./account-facts.ts";

test("a pause and an end count down to nothing, and never below", () => {
  expect(secondsUntil(130, 100)).toBe(30);
  expect([secondsUntil(100, 100), secondsUntil(90, 100), secondsUntil(null, 100)]).toEqual([
    null,
    null,
    null,
  ]);
});

test("credits that expire come first what is lost first", () => {
  const expiring = [
    { amount: 30, expires_at: 300 },
    { amount: 66, expires_at: 100 },
    { amount: 5, expires_at: null },
    { amount: 0, expires_at: 50 },
    { amount: 1, expires_at: 200 },
  ];
  expect(soonestExpiries({ expiring }, 2)).toEqual([
    { amount: 66, expiresAt: 100 },
    { amount: 1, expiresAt: 200 },
  ]);
});

test("every state of health has a tone", () => {
  expect((["ok", "expiring", "expired", "cooling_down", "blocked"] as const).map(toneOf)).toEqual([
    "good",
    "warn",
    "bad",
    "warn",
    "bad",
  ]);
});

describe("a sign-in leads back", () => {
  test.each([
    ["?return=%2Fjobs%3Fstatus%3Dfailed", "/jobs?status=failed"],
    ["", "/"],
    ["?return=https%3A%2F%2Fevil.example", "/"],
    ["?return=%2F%2Fevil.example", "/"],
    ["?return=%2F%5Cevil.example", "/"],
    ["?return=javascript%3Aalert(1)", "/"],
    ["?return=%2Fsign-in%3Freturn%3D%2F", "/"],
  ])("from %s to %s", (search, path) => {
    expect(returnPath(search)).toBe(path);
  });
});
