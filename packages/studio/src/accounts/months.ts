// The months of the ledger: in UTC, as the gateway counts days.

import { languageTag } from "../words/locale.ts";

const shownMonths = 13;

/** Lists the months up to a time in Unix seconds, the latest first, such as 2026-11: a year and this month. */
export function monthsUntil(now: number): string[] {
  const at = new Date(now * 1000);
  return Array.from({ length: shownMonths }, (_, back) =>
    new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - back)).toISOString().slice(0, 7),
  );
}

/** Returns the first day of a month and of the one after it. */
export function daysOf(month: string): { from: string; to: string } {
  const [year = 1970, number = 1] = month.split("-").map(Number);
  const next = new Date(Date.UTC(year, number)).toISOString().slice(0, 10);
  return { from: `${month}-01`, to: next };
}

/** Returns the name of a month. */
export function nameOfMonth(month: string): string {
  const options = { year: "numeric", month: "long", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(languageTag(), options).format(new Date(`${month}-01`));
}
