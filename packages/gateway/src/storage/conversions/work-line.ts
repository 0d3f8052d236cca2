// Runs few tasks at the same time and lets few others wait: what would wait longer is refused at once.

import { ServiceError } from "../../errors.ts";

/** How many tasks run and wait. */
export interface WorkLineOptions {
  atOnce: number;
  maxWaiting: number;
}

/** How a task waits. */
export interface WaitOptions {
  /** Waits however long the line is, instead of being refused: its result was paid for. */
  isPatient?: boolean;
}

const retryAfterMs = 2000;

/** Runs tasks in the order they came. */
export class WorkLine {
  readonly #atOnce: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor({ atOnce, maxWaiting }: WorkLineOptions) {
    this.#atOnce = atOnce;
    this.#maxWaiting = maxWaiting;
  }

  /** Runs a task when its turn comes. Throws `overloaded`, with a time to come back, when too many wait already. */
  async run<Result>(task: () => Promise<Result>, { isPatient }: WaitOptions = {}): Promise<Result> {
    if (this.#running < this.#atOnce) this.#running += 1;
    else {
      if (isPatient !== true && this.#waiting.length >= this.#maxWaiting) throw overloaded();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      // The next task takes the place without a moment in which a newer one could.
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

function overloaded(): ServiceError {
  return new ServiceError("overloaded", "Too many pictures are being converted at the moment.", {
    retryAfterMs,
    fix: "Ask again in a moment, or ask for the stored file without format, width and quality.",
  });
}
