// Numbers, sizes and times in the page's language.

import { languageTag } from "./locale.ts";

const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

/** Makes a formatter once for each language: making one takes longer than using it a thousand times. */
function once<Format extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(
  name: string,
  make: (tag: string) => Format,
): Format {
  const key = `${languageTag()} ${name}`;
  const known = made.get(key) as Format | undefined;
  if (known !== undefined) return known;
  const format = make(languageTag());
  made.set(key, format);
  return format;
}

/** Formats a number, with at most two digits after the point. */
export function formatNumber(value: number): string {
  const options = { maximumFractionDigits: 2 };
  return once("number", (tag) => new Intl.NumberFormat(tag, options)).format(value);
}

/** Formats a share of 1 as a percentage. */
export function formatPercent(share: number): string {
  const options = { style: "percent", maximumFractionDigits: 0 } as const;
  return once("percent", (tag) => new Intl.NumberFormat(tag, options)).format(share);
}

const byteUnits = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** Formats a number of bytes in the largest fitting unit of a thousand. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const unit = byteUnits[power] ?? "byte";
  const options = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 } as const;
  const format = once(unit, (tag) => new Intl.NumberFormat(tag, options));
  return format.format(bytes / 1000 ** power);
}

/** Formats a length of time such as `1:05` or `2:03:04`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const tail = String(whole % 60).padStart(2, "0");
  return hours === 0
    ? `${minutes}:${tail}`
    : `${hours}:${String(minutes).padStart(2, "0")}:${tail}`;
}

/** Formats a length of time in words: seconds below two minutes, then minutes, hours, days. */
export function formatDuration(seconds: number): string {
  const [amount, unit] = toLargestUnit(seconds);
  const options = { style: "unit", unit, unitDisplay: "short" } as const;
  return once(`duration ${unit}`, (tag) => new Intl.NumberFormat(tag, options)).format(amount);
}

/** Formats a day, in Unix seconds. */
export function formatDay(at: number): string {
  const options = { year: "numeric", month: "short", day: "numeric", weekday: "short" } as const;
  return once("day", (tag) => new Intl.DateTimeFormat(tag, options)).format(at * 1000);
}

/** Formats a time of day, in Unix seconds. */
export function formatTime(at: number): string {
  const options = { hour: "2-digit", minute: "2-digit" } as const;
  return once("time", (tag) => new Intl.DateTimeFormat(tag, options)).format(at * 1000);
}

/** Formats a day and a time of day, in Unix seconds. */
export function formatDateTime(at: number): string {
  const options = { dateStyle: "medium", timeStyle: "short" } as const;
  return once("date", (tag) => new Intl.DateTimeFormat(tag, options)).format(at * 1000);
}

/** Formats a time as seen from another, such as `3 minutes ago`; both in Unix seconds. */
export function formatAgo(at: number, now: number): string {
  const [amount, unit] = toLargestUnit(Math.abs(at - now));
  const format = once(
    "ago",
    (tag) => new Intl.RelativeTimeFormat(tag, { numeric: "auto", style: "short" }),
  );
  return format.format(at < now ? -amount : amount, unit);
}

function toLargestUnit(seconds: number): [number, "second" | "minute" | "hour" | "day"] {
  if (seconds < 100) return [Math.round(seconds), "second"];
  if (seconds < 5400) return [Math.round(seconds / 60), "minute"];
  if (seconds < 172_800) return [Math.round(seconds / 3600), "hour"];
  return [Math.round(seconds / 86_400), "day"];
}
