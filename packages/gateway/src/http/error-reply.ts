// Builds status, headers and JSON body of a failed answer.

import type { ErrorBody } from "../api/errors.ts";
import { statusOf } from "../api/errors.ts";
import type { ExpectedError } from "../errors.ts";
import { toErrorObject } from "../shapes/errors.ts";
import type { ErrorObjectContext } from "../shapes/errors.ts";

/** What the status and body of a failed answer depend on besides the error. */
export interface ErrorContext extends ErrorObjectContext {
  /** True when the route makes jobs: the status is then one that no client repeats. Default true. */
  creating?: boolean;
  /** True where the same request, sent again, finds the job on another node: clients and proxies shall repeat it. */
  isFoundElsewhere?: boolean;
  passThrough?: boolean;
}

/** A failed answer. */
export interface ErrorReply {
  status: number;
  headers: Record<string, string>;
  body: ErrorBody;
}

/** An error together with the job that it concerns, thrown by routes for the error handler. */
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

/** Builds the reply to an error. */
export function toErrorReply(error: ExpectedError, context: ErrorContext): ErrorReply {
  const jobExists = context.jobId != null && context.isFoundElsewhere !== true;
  const { retryAfterMs } = error.detail;
  const headers: Record<string, string> = {
    // OpenAI's clients repeat 408, 409, 429 and 5xx by themselves unless this header forbids it.
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
