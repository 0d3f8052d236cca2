// Reads and writes the `traceparent` of W3C Trace Context, and derives the id of a job's own span.

import { createHash } from "node:crypto";

import { TraceFlags, isSpanContextValid } from "@opentelemetry/api";
import type { SpanContext } from "@opentelemetry/api";

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const spanIdDigits = 16;

/** Reads a context; undefined for what is none. A later version of the format is read as far as this one goes. */
export function parseTraceparent(text: string | null | undefined): SpanContext | undefined {
  const [, version, traceId, spanId, flags, more] = pattern.exec(text ?? "") ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === "ff" || (version === "00" && more !== undefined)) return undefined;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  const context = { traceId, spanId, traceFlags, isRemote: true };
  return isSpanContextValid(context) ? context : undefined;
}

/** Writes a context. */
export function toTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}

/**
 * Returns the id of a job's own span. It is written when the job has ended, by whichever node sees that; the steps before
 * name it as their parent already.
 */
export function spanIdOf(jobId: string): string {
  return createHash("sha256").update(`span of ${jobId}`).digest("hex").slice(0, spanIdDigits);
}
