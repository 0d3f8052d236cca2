// The judgement of a failed paid start: may it have been accepted, and what then.

import type { ErrorCode, JimengError } from "@jimeng/sdk";

/** Says what follows from a failed start. */
export type StartVerdict =
  /** Surely not accepted, and would be refused again. */
  | { kind: "final" }
  /** Surely not accepted, because the upstream takes no more now: the job keeps its place in the queue. */
  | { kind: "full" }
  /** Surely not accepted, because nothing got through: again until the deadline. */
  | { kind: "unreachable" }
  /** May have been accepted: to be looked up. */
  | { kind: "doubt"; settleMs: number };

const httpUnavailable = 503;
// A 503 comes almost surely from the edge, before anything was taken (design 4).
const settleAfterUnavailableMs = 10_000;

// Checks of our own that ran before anything was sent.
const localCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "invalid_request",
  "model_not_found",
  "model_unavailable",
  "region_unavailable",
]);

/** Judges a failed start; whatever is not surely refused is in doubt. */
export function judgeStartFailure(error: JimengError | undefined, settleMs: number): StartVerdict {
  if (error === undefined) return { kind: "doubt", settleMs };
  const { acceptance, upstream } = error.detail;
  if (acceptance === "refused") return judgeRefusal(error.code);
  if (acceptance === undefined && upstream === undefined && localCodes.has(error.code))
    return { kind: "final" };
  const short = upstream?.httpStatus === httpUnavailable;
  return {
    kind: "doubt",
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
