// Tests what an account learns of how long its generations take.

import { expect, test } from "vitest";

import { LearnedTimes } from "./learned-times.ts";

function learn(times: LearnedTimes, tookMs: readonly number[], forecastMs: number | null): void {
  for (const took of tookMs)
    times.add("image", { notBeforeMs: took - 100, shownAfterMs: took + 100, forecastMs });
}

test("a few generations teach nothing: the upstream's forecast stands", () => {
  const times = new LearnedTimes();
  learn(times, [5000, 5000], 4000);
  expect(times.expectedMs("image", 4000)).toBe(4000);
  expect(times.expectedMs("image", null)).toBeNull();
});

test("the median corrects the forecast, and one that took long does not move it", () => {
  const times = new LearnedTimes();
  learn(times, [5000, 5000, 90_000], 4000);
  expect(times.expectedMs("image", 4000)).toBe(5000);
  expect(times.expectedMs("image", 8000)).toBe(10_000);
  expect(times.expectedMs("video", 8000)).toBe(8000);
});

test("without a forecast the median stands in", () => {
  const times = new LearnedTimes();
  learn(times, [5000, 6000, 7000], null);
  expect(times.expectedMs("image", null)).toBe(6000);
  expect(times.expectedMs("image", 3000)).toBe(3000);
});

test("the latest generations count: a slower site is known after some", () => {
  const times = new LearnedTimes();
  learn(times, Array<number>(40).fill(5000), null);
  learn(times, Array<number>(8).fill(9000), null);
  expect(times.expectedMs("image", null)).toBe(9000);
});

test("what has ended at its first poll makes the next first poll earlier", () => {
  const times = new LearnedTimes();
  const seen: number[] = [];
  let expected = 60_000;
  for (let round = 0; round < 12; round++) {
    const shownAfterMs = Math.max(5000, 0.6 * expected);
    for (let each = 0; each < 15; each++)
      times.add("image", { notBeforeMs: null, shownAfterMs, forecastMs: 60_000 });
    expected = times.expectedMs("image", 60_000) ?? 0;
    seen.push(expected);
  }
  expect(seen).toEqual(seen.toSorted((one, other) => other - one));
  expect(expected).toBe(4000);
});
