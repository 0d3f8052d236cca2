// When a message that was not delivered is tried again: ever more rarely, over about a day.

const secondMs = 1000;
const minuteMs = 60_000;
const hourMs = 3_600_000;
const waitsMs = [
  5 * secondMs,
  30 * secondMs,
  2 * minuteMs,
  10 * minuteMs,
  30 * minuteMs,
  hourMs,
  2 * hourMs,
  4 * hourMs,
  8 * hourMs,
  8 * hourMs,
];
const jitter = 0.1;

/** Returns the wait after so many failed attempts, in milliseconds; undefined when the message is given up. */
export function waitAfter(
  attempts: number,
  { retryAfterMs, random }: { retryAfterMs: number | null; random: () => number },
): number | undefined {
  const waitMs = waitsMs[attempts - 1];
  if (waitMs === undefined) return undefined;
  const asked = Math.min(retryAfterMs ?? 0, hourMs);
  return Math.round(Math.max(asked, waitMs * (1 + jitter * random())));
}
