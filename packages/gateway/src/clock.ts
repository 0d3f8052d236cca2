// The clock: the time now, and timers. Tests replace it by one that they move themselves.

/** A timer that has not fired yet. */
export interface Timer {
  cancel(): void;
}

/** Tells the time and sets timers; injected everywhere, so that no test sleeps. */
export interface Clock {
  /** Returns Unix milliseconds. */
  now(): number;
  /** Calls back once after `delayMs` milliseconds. */
  setTimer(callback: () => void, delayMs: number): Timer;
}

// setTimeout treats a longer delay as 1 ms. A caller that waits longer must check the time and wait again.
const maxDelayMs = 2 ** 31 - 1;

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(callback, delayMs) {
    const timeout = setTimeout(callback, Math.min(Math.max(0, delayMs), maxDelayMs));
    return { cancel: () => clearTimeout(timeout) };
  },
};

/** How much slower a steady clock goes while it is ahead of the machine's. */
const slowdown = 0.1;

/** What a steady clock is made of. */
export interface SteadyClockSources {
  /** Returns the machine's time in Unix milliseconds. */
  wall?: () => number;
  /** Returns milliseconds that always grow, from whatever moment. */
  elapsed?: () => number;
}

/**
 * Makes a clock that follows the machine's but never goes back: when that is set back, it goes a tenth slower until the
 * other has caught up. Otherwise everything that waits for a time would wait until it comes again.
 */
export function createSteadyClock({
  wall = Date.now,
  elapsed = () => performance.now(),
}: SteadyClockSources = {}): Clock {
  let at = wall();
  let readAt = elapsed();
  return {
    now() {
      const passedMs = elapsed() - readAt;
      readAt += passedMs;
      at = Math.max(wall(), at + passedMs * (1 - slowdown));
      return Math.floor(at);
    },
    setTimer: (callback, delayMs) => systemClock.setTimer(callback, delayMs),
  };
}
