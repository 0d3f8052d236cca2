// Tests the days of a time zone.

import { expect, test } from "vitest";

import { createDayNames, toDays } from "./days.ts";

const quarterOf = (time: string): number => Date.parse(time) / 900_000;

test("counts go to the day of the time zone, also where its clocks change", () => {
  const counts = [
    ["2026-03-28T22:45:00Z", 1],
    ["2026-03-28T23:00:00Z", 2],
    ["2026-03-29T21:45:00Z", 4],
    ["2026-03-29T22:00:00Z", 8],
  ] as const;
  const quarters = counts.map(([time, count]) => ({ quarter: quarterOf(time), count }));
  expect(toDays(quarters, createDayNames("Europe/Berlin"))).toEqual([
    { day: "2026-03-30", count: 8 },
    { day: "2026-03-29", count: 6 },
    { day: "2026-03-28", count: 1 },
  ]);
  expect(toDays(quarters, createDayNames("UTC"))).toEqual([
    { day: "2026-03-29", count: 12 },
    { day: "2026-03-28", count: 3 },
  ]);
  expect(toDays(quarters, createDayNames("Asia/Kathmandu"))).toEqual([
    { day: "2026-03-30", count: 12 },
    { day: "2026-03-29", count: 3 },
  ]);
});
