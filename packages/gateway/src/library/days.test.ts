// Tests the days of a time zone.

import { expect, test } from "vitest";

import { createCalendar, toDays } from "./days.ts";

const quarterOf = (time: string): number => Date.parse(time) / 900_000;

test("counts go to the day of the time zone, also where its clocks change", () => {
  const counts = [
    ["2026-03-28T22:45:00Z", 1],
    ["2026-03-28T23:00:00Z", 2],
    ["2026-03-29T21:45:00Z", 4],
    ["2026-03-29T22:00:00Z", 8],
  ] as const;
  const quarters = counts.map(([time, count]) => ({ quarter: quarterOf(time), count }));
  expect(toDays(quarters, createCalendar("Europe/Berlin"))).toEqual([
    { day: "2026-03-30", count: 8 },
    { day: "2026-03-29", count: 6 },
    { day: "2026-03-28", count: 1 },
  ]);
  expect(toDays(quarters, createCalendar("UTC"))).toEqual([
    { day: "2026-03-29", count: 12 },
    { day: "2026-03-28", count: 3 },
  ]);
  expect(toDays(quarters, createCalendar("Asia/Kathmandu"))).toEqual([
    { day: "2026-03-30", count: 12 },
    { day: "2026-03-29", count: 3 },
  ]);
});

test("a calendar has every day between two times once, from its beginning to the next one", () => {
  const from = Date.parse("2026-10-24T12:00:00Z");
  const to = Date.parse("2026-10-26T12:00:00Z");
  expect(createCalendar("Europe/Berlin")(from, to)).toEqual([
    {
      name: "2026-10-24",
      from: Date.parse("2026-10-23T22:00:00Z"),
      to: Date.parse("2026-10-24T22:00:00Z"),
    },
    {
      name: "2026-10-25",
      from: Date.parse("2026-10-24T22:00:00Z"),
      to: Date.parse("2026-10-25T23:00:00Z"),
    },
    {
      name: "2026-10-26",
      from: Date.parse("2026-10-25T23:00:00Z"),
      to: Date.parse("2026-10-26T23:00:00Z"),
    },
  ]);
  // Samoa had no 30 December 2011.
  const samoa = createCalendar("Pacific/Apia")(
    Date.parse("2011-12-29T12:00:00Z"),
    Date.parse("2011-12-31T12:00:00Z"),
  );
  expect(samoa.map(({ name }) => name)).toEqual(["2011-12-29", "2011-12-31", "2012-01-01"]);
  expect(() => createCalendar("Mars/Base")).toThrow(RangeError);
});
