// Tests what the charts of the last jobs show.

import { expect, test } from "vitest";

import { countJobs } from "./figures.ts";
import type { CountedJob } from "./figures.ts";

const now = 1_800_000_000;

function job(
  status: CountedJob["status"],
  [begun, ended]: [number, number | null],
  charged: number | null = null,
  refunded: number | null = null,
): CountedJob {
  const cost = { estimated: null, reserved: null, charged, refunded, settled_at: null };
  return {
    status,
    created_at: now - begun,
    completed_at: ended === null ? null : now - ended,
    cost: { ...cost, state: charged === null ? "not_settled" : "charged" },
  };
}

test("jobs are counted where they ended, with the median of their time and what they cost", () => {
  const figures = countJobs(
    [
      job("completed", [9600, 9590], 8),
      job("completed", [9600, 9580], 8, 8),
      job("completed", [9600, 9570], 4),
      job("failed", [100, 90]),
      job("cancelled", [100, 80]),
      job("in_progress", [50, null]),
    ],
    now,
  );
  const { completed, failed, seconds, longest, spent, atOnce, mostAtOnce, bars } = figures;
  expect({ completed, failed, seconds, longest, spent, atOnce, mostAtOnce }).toEqual({
    completed: 3,
    failed: 1,
    seconds: 20,
    longest: 30,
    spent: 12,
    atOnce: 1,
    mostAtOnce: 3,
  });
  expect(bars).toHaveLength(48);
  expect(bars[0]).toEqual({
    at: now - 9600,
    completed: 3,
    failed: 0,
    seconds: 20,
    longest: 30,
    atOnce: 3,
    spent: 12,
  });
  expect(bars[10]).toMatchObject({ completed: 0, failed: 0, seconds: null, atOnce: 0, spent: 0 });
  expect(bars.at(-1)).toMatchObject({ completed: 0, failed: 1, seconds: null, atOnce: 2 });
});

test("a long job is there in every part of its time; one that ends this second is in the last part", () => {
  const { bars } = countJobs([job("completed", [4800, 2400]), job("completed", [30, 0])], now);
  expect(bars.map(({ atOnce }) => atOnce)).toEqual([
    ...Array.from({ length: 24 }, () => 1),
    ...Array.from({ length: 23 }, () => 0),
    1,
  ]);
  expect(bars.at(-1)?.completed).toBe(1);
});

test("without jobs there are ten empty minutes", () => {
  const { bars, seconds } = countJobs([], now);
  expect(seconds).toBeNull();
  expect(bars[0]?.at).toBe(now - 600);
});
