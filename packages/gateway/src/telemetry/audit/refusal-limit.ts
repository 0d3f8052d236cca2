// Bounds how many refusals the audit log keeps: those beyond are counted.

import type { Clock } from "../../clock.ts";

const windowMs = 60_000;
const maxPerWindow = 120;

/** Counts refusals; two a second on average are kept. */
export class RefusalLimit {
  readonly #clock: Pick<Clock, "now">;
  #windowStart = Number.NEGATIVE_INFINITY;
  #kept = 0;
  #leftOut = 0;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Returns how many were left out before a refusal that is kept; null for one that is not. */
  take(): number | null {
    const now = this.#clock.now();
    if (now - this.#windowStart >= windowMs) {
      this.#windowStart = now;
      this.#kept = 0;
    }
    if (this.#kept >= maxPerWindow) {
      this.#leftOut += 1;
      return null;
    }
    this.#kept += 1;
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    return leftOut;
  }
}
