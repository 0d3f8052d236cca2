// Writes the spans of requests, jobs, their steps and their calls of the upstream. Nothing of it is loaded where no
// collector is set.

import type { Logger } from "@jimeng/sdk";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

import type { EventObserver, Tracing } from "../../observer.ts";
import { createExporter } from "./exporter.ts";
import { Following } from "./following.ts";
import { SpanIds } from "./span-ids.ts";

/** Where traces are sent. */
export interface TracesPlace {
  /** The collector's address, to which `/v1/traces` is added. */
  endpoint: string;
  /** The gateway's version. */
  version: string;
  logger: Pick<Logger, "info" | "warn">;
}

/** Follows the work of one gateway. */
export interface Traces {
  readonly tracing: Tracing;
  readonly events: EventObserver;
  /** Sends what was not sent yet, for two seconds at most. */
  close(): Promise<void>;
}

const closeMs = 2000;

/** Makes the traces. The other `OTEL_` variables are read by OpenTelemetry itself. */
export function createTraces({ endpoint, version, logger }: TracesPlace): Traces {
  const ids = new SpanIds();
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ "service.name": "jimeng", "service.version": version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(createExporter(endpoint, logger))],
    idGenerator: ids,
  });
  const following = new Following(provider.getTracer("jimeng", version), ids);
  logger.info({ endpoint }, "Sending traces");
  return {
    tracing: following,
    events: following.events,
    async close() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, closeMs).unref());
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
    },
  };
}
