// Tests which limits an account is said to have.

import { expect, test } from "vitest";

import { ConcurrencyLimits } from "./concurrency-limits.ts";

test("lists the limits that an account showed by refusing one more, with what ran then", () => {
  const limits = new ConcurrencyLimits({
    running: () => Promise.resolve(0),
    wake: () => undefined,
    now: () => 0,
    pauseMs: () => 1000,
  });
  expect(limits.of("main")).toEqual([]);
  limits.refused("main", "jimeng-4.0", 2);
  limits.refused("main", "jimeng-video-3.0", 0);
  limits.refused("another", "jimeng-4.0", 5);
  expect(limits.of("main")).toEqual([
    { model: "jimeng-4.0", limit: 2 },
    { model: "jimeng-video-3.0", limit: 1 },
  ]);
  // It grows again while what runs succeeds.
  limits.ended("main", "jimeng-video-3.0", true);
  expect(limits.of("main")[1]).toEqual({ model: "jimeng-video-3.0", limit: 2 });
});
