// Judges a failed paid start: whether the upstream may have accepted it, and what follows.

import type { ErrorCode, JimengError } from "@jimeng/sdk";

/** What follows from a failed start. */
export type StartVerdict =
  /** Certainly not accepted, and would be refused again. */
  | { kind: "final" }
  /** Certainly not accepted, because the upstream takes no more now: the job keeps its place in the queue. */
  | { kind: "full" }
  /** Certainly not accepted, because nothing got through: tried again until the deadline. */
  | { kind: "unreachable" }
  /** Perhaps accepted: looked up for `settleMs`. */
  | { kind: "uncertain"; settleMs: number };

const httpUnavailable = 503;
// A 503 comes almost certainly from the edge, before anything was taken.
const settleAfterUnavailableMs = 10_000;

// Checks of our own that ran before anything was sent.
const localCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "invalid_request",
  "model_not_found",
  "model_unavailable",
  "region_unavailable",
]);

/** Judges a failed start; whatever was not certainly refused is uncertain. */
export function judgeStartFailure(error: JimengError | undefined, settleMs: number): StartVerdict {
  if (error === undefined) return { kind: "uncertain", settleMs };
  const { acceptance, upstream } = error.detail;
  if (acceptance === "refused") return judgeRefusal(error.code);
  if (acceptance === undefined && upstream === undefined && localCodes.has(error.code))
    return { kind: "final" };
  const short = upstream?.httpStatus === httpUnavailable;
  return {
    kind: "uncertain",
    settleMs: short ? Math.min(settleMs, settleAfterUnavailableMs) : settleMs,
  };
}

function judgeRefusal(code: ErrorCode): StartVerdict {
  if (code === "concurrency_limited" || code === "rate_limited") return { kind: "full" };
  if (code === "connection_failed" || code === "timeout" || code === "upstream_unavailable") {
    return { kind: "unreachable" };
  }
  return { kind: "final" };
}
