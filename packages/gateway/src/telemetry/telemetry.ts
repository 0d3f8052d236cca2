// Gives the gateway its observer. Metrics are loaded with the first scrape, or at the start where they have a port of
// their own, traces at the start where they are sent somewhere; until then nothing is counted and nothing is loaded.

import type { Logger } from "@jimeng/sdk";

import { noTracing } from "../observer.ts";
import type { EventObserver, Observer } from "../observer.ts";
import { toExposition } from "./exposition.ts";
import type { Exposition } from "./exposition.ts";
import { createForwardingObserver } from "./forwarding-observer.ts";
import type { Metrics } from "./metrics.ts";
import type { MetricsServer } from "./metrics-server.ts";
import type { MetricSources } from "./sources.ts";
import type { TracesPlace, Traces } from "./tracing/traces.ts";

/** Observes a gateway. */
export interface Telemetry {
  readonly observer: Observer;
  /** Tells one more observer of everything from now on. */
  add(observer: EventObserver): void;
  /** Gives the metrics what they read; call before the first scrape. */
  use(sources: MetricSources): void;
  /** Where the metrics are served on a port of their own; null where they are not. */
  readonly url: string | null;
  /** Begins to count, and serves the metrics on a port of their own where one is given. */
  listen(place: MetricsPlace): Promise<void>;
  /** Returns the metrics in the format that the Accept header prefers; begins to count where nobody did. */
  scrape(accept: string | undefined): Promise<Exposition>;
  close(): Promise<void>;
}

/** Where the metrics are served without a key; null for no port of their own. */
export interface MetricsPlace {
  host: string;
  port: number | null;
  logger: Pick<Logger, "info">;
}

/** Makes the telemetry; `observer` is told of everything as well. Traces are sent to `place`, null for none. */
export async function createTelemetry(
  observer: Observer | undefined,
  place: TracesPlace | null,
): Promise<Telemetry> {
  const traces = place === null ? undefined : await loadTraces(place);
  const forwarding = createForwardingObserver(
    [observer, traces?.events].filter((target) => target !== undefined),
    traces?.tracing ?? observer?.tracing ?? noTracing,
  );
  let sources: MetricSources | undefined;
  let server: MetricsServer | undefined;
  let loading: Promise<Metrics> | undefined;

  async function load(): Promise<Metrics> {
    if (sources === undefined) throw new Error("metrics were scraped before the gateway was built");
    const { createMetrics } = await import("./metrics.ts");
    const metrics = createMetrics(sources);
    forwarding.add(metrics.observer);
    return metrics;
  }

  async function scrape(accept: string | undefined): Promise<Exposition> {
    const metrics = await (loading ??= load());
    return toExposition(await metrics.scrape(), accept);
  }

  return {
    observer: forwarding.observer,
    add: (target) => forwarding.add(target),
    use(given) {
      sources = given;
    },
    get url() {
      return server?.url ?? null;
    },
    async listen({ host, port, logger }) {
      if (port === null) return;
      await (loading ??= load());
      const { startMetricsServer } = await import("./metrics-server.ts");
      server = await startMetricsServer({ host, port, scrape });
      logger.info({ url: server.url }, "Serving metrics without a key");
    },
    scrape,
    async close() {
      await server?.close();
      await (await loading)?.close();
      await traces?.close();
    },
  };
}

async function loadTraces(place: TracesPlace): Promise<Traces> {
  const { createTraces } = await import("./tracing/traces.ts");
  return createTraces(place);
}
