// Tests that a key's form says what its body means.

import type { KeyObject } from "@jimeng/gateway/api";
import { expect, test } from "vitest";

import { emptyForm, isComplete, toBody, toForm, toWords } from "./key-rules.ts";

const key = {
  name: "phone",
  scopes: ["read"],
  models: ["jimeng-4.0", "jimeng-5.0"],
  expires_at: Date.UTC(2027, 0, 1) / 1000,
  daily_credits: 50,
  monthly_credits: null,
  requests_per_minute: 10,
  parallel_jobs: null,
  disabled: false,
} as KeyObject;

test("a key comes back as it was", () => {
  expect(toForm(key).expires).toBe("2026-12-31");
  expect(toBody(toForm(key))).toEqual({
    name: "phone",
    scopes: ["read"],
    models: ["jimeng-4.0", "jimeng-5.0"],
    expires_at: key.expires_at,
    daily_credits: 50,
    monthly_credits: null,
    requests_per_minute: 10,
    parallel_jobs: null,
    disabled: false,
  });
});

test("an empty field is no limit, and a form without a name is not sent", () => {
  expect(toBody({ ...emptyForm, name: " a " })).toMatchObject({
    name: "a",
    daily_credits: null,
    models: null,
    expires_at: null,
  });
  expect(isComplete({ ...emptyForm, name: "a" })).toBe(true);
  for (const wrong of [{ name: " " }, { scopes: [] }, { daily_credits: "many" }]) {
    expect(isComplete({ ...emptyForm, name: "a", ...wrong })).toBe(false);
  }
});

test("words are separated by commas of both scripts", () => {
  expect(toWords("a, b，c  d,")).toEqual(["a", "b", "c", "d"]);
});
