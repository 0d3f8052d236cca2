// The error codes that every face speaks, and which of them may be tried again.

/** Lists every error code of the product; `gateway/api/errors.ts` must have one row for each. */
export const errorCodes = [
  "invalid_request",
  "model_not_found",
  "unauthorized",
  "forbidden",
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
  "conflict",
  "idempotency_key_reused",
  "payload_too_large",
  "unsupported_media_type",
  "budget_exceeded",
  "reference_unusable",
  "upload_failed",
  "upstream_error",
  "overloaded",
  "internal",
] as const;

/** Names what went wrong, the same word in code, database, HTTP, CLI and docs. */
export type ErrorCode = (typeof errorCodes)[number];

/** Says what is known of the money: `unknown` is an honest answer. */
export type Charged = "no" | "yes" | "refunded" | "unknown";

/**
 * Says whether the upstream may have taken a paid start: `refused` is sure (nothing was written, HTTP 429,
 * or a well-formed envelope with a ret other than 0), `unknown` means look it up by submit id.
 */
export type Acceptance = "refused" | "unknown";

/** Carries the upstream's own words, unchanged, for people who must ask the site's support. */
export interface UpstreamDetail {
  ret?: string;
  failCode?: string;
  failKey?: string;
  failMessage?: string;
  logid?: string;
  httpStatus?: number;
}

/** Holds everything an error may know besides its code and message. */
export interface JimengErrorDetail {
  cause?: unknown;
  /** Names the wrong parameter (`invalid_request`, `model_not_found`). */
  param?: string;
  /** Says in one sentence what to do. */
  fix?: string;
  /** Tells where content was refused (`content_rejected`). */
  stage?: "prompt" | "reference" | "output";
  /** Gives the wait in milliseconds that the upstream or we ask for. */
  retryAfterMs?: number;
  /** Names what was not found. */
  what?: "route" | "job" | "asset" | "file" | "account" | "webhook";
  /** Gives the position of the unusable reference, from 0. */
  index?: number;
  /** Gives the machine-readable reason of an unusable reference. */
  reason?: string;
  /** Lists what did not fit in a response (`unexpected_response`). */
  issues?: string[];
  charged?: Charged;
  acceptance?: Acceptance;
  upstream?: UpstreamDetail;
}

const retryableCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "rate_limited",
  "concurrency_limited",
  "upstream_unavailable",
  "connection_failed",
  "timeout",
  "overloaded",
]);

/** Tells whether the same read may be tried again after a wait (never a licence to repeat a paid start). */
export function isRetryableCode(code: ErrorCode): boolean {
  return retryableCodes.has(code);
}

const marker = Symbol.for("jimeng.error");

/** Thrown for every expected failure; branch on `code`, never on the message's words. */
export class JimengError extends Error {
  override readonly name = "JimengError";
  readonly code: ErrorCode;
  /** Tells whether the same read may be tried again after a wait. */
  readonly retryable: boolean;
  readonly detail: Readonly<Omit<JimengErrorDetail, "cause">>;

  constructor(code: ErrorCode, message: string, detail: JimengErrorDetail = {}) {
    const { cause, ...rest } = detail;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryable = isRetryableCode(code);
    this.detail = rest;
    Object.defineProperty(this, marker, { value: true, enumerable: false });
  }

  /** Recognises a JimengError also across copies of this package. */
  static isInstance(value: unknown): value is JimengError {
    return typeof value === "object" && value !== null && marker in value;
  }
}

/** The plain, storable form of a JimengError (a job's `error` column). */
export interface ErrorRecord extends Omit<JimengErrorDetail, "cause" | "acceptance"> {
  code: ErrorCode;
  message: string;
}

/** Turns an error into plain JSON without its cause and stack. */
export function toErrorRecord(error: JimengError): ErrorRecord {
  const { acceptance: _acceptance, ...detail } = error.detail;
  return { code: error.code, message: error.message, ...detail };
}

/** Makes an error again from its stored form. */
export function fromErrorRecord(record: ErrorRecord): JimengError {
  const { code, message, ...detail } = record;
  return new JimengError(code, message, detail);
}
