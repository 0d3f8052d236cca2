// Tests the marks of the scrubber and its keys.

import { expect, test } from "vitest";

import { layOut } from "./grid-layout.ts";
import { dayAfterKey, marksOf } from "./scrubber-marks.ts";

const days = [
  "2026-02-02",
  "2026-02-01",
  "2026-01-05",
  "2025-12-31",
  "2025-11-30",
  "2024-01-01",
].map((day) => ({ day, count: 4 }));
const layout = layOut(days, { columns: 2, cell: 90, gap: 10, heading: 40 });

test("years are marked before months, none too close to another", () => {
  expect(
    marksOf(layout, { height: 600, apart: 20 }).map(({ day, kind }) => `${kind} ${day}`),
  ).toEqual([
    "year 2026-02-02",
    "month 2026-01-05",
    "year 2025-12-31",
    "month 2025-11-30",
    "year 2024-01-01",
  ]);
  expect(marksOf(layout, { height: 600, apart: 250 }).map(({ day }) => day)).toEqual([
    "2026-02-02",
    "2025-12-31",
  ]);
});

test.each([
  ["ArrowDown", 0, 1],
  ["ArrowUp", 0, 0],
  ["PageDown", 0, 2],
  ["PageUp", 3, 2],
  ["PageDown", 5, 5],
  ["Home", 4, 0],
  ["End", 0, 5],
])("%s goes from day %i to day %i", (key, from, to) => {
  expect(dayAfterKey(layout, from, key)).toBe(to);
});
