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

/** Names the day of a time in Unix milliseconds. */
export type DayOf = (at: number) => string;

/** Returns the days that have any assets, the latest first. */
export function toDays(counts: readonly SearchCount[], dayOf: DayOf): DayCount[] {
  const days = new Map<string, number>();
  for (const { quarter, count } of counts) {
    const day = dayOf(quarter * quarterMs);
    days.set(day, (days.get(day) ?? 0) + count);
  }
  return [...days]
    .map(([day, count]) => ({ day, count }))
    .toSorted((one, other) => (one.day < other.day ? 1 : -1));
}

/** A day in UTC with the two local days that it lies in. */
interface Change {
  /** When the later one begins, in milliseconds after the beginning of the day. */
  offset: number;
  before: string;
  from: string;
}

/**
 * Returns a function that names the day of a time; it asks the slow formatter a few times for each day only. Throws
 * RangeError for an unknown time zone.
 */
export function createDayNames(timeZone: string): DayOf {
  // The Swedish way to write a day is 2026-11-29.
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" });
  const changes = new Map<number, Change>();
  let offset = 0;

  function changeIn(day: number): Change {
    const before = format.format(day);
    const from = format.format(day + dayMs - 1);
    const isBefore = (at: number) => format.format(day + at) === before;
    // Most days begin at the same time as the last one that was looked at.
    const isSame = offset > 0 && isBefore(offset - quarterMs) && !isBefore(offset);
    if (!isSame) offset = findOffset(isBefore);
    return { offset, before, from };
  }

  return (at) => {
    const day = Math.floor(at / dayMs) * dayMs;
    const change = changes.get(day) ?? changeIn(day);
    changes.set(day, change);
    return at - day < change.offset ? change.before : change.from;
  };
}

/** Returns the first quarter of an hour that does not belong to the earlier day: time zones are whole quarters from UTC. */
function findOffset(isBefore: (at: number) => boolean): number {
  let low = 0;
  let high = dayMs / quarterMs;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isBefore(middle * quarterMs)) low = middle + 1;
    else high = middle;
  }
  return low * quarterMs;
}
