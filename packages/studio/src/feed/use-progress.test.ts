// Tests for which ended jobs the page asks again what they cost.

import type { JobObject } from "@jimeng/gateway/api";
import { expect, test } from "vitest";

import { awaitsCost } from "./use-progress.ts";

const now = 1_800_000_000;

test("what a job cost is asked for half an hour after its end, until it is known", () => {
  const ask = (state: JobObject["cost"]["state"], completedAt: number | null): boolean =>
    awaitsCost({ cost: { state } as JobObject["cost"], completed_at: completedAt }, now);
  expect(ask("not_settled", now - 60)).toBe(true);
  expect(ask("not_settled", now - 3600)).toBe(false);
  expect(ask("not_settled", null)).toBe(false);
  expect(ask("charged", now - 60)).toBe(false);
  expect(ask("unknown", now - 60)).toBe(false);
});
