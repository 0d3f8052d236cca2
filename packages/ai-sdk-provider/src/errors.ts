// The errors that the AI SDK sees. It repeats a paid call by `isRetryable` alone, so nothing that was sent has it true.

import { APICallError } from "@ai-sdk/provider";
import { GatewayError } from "@jimeng/gateway/api/client";

import { NotSentError } from "./recovery.ts";

/** The `data` of the errors that this provider throws. */
export interface JimengErrorData {
  code: string;
  /** Whether credits were spent. */
  charged: "no" | "yes" | "refunded" | "unknown";
  /** What to do, in one sentence. */
  fix: string | null;
  /** The job that failed, or whose result could not be had. */
  jobId: string | null;
  requestId: string | null;
  param: string | null;
}

/** What a failed call was about. */
export interface FailedCall {
  url: string;
  /** The body as it was sent, without the bytes of files. */
  body: unknown;
  /** Whether the call has an idempotency key of the caller's, under which it may be repeated. */
  mayRepeat?: boolean;
}

/** Writes an error in one line, for those who see nothing else of it. */
export function toErrorText(error: {
  code: string;
  message: string;
  charged: string;
  fix: string | null;
}): string {
  const text = `[${error.code}] ${error.message} (charged: ${error.charged}).`;
  return error.fix === null ? text : `${text} ${error.fix}`;
}

/** Builds the error of the AI SDK that stands for whatever went wrong; an abort stays what it is. */
export function toCallError(error: unknown, call: FailedCall, signal?: AbortSignal): unknown {
  if (signal?.aborted || APICallError.isInstance(error)) return error;
  if (error instanceof NotSentError) return toApiCallError(error.cause, call, true);
  if (!(error instanceof GatewayError)) return toBrokenOff(error, call);
  const isRetryable = call.mayRepeat === true && error.retryable && error.jobId === null;
  return toApiCallError(error, call, isRetryable);
}

function toBrokenOff(cause: unknown, call: FailedCall): APICallError {
  const message = "The connection to the gateway broke again and again.";
  const error = new GatewayError("connection_failed", message, {
    cause,
    charged: "unknown",
    fix: "Repeat the call with the same idempotency key: what was made is not made again.",
  });
  return toApiCallError(error, call, call.mayRepeat === true);
}

/** Builds an error of the AI SDK from a gateway's. */
export function toApiCallError(
  error: GatewayError,
  { url, body }: FailedCall,
  isRetryable: boolean,
): APICallError {
  const { code, charged, fix, jobId, requestId, param } = error;
  const data: JimengErrorData = { code, charged, fix, jobId, requestId, param };
  return new APICallError({
    message: toErrorText(error),
    url,
    requestBodyValues: body,
    statusCode: error.status ?? undefined,
    responseBody: error.body === null ? undefined : JSON.stringify({ error: error.body }),
    cause: error,
    isRetryable,
    data,
  });
}
