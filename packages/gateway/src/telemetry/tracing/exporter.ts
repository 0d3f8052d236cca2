// Sends spans to a collector by OTLP over HTTP, and says in the log when it cannot.

import type { Logger } from "@jimeng/sdk";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import type { SpanExporter } from "@opentelemetry/sdk-trace-node";

const complainEveryMs = 600_000;
const timeoutMs = 5000;

/** Makes the exporter; `endpoint` is the collector's address without `/v1/traces`. */
export function createExporter(endpoint: string, logger: Pick<Logger, "warn">): SpanExporter {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint}/v1/traces`,
    timeoutMillis: timeoutMs,
  });
  let complainAfter = Number.NEGATIVE_INFINITY;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const now = performance.now();
        if (result.error !== undefined && now >= complainAfter) {
          complainAfter = now + complainEveryMs;
          const { message } = result.error;
          logger.warn({ endpoint, reason: message }, "Failed to send traces; they are dropped");
        }
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
  };
}
