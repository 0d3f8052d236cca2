// Formats times for people.

/** Shows Unix seconds in the machine's own time zone, as `2026-11-20 08:25:40`. */
export function localTime(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toLocaleString("sv-SE");
}
