// Computes how long to wait before a retry.

/** The bounds of a wait, in milliseconds. */
export interface Backoff {
  firstMs: number;
  maxMs: number;
}

function ceilingMs(attempts: number, { firstMs, maxMs }: Backoff): number {
  return Math.min(maxMs, firstMs * 2 ** Math.max(0, attempts - 1));
}

/** Returns the wait after so many failures in a row: full jitter below a ceiling that doubles. */
export function fullJitterMs(attempts: number, backoff: Backoff, random: () => number): number {
  return Math.round(ceilingMs(attempts, backoff) * random());
}

/** Returns a wait between half of the doubling ceiling and all of it, never below the first: for a full upstream. */
export function steadyWaitMs(attempts: number, backoff: Backoff, random: () => number): number {
  const ceiling = ceilingMs(attempts, backoff);
  return Math.max(backoff.firstMs, Math.round(ceiling * (0.5 + random() / 2)));
}
