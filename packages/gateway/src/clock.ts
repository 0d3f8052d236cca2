// The time as the engine sees it: what it is now, and waking up later.

/** Stops a timer that has not fired yet. */
export interface Timer {
  cancel(): void;
}

/** Gives the time and wakes later; injected everywhere, so that no test sleeps. */
export interface Clock {
  /** Gives Unix milliseconds. */
  now(): number;
  /** Calls back once after `delayMs` milliseconds. */
  setTimer(callback: () => void, delayMs: number): Timer;
}

// setTimeout treats a longer delay as 1 ms; whoever waits longer looks at the time again and waits on.
const longestDelayMs = 2 ** 31 - 1;

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(callback, delayMs) {
    const timeout = setTimeout(callback, Math.min(Math.max(0, delayMs), longestDelayMs));
    return { cancel: () => clearTimeout(timeout) };
  },
};
