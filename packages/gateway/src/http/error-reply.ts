// Turning any thrown value into status, headers and JSON body. Pure: only app.ts sends it.

import { JimengError, fromErrorRecord } from "@jimeng/sdk";
import type { ErrorRecord } from "@jimeng/sdk";

import { ServiceError } from "../errors.ts";
import type { ExpectedError } from "../errors.ts";
import { errorTable, statusOf } from "../api/errors.ts";
import type { ErrorBody } from "../api/errors.ts";
import { toPublicCode } from "../api/errors.ts";
import type { ErrorObject } from "../api/errors.ts";
import type { Job } from "../jobs/job.ts";

/** Says what an error is about besides itself. */
export interface ErrorContext {
  requestId: string | null;
  /** Set once a job row exists: nothing then invites the client to repeat. */
  jobId?: string | null;
  /** Tells whether the route makes jobs: the status is then one that no client repeats. Default true. */
  creating?: boolean;
  passThrough?: boolean;
  /** Further facts for the body, e.g. the jobs of the same call that succeeded. */
  facts?: Record<string, unknown>;
}

/** An error as HTTP. */
export interface ErrorReply {
  status: number;
  headers: Record<string, string>;
  body: ErrorBody;
}

/** Carries an error together with the job it is about, from a route to the error handler. */
export class JobFailure extends Error {
  override readonly name = "JobFailure";
  readonly error: ExpectedError;
  readonly context: Omit<ErrorContext, "requestId">;

  constructor(error: ExpectedError, context: Omit<ErrorContext, "requestId"> & { jobId: string }) {
    super(error.message, { cause: error });
    this.error = error;
    this.context = context;
  }
}

/** Gives the error of a job that ended without a result (its record, or `cancelled`). */
export function toJobError(job: Job): ExpectedError {
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

/** Builds the reply to an error. */
export function toErrorReply(error: ExpectedError, context: ErrorContext): ErrorReply {
  const jobExists = context.jobId != null;
  const { retryAfterMs } = error.detail;
  const headers: Record<string, string> = {
    // OpenAI's clients repeat 408, 409, 429 and 5xx by themselves unless told not to.
    "x-should-retry": String(!jobExists && error.retryable),
  };
  if (retryAfterMs !== undefined && !jobExists) {
    headers["retry-after"] = String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
    headers["retry-after-ms"] = String(Math.ceil(retryAfterMs));
  }
  if (context.jobId != null) headers["x-jimeng-job"] = context.jobId;
  return {
    status: statusOf(error.code, {
      jobExists: jobExists && context.creating !== false,
      passThrough: context.passThrough,
    }),
    headers,
    body: { error: toErrorObject(error, context) },
  };
}

/** Builds the error object of a failed answer, and of a failed job inside a job. */
export function toErrorObject(error: ExpectedError, context: ErrorContext): ErrorObject {
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

// Messages name what was asked for, and a caller may have asked for a megabyte.
const longestMessage = 1000;

function shorten(message: string): string {
  return message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message;
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
