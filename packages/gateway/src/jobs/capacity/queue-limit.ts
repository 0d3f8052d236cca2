// How many jobs may wait for their start at one moment.

import { ServiceError } from "../../errors.ts";
import type { ExpectedError } from "../../errors.ts";
import type { Clock } from "../../clock.ts";

// Counting costs as much as a hundred inserts; in between the own ones are added up.
const countAgeMs = 1000;
const retryAfterMs = 10_000;

/** Admits new jobs as long as there is room. */
export class QueueLimit {
  readonly #count: () => Promise<number>;
  readonly #clock: Clock;
  readonly #max: number;
  #counted = 0;
  #countedAt = Number.NEGATIVE_INFINITY;

  constructor(options: { count: () => Promise<number>; clock: Clock; max: number }) {
    this.#count = options.count;
    this.#clock = options.clock;
    this.#max = options.max;
  }

  /** Takes note of new jobs; throws `overloaded` with a time to come back when they are too many. */
  async admit(jobs: number): Promise<void> {
    const now = this.#clock.now();
    const isFull = this.#counted + jobs > this.#max;
    if (isFull || now - this.#countedAt >= countAgeMs) {
      this.#countedAt = now;
      this.#counted = await this.#count();
    }
    if (this.#counted + jobs > this.#max) throw overloaded(this.#max);
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
