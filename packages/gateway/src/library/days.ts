// Sums up quarters of hours to the days of a time zone.

import type { SearchCount } from "./search-index.ts";

/** A day with the number of assets that were made on it. */
export interface DayCount {
  /** As in 2026-11-29. */
  day: string;
  count: number;
}

const quarterMs = 900_000;
const dayMs = 86_400_000;

/** Returns the days that have any assets, the latest first. Throws RangeError for an unknown time zone. */
export function toDays(counts: readonly SearchCount[], timeZone: string): DayCount[] {
  const dayOf = createDayNames(timeZone);
  const days = new Map<string, number>();
  for (const { quarter, count } of counts) {
    const day = dayOf(quarter * quarterMs);
    days.set(day, (days.get(day) ?? 0) + count);
  }
  return [...days]
    .map(([day, count]) => ({ day, count }))
    .toSorted((one, other) => (one.day < other.day ? 1 : -1));
}

/** Returns a function that names the day of a time; it asks the slow formatter a few times for each day only. */
function createDayNames(timeZone: string): (at: number) => string {
  // The Swedish way to write a day is 2026-11-29.
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" });
  /** For each day in UTC, the first quarter that belongs to the later of its two local days. */
  const changes = new Map<number, { at: number; before: string; from: string }>();

  function changeIn(day: number): { at: number; before: string; from: string } {
    const before = format.format(day);
    const from = format.format(day + dayMs - 1);
    // Time zones are whole quarters from UTC, so a day begins with a quarter.
    let low = 0;
    let high = dayMs / quarterMs;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (format.format(day + middle * quarterMs) === before) low = middle + 1;
      else high = middle;
    }
    return { at: day + low * quarterMs, before, from };
  }

  return (at) => {
    const day = Math.floor(at / dayMs) * dayMs;
    const change = changes.get(day) ?? changeIn(day);
    changes.set(day, change);
    return at < change.at ? change.before : change.from;
  };
}
