// Learns how long an account's generations take from those that ended: the median of the latest corrects the upstream's
// forecast, and stands in where it gives none.

/** What polls showed of one generation that ended, in milliseconds after its submission. */
export interface ObservedTime {
  /** The last poll that did not show its end; null when the first one did. */
  notBeforeMs: number | null;
  /** The poll that showed it. */
  shownAfterMs: number;
  /** The upstream's forecast; null when it gave none. */
  forecastMs: number | null;
}

interface Sample {
  tookMs: number;
  /** The time in forecasts; null without one. */
  ratio: number | null;
}

interface Family {
  samples: readonly Sample[];
  /** Medians of the samples; null while there are too few. */
  tookMs: number | null;
  ratio: number | null;
}

// The latest count: a site that becomes slower is known to be after some generations.
const keptSamples = 15;
const fewestSamples = 3;
// Whoever makes more kinds of generations than these learns the rarest ones anew.
const keptFamilies = 100;
// A generation that had ended at its first poll took less than shown. With this guess, the next is polled earlier.
const earliestShare = 0.6;

/** The times of one account's generations, by families of those that take about as long. */
export class LearnedTimes {
  readonly #families = new Map<string, Family>();

  /** Adds what was observed of one generation. */
  add(family: string, { notBeforeMs, shownAfterMs, forecastMs }: ObservedTime): void {
    if (shownAfterMs <= 0) return;
    const from = notBeforeMs ?? earliestShare * shownAfterMs;
    const tookMs = (from + shownAfterMs) / 2;
    const ratio = forecastMs === null ? null : tookMs / forecastMs;
    const earlier = this.#families.get(family)?.samples ?? [];
    const samples = [...earlier, { tookMs, ratio }].slice(-keptSamples);
    this.#families.delete(family);
    this.#families.set(family, {
      samples,
      tookMs: medianOf(samples.map((sample) => sample.tookMs)),
      ratio: medianOf(samples.flatMap((sample) => sample.ratio ?? [])),
    });
    const oldest = this.#families.keys().next().value;
    if (this.#families.size > keptFamilies && oldest !== undefined) this.#families.delete(oldest);
  }

  /** Returns how long a generation will take; the upstream's forecast itself until enough others ended. */
  expectedMs(family: string, forecastMs: number | null): number | null {
    const known = this.#families.get(family);
    if (forecastMs === null) return known?.tookMs ?? null;
    return forecastMs * (known?.ratio ?? 1);
  }
}

function medianOf(numbers: readonly number[]): number | null {
  if (numbers.length < fewestSamples) return null;
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
