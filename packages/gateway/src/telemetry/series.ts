// Counters and histograms with a bound on their series: past it, what is new is counted under the label value "other".

import { Counter, Histogram } from "@prometheus-io/client";
import type { Registry } from "@prometheus-io/client";

/** How one metric is described. */
export interface MetricDescription {
  name: string;
  help: string;
  labels: readonly string[];
  /** Most sets of label values; default 200. */
  maxSeries?: number | undefined;
}

const defaultMaxSeries = 200;
const otherValue = "other";

/** Knows the sets of label values that a metric has. */
class KnownSeries<Child> {
  readonly #labels: readonly string[];
  readonly #maxSeries: number;
  readonly #make: (labels: Record<string, string>) => Child;
  readonly #children = new Map<string, Child>();

  constructor(
    { labels, maxSeries = defaultMaxSeries }: MetricDescription,
    make: (labels: Record<string, string>) => Child,
  ) {
    this.#labels = labels;
    this.#maxSeries = maxSeries;
    this.#make = make;
  }

  get(values: readonly string[]): Child {
    const key = values.join("\n");
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    // One place is left for what is beyond the bound.
    const isFull = this.#children.size >= this.#maxSeries - 1;
    const others = values.map(() => otherValue);
    if (isFull && values.some((value) => value !== otherValue)) return this.get(others);
    const child = this.#make(
      Object.fromEntries(this.#labels.map((label, index) => [label, values[index] ?? ""])),
    );
    this.#children.set(key, child);
    return child;
  }
}

/** A counter with a bounded number of series. */
export class BoundedCounter {
  readonly #series: KnownSeries<{ inc(amount?: number): void }>;

  constructor(registry: Registry, description: MetricDescription) {
    const { name, help, labels } = description;
    const counter = new Counter({ name, help, labelNames: labels, registers: [registry] });
    this.#series = new KnownSeries(description, (values) => counter.labels(values));
    // A counter without labels is there from the beginning, so that its first increase is seen.
    if (labels.length === 0) this.#series.get([]);
  }

  /** Adds to the series of these label values, in the order of the labels. */
  add(values: readonly string[], amount = 1): void {
    this.#series.get(values).inc(amount);
  }
}

/** A histogram with a bounded number of series. */
export class BoundedHistogram {
  readonly #series: KnownSeries<{ observe(value: number): void }>;

  constructor(registry: Registry, description: MetricDescription & { buckets: readonly number[] }) {
    const { name, help, labels, buckets } = description;
    const histogram = new Histogram({
      name,
      help,
      labelNames: labels,
      buckets: [...buckets],
      registers: [registry],
    });
    this.#series = new KnownSeries(description, (values) => histogram.labels(values));
  }

  /** Adds a value to the series of these label values, in the order of the labels. */
  observe(values: readonly string[], value: number): void {
    this.#series.get(values).observe(value);
  }
}
