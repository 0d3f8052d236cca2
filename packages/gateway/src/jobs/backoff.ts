// How long to wait before trying again.

/** Bounds a wait: the first one and the longest, in milliseconds. */
export interface Backoff {
  firstMs: number;
  longestMs: number;
}

function ceilingMs(attempts: number, { firstMs, longestMs }: Backoff): number {
  return Math.min(longestMs, firstMs * 2 ** Math.max(0, attempts - 1));
}

/** Gives the wait after the given number of failures in a row: full jitter under a doubling ceiling. */
export function fullJitterMs(attempts: number, backoff: Backoff, random: () => number): number {
  return Math.round(ceilingMs(attempts, backoff) * random());
}

/** Gives a wait between the doubling ceiling's half and its whole, never below the first: for full queues. */
export function steadyWaitMs(attempts: number, backoff: Backoff, random: () => number): number {
  const ceiling = ceilingMs(attempts, backoff);
  return Math.max(backoff.firstMs, Math.round(ceiling * (0.5 + random() / 2)));
}
