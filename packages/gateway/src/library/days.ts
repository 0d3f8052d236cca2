// Knows the days of a time zone, and sums up quarters of hours to them.

import type { SearchCount } from "./search-index.ts";

/** A day with the number of assets that were made on it. */
export interface DayCount {
  /** As in 2026-11-29. */
  day: string;
  count: number;
}

/** A day of a time zone; times are Unix milliseconds. */
export interface Day {
  /** As in 2026-11-29. */
  name: string;
  from: number;
  /** When the next day begins. */
  to: number;
}

/** Returns all days from the one of a time to that of a later time, the earliest first. */
export type Calendar = (from: number, to: number) => Day[];

const quarterMs = 900_000;
const dayMs = 86_400_000;
// More than the longest day has.
const maxQuarters = 120;

/** Makes the calendar of a time zone. Throws RangeError for an unknown one. */
export function createCalendar(timeZone: string): Calendar {
  // The Swedish way to write a day is 2026-11-29.
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" });

  function startOf(at: number): number {
    const name = format.format(at);
    const quarter = Math.floor(at / quarterMs) * quarterMs;
    const back = findFirst((step) => format.format(quarter - step * quarterMs) !== name);
    return quarter - (back - 1) * quarterMs;
  }

  function endOf(start: number, name: string): number {
    // Nearly all days have 24 hours.
    const usual = start + dayMs;
    const isUsual = format.format(usual - quarterMs) === name && format.format(usual) !== name;
    if (isUsual) return usual;
    return (
      start + quarterMs * findFirst((step) => format.format(start + step * quarterMs) !== name)
    );
  }

  return (from, to) => {
    const days: Day[] = [];
    for (let start = startOf(from); start <= to;) {
      const name = format.format(start);
      const end = endOf(start, name);
      days.push({ name, from: start, to: end });
      start = end;
    }
    return days;
  };
}

/** Returns the first step from 1 on for which something holds: time zones are whole quarters of an hour from UTC. */
function findFirst(holds: (step: number) => boolean): number {
  let low = 1;
  let high = maxQuarters;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Sums up quarters to the days that have any assets, the latest first. */
export function toDays(counts: readonly SearchCount[], calendar: Calendar): DayCount[] {
  const quarters = counts.toSorted((one, other) => one.quarter - other.quarter);
  const [first, last] = [quarters[0], quarters.at(-1)];
  if (first === undefined || last === undefined) return [];
  const found: DayCount[] = [];
  let at = 0;
  for (const { name, to } of calendar(first.quarter * quarterMs, last.quarter * quarterMs)) {
    let count = 0;
    for (let next = quarters[at]; next !== undefined; next = quarters[++at]) {
      if (next.quarter * quarterMs >= to) break;
      count += next.count;
    }
    if (count > 0) found.push({ day: name, count });
  }
  return found.toReversed();
}
