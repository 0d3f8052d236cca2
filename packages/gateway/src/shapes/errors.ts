// Builds the error object that failed answers and failed jobs carry.

import { JimengError, fromErrorRecord } from "@jimeng/sdk";
import type { ErrorRecord } from "@jimeng/sdk";

import { errorTable, toPublicCode } from "../api/errors.ts";
import type { ErrorObject } from "../api/errors.ts";
import { ServiceError } from "../errors.ts";
import type { ExpectedError } from "../errors.ts";
import type { Job } from "../jobs/job.ts";
import { toDialectError } from "./dialect.ts";
import type { Dialect } from "./dialect.ts";

/** What an error object holds besides the error. */
export interface ErrorObjectContext {
  requestId: string | null;
  /** The job that the error concerns; once there is one, nothing invites the client to repeat. */
  jobId?: string | null;
  /** Further facts, e.g. the jobs of the same call that succeeded. */
  facts?: Record<string, unknown>;
}

/** Returns the error of a job that ended without a result, its record's or `cancelled`, in the dialect's names. */
export function toJobError(job: Job, dialect: Dialect): ExpectedError {
  return toDialectError(dialect, job.kind, errorOf(job));
}

function errorOf(job: Job): ExpectedError {
  if (job.error !== null) {
    // Nothing is paid before the submit id is written.
    const charged = job.error.charged ?? (job.submitId === null ? "no" : "unknown");
    return fromErrorRecord({ ...job.error, charged });
  }
  if (job.status === "cancelled") {
    return new JimengError("cancelled", "The job was cancelled before it was started.", {
      charged: "no",
      fix: "Send the request again if it is still wanted.",
    });
  }
  return new ServiceError("internal", "The job ended without a result and without a reason.");
}

/** Builds the error object of a failed answer, or of a failed job. */
export function toErrorObject(error: ExpectedError, context: ErrorObjectContext): ErrorObject {
  const { detail } = error;
  const jobExists = context.jobId != null;
  return {
    message: shorten(error.message),
    type: errorTable[error.code].type,
    param: detail.param ?? null,
    code: toPublicCode(error.code),
    retryable: error.retryable && !jobExists,
    charged: detail.charged ?? (jobExists ? "unknown" : "no"),
    job_id: context.jobId ?? null,
    request_id: context.requestId,
    upstream: toUpstreamObject(detail.upstream),
    fix: detail.fix ?? null,
    ...withoutUndefined({
      stage: detail.stage,
      what: detail.what,
      index: detail.index,
      reason: detail.reason,
      issues: detail.issues,
      retry_after_ms: detail.retryAfterMs,
    }),
    ...context.facts,
  };
}

// Messages quote the request, and a caller may have sent a megabyte.
const maxMessageLength = 1000;

function shorten(message: string): string {
  return message.length > maxMessageLength ? `${message.slice(0, maxMessageLength)}…` : message;
}

function toUpstreamObject(upstream: ErrorRecord["upstream"]): ErrorObject["upstream"] {
  if (upstream === undefined) return null;
  const { ret, failCode, logid } = upstream;
  if (ret === undefined && failCode === undefined && logid === undefined) return null;
  return { ret: ret ?? null, fail_code: failCode ?? null, logid: logid ?? null };
}

function withoutUndefined(facts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
