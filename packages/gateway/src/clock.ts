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
