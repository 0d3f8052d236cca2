// What a measurement hands back: figures with what they should reach, and the small sums behind them.

/** One line of the table. */
export interface Figure {
  figure: string;
  reach: string;
  measured: string;
  /** Null where the figure could not be measured here; `measured` then says why. */
  reached: boolean | null;
  /** The bare number, for machines; null where there is none. */
  value: number | null;
}

type Unit =
  | "ms"
  | "kB"
  | "elements"
  | "%"
  | "MiB"
  | "MB/s"
  | "/s"
  | "×"
  | "ms/job"
  | "jobs"
  | "requests";

/** Judges a number that must not be larger than its bound. */
export function atMost(figure: string, value: number, bound: number, unit: Unit): Figure {
  return judged(figure, value, `≤ ${show(bound, unit)}`, unit, value <= bound);
}

/** Judges a number that must not be smaller than its bound. */
export function atLeast(figure: string, value: number, bound: number, unit: Unit): Figure {
  return judged(figure, value, `≥ ${show(bound, unit)}`, unit, value >= bound);
}

/** Shows a number that nothing is asked of, beside those that it explains. */
export function fact(figure: string, value: number, unit: Unit): Figure {
  return { figure, reach: "", measured: show(value, unit), reached: null, value };
}

/** Says that a figure could not be measured on this machine. */
export function notRun(figure: string, reason: string): Figure {
  return { figure, reach: "", measured: `NOT RUN: ${reason}`, reached: null, value: null };
}

function judged(
  figure: string,
  value: number,
  reach: string,
  unit: Unit,
  reached: boolean,
): Figure {
  return { figure, reach, measured: show(value, unit), reached, value };
}

function show(value: number, unit: Unit): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${Number(value.toFixed(digits))} ${unit}`;
}

/** Gives the value below which the share of the numbers lies. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Gives the middle value: one slow run of a busy machine does not move it. */
export function median(numbers: readonly number[]): number {
  return percentile(numbers, 0.5);
}
