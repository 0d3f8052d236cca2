// Bounds how many jobs may wait to start.

import type { Clock } from "../../clock.ts";
import { ServiceError } from "../../errors.ts";
import type { ExpectedError } from "../../errors.ts";

// Counting costs as much as a hundred inserts; in between the jobs of this process are added up.
const countAgeMs = 1000;
const retryAfterMs = 10_000;

/** What the limit works with. */
export interface QueueLimitOptions {
  /** Returns the number of jobs that wait to start. */
  count: () => Promise<number>;
  clock: Clock;
  max: number;
}

/** Admits new jobs as long as there is room. */
export class QueueLimit {
  readonly #options: QueueLimitOptions;
  #counted = 0;
  #countedAt = Number.NEGATIVE_INFINITY;

  constructor(options: QueueLimitOptions) {
    this.#options = options;
  }

  /** Counts new jobs in; throws `overloaded`, with a time to come back, when there are too many. */
  async admit(jobs: number): Promise<void> {
    const { count, clock, max } = this.#options;
    const now = clock.now();
    const isFull = this.#counted + jobs > max;
    if (isFull || now - this.#countedAt >= countAgeMs) {
      this.#countedAt = now;
      this.#counted = await count();
    }
    if (this.#counted + jobs > max) throw overloaded(max);
    this.#counted += jobs;
  }
}

function overloaded(max: number): ExpectedError {
  return new ServiceError("overloaded", `More than ${max} jobs would wait for their start.`, {
    retryAfterMs,
    charged: "no",
    fix: "Send the request again later; the owner can raise JIMENG_MAX_QUEUE.",
  });
}
