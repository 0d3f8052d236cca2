// The error that the sdk throws: its codes, its details, and its storable form.

import type { Operation } from "./operation.ts";

/** Every error code that the sdk throws; a program on top of it may have more. */
export const errorCodes = [
  "invalid_request",
  "model_not_found",
  "session_invalid",
  "insufficient_credits",
  "content_rejected",
  "rate_limited",
  "concurrency_limited",
  "region_unavailable",
  "permission_denied",
  "model_unavailable",
  "risk_controlled",
  "upstream_unavailable",
  "connection_failed",
  "timeout",
  "unexpected_response",
  "generation_failed",
  "generation_timeout",
  "outcome_unknown",
  "not_found",
  "cancelled",
  "reference_unusable",
  "upload_failed",
  "upstream_error",
] as const;

/** One error code; the same word in code, database, HTTP, CLI and docs. */
export type ErrorCode = (typeof errorCodes)[number];

/** Whether credits were charged; `unknown` when nothing proves it either way. */
export type Charged = "no" | "yes" | "refunded" | "unknown";

/**
 * Whether the upstream may have taken a paid start: `refused` is sure (nothing was written, HTTP 429,
 * or a well-formed envelope with a ret other than 0); `unknown` means that it must be looked up by submit id.
 */
export type Acceptance = "refused" | "unknown";

/** The upstream's own words, unchanged, for people who must ask the site's support. */
export interface UpstreamDetail {
  ret?: string;
  failCode?: string;
  failKey?: string;
  failMessage?: string;
  logid?: string;
  httpStatus?: number;
}

/** Details of an error besides its code and message. */
export interface JimengErrorDetail {
  cause?: unknown;
  /** The wrong parameter (`invalid_request`, `model_not_found`). */
  param?: string;
  /** What to do, in one sentence. */
  fix?: string;
  /** The place where content was refused (`content_rejected`). */
  stage?: "prompt" | "reference" | "output";
  /** The wait in milliseconds that the upstream or we ask for. */
  retryAfterMs?: number;
  /** The kind of thing that was not found. */
  what?: "route" | "job" | "asset" | "file" | "account" | "webhook" | "key";
  /** The position of the unusable reference, from 0. */
  index?: number;
  /** The machine-readable reason of an unusable reference. */
  reason?: string;
  /** The parts of a response that did not fit (`unexpected_response`). */
  issues?: string[];
  charged?: Charged;
  acceptance?: Acceptance;
  /** The submit id of a start that may have been paid: `generations.find` looks it up. */
  submitId?: string;
  /** The started generation that was being waited for; `generations.wait` goes on with it. */
  operation?: Operation;
  upstream?: UpstreamDetail;
}

const retryableCodes: ReadonlySet<string> = new Set<ErrorCode>([
  "rate_limited",
  "concurrency_limited",
  "upstream_unavailable",
  "connection_failed",
  "timeout",
]);

/** Tells whether the same read may be tried again after a wait (never a licence to repeat a paid start). */
export function isRetryableCode(code: string): boolean {
  return retryableCodes.has(code);
}

const marker = Symbol.for("jimeng.error");

/**
 * The error of every expected failure; branch on `code`, never on the message's words. The codes are the sdk's; a
 * program on top of it that has more of them names its own union as `Code`.
 */
export class JimengError<Code extends string = ErrorCode> extends Error {
  override readonly name = "JimengError";
  readonly code: Code;
  /** True when the same read may be tried again after a wait. */
  readonly retryable: boolean;
  readonly detail: Readonly<Omit<JimengErrorDetail, "cause">>;

  // NoInfer: a mistyped code is refused by the compiler, not taken as a union of its own.
  constructor(code: NoInfer<Code>, message: string, detail: JimengErrorDetail = {}) {
    const { cause, ...rest } = detail;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryable = isRetryableCode(code);
    this.detail = rest;
    Object.defineProperty(this, marker, { value: true, enumerable: false });
  }

  /** Recognises a JimengError also across copies of this package. */
  static isInstance<Code extends string = ErrorCode>(value: unknown): value is JimengError<Code> {
    return typeof value === "object" && value !== null && marker in value;
  }
}

/** The plain, storable form of a JimengError (a job's `error` column). */
export interface ErrorRecord<Code extends string = ErrorCode> extends Omit<
  JimengErrorDetail,
  "cause" | "acceptance" | "submitId" | "operation"
> {
  code: Code;
  message: string;
}

/** Turns an error into plain JSON without its cause and stack. */
export function toErrorRecord<Code extends string>(error: JimengError<Code>): ErrorRecord<Code> {
  const {
    acceptance: _acceptance,
    submitId: _submitId,
    operation: _operation,
    ...detail
  } = error.detail;
  return { code: error.code, message: error.message, ...detail };
}

/**
 * Returns the error of what followed a start that may have been paid: it says how to find the start, and never that
 * it is unpaid, which a single read cannot know. Other values are returned as they are.
 */
export function withStart(
  error: unknown,
  start: Required<Pick<JimengErrorDetail, "submitId">> & Pick<JimengErrorDetail, "operation">,
): unknown {
  if (!JimengError.isInstance(error)) return error;
  const { acceptance: _acceptance, ...detail } = error.detail;
  const charged = detail.charged === "yes" ? "yes" : "unknown";
  return new JimengError(error.code, error.message, { ...detail, ...start, charged, cause: error });
}

/** Makes an error from its stored form. */
export function fromErrorRecord<Code extends string>(record: ErrorRecord<Code>): JimengError<Code> {
  const { code, message, ...detail } = record;
  return new JimengError<Code>(code, message, detail);
}

/** Turns an aborted wait into `cancelled`. */
export function toCancelled(error: unknown): JimengError {
  return JimengError.isInstance(error)
    ? error
    : new JimengError("cancelled", "The caller aborted the wait.", { cause: error });
}
