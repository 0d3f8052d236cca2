// Provides the simulated time: the machine's milliseconds plus an offset that only grows.

/** A day in milliseconds. */
export const dayMs = 86_400_000;

/** A source of milliseconds since the epoch, as `Date.now` is. */
export interface TimeSource {
  now(): number;
}

interface Advance {
  wallAt: number;
  offsetMs: number;
}

/** The simulated time, which can be moved forward so that a 20-minute video takes no time in tests. */
export class SimulatedClock implements TimeSource {
  readonly #source: TimeSource;
  readonly #advances: Advance[];

  /** Starts at the source's time plus `offsetMs` (default 0). */
  constructor(source: TimeSource = Date, offsetMs = 0) {
    this.#source = source;
    this.#advances = [{ wallAt: Number.NEGATIVE_INFINITY, offsetMs }];
  }

  /** Returns the simulated time in milliseconds. */
  now(): number {
    return this.#source.now() + this.offsetMs;
  }

  /** Returns the wall time in milliseconds, without the offset. */
  wallNow(): number {
    return this.#source.now();
  }

  /** Returns by how many milliseconds the simulated time is ahead of the wall time. */
  get offsetMs(): number {
    return this.#advances.at(-1)?.offsetMs ?? 0;
  }

  /** Moves the simulated time forward by `milliseconds`; time never runs backwards. */
  advance(milliseconds: number): void {
    if (!Number.isFinite(milliseconds) || milliseconds < 0) {
      throw new RangeError("advance takes a number of milliseconds that is not negative");
    }
    this.#advances.push({
      wallAt: this.#source.now(),
      offsetMs: this.offsetMs + milliseconds,
    });
  }

  /** Returns the wall time at which the simulated time reached `simulatedAt`, or null when it has not yet. */
  wallTimeOf(simulatedAt: number): number | null {
    if (simulatedAt > this.now()) return null;
    for (const [index, segment] of this.#advances.entries()) {
      const endsAt = this.#advances[index + 1]?.wallAt ?? Number.POSITIVE_INFINITY;
      const candidate = Math.max(simulatedAt - segment.offsetMs, segment.wallAt);
      if (candidate < endsAt) return candidate;
    }
    return this.wallNow();
  }
}
