// The metrics of one gateway: what is counted as it happens, and what is read at each scrape.

import { Registry } from "@prometheus-io/client";

import type { EventObserver } from "../observer.ts";
import { EventMetrics } from "./event-metrics.ts";
import { Gauges } from "./gauges.ts";
import type { MetricSources } from "./sources.ts";

/** Counts, and is scraped. */
export interface Metrics {
  readonly observer: EventObserver;
  /** Returns all metrics as Prometheus text. */
  scrape(): Promise<string>;
  close(): Promise<void>;
}

/** Makes the metrics, all at zero. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const configured = (): string[] =>
    sources.accounts.list().flatMap(({ name, adopted }) => (adopted ? [] : [name]));
  const events = new EventMetrics(registry, (name) => configured().includes(name));
  const gauges = new Gauges(registry, sources);
  return {
    observer: events,
    async scrape() {
      await gauges.update();
      events.showAccounts(configured());
      return await registry.metrics();
    },
    close: () => gauges.close(),
  };
}
