// The codes of errors, and the one table from code to HTTP status, type and exit code.

import type { ErrorCode } from "@jimeng/sdk";

/** The error codes that the sdk never throws: those of keys, bodies, conflicts and the gateway's own state. */
export type GatewayOnlyErrorCode =
  | "unauthorized"
  | "forbidden"
  | "conflict"
  | "idempotency_key_reused"
  | "payload_too_large"
  | "unsupported_media_type"
  | "budget_exceeded"
  | "overloaded"
  | "storage_unavailable"
  | "internal";

/** One of the words for what went wrong, the same in code, database, HTTP, CLI and docs. */
export type GatewayErrorCode = ErrorCode | GatewayOnlyErrorCode;

/** One row of the error table. */
export interface ErrorRow {
  status: number;
  type: string;
  /** The CLI's exit code. */
  exitCode: number;
  /** The word in the body's `code`, where OpenAI clients expect another than ours. */
  publicCode?: string;
}

/** Maps every error code to what the faces show; the compiler refuses a code without a row. */
export const errorTable: Record<GatewayErrorCode, ErrorRow> = {
  invalid_request: { status: 400, type: "invalid_request_error", exitCode: 2 },
  model_not_found: { status: 404, type: "invalid_request_error", exitCode: 2 },
  unauthorized: { status: 401, type: "authentication_error", exitCode: 3 },
  forbidden: { status: 403, type: "authentication_error", exitCode: 3 },
  session_invalid: { status: 502, type: "upstream_auth_error", exitCode: 3 },
  insufficient_credits: { status: 402, type: "insufficient_quota", exitCode: 4 },
  content_rejected: {
    status: 400,
    type: "invalid_request_error",
    exitCode: 5,
    publicCode: "content_policy_violation",
  },
  rate_limited: { status: 429, type: "rate_limit_error", exitCode: 6 },
  concurrency_limited: { status: 429, type: "rate_limit_error", exitCode: 6 },
  region_unavailable: { status: 403, type: "permission_error", exitCode: 3 },
  permission_denied: { status: 403, type: "permission_error", exitCode: 3 },
  model_unavailable: { status: 403, type: "permission_error", exitCode: 3 },
  risk_controlled: { status: 403, type: "upstream_auth_error", exitCode: 3 },
  upstream_unavailable: { status: 503, type: "api_error", exitCode: 7 },
  connection_failed: { status: 502, type: "api_error", exitCode: 7 },
  timeout: { status: 504, type: "api_error", exitCode: 7 },
  unexpected_response: { status: 502, type: "api_error", exitCode: 8 },
  generation_failed: { status: 422, type: "generation_error", exitCode: 9 },
  generation_timeout: { status: 422, type: "generation_error", exitCode: 10 },
  outcome_unknown: { status: 422, type: "generation_error", exitCode: 10 },
  not_found: { status: 404, type: "invalid_request_error", exitCode: 2 },
  cancelled: { status: 409, type: "invalid_request_error", exitCode: 2 },
  conflict: { status: 409, type: "invalid_request_error", exitCode: 2 },
  idempotency_key_reused: { status: 422, type: "invalid_request_error", exitCode: 2 },
  payload_too_large: { status: 413, type: "invalid_request_error", exitCode: 2 },
  unsupported_media_type: { status: 415, type: "invalid_request_error", exitCode: 2 },
  budget_exceeded: { status: 402, type: "insufficient_quota", exitCode: 4 },
  reference_unusable: { status: 400, type: "invalid_request_error", exitCode: 2 },
  upload_failed: { status: 502, type: "api_error", exitCode: 7 },
  upstream_error: { status: 502, type: "api_error", exitCode: 8 },
  overloaded: { status: 503, type: "api_error", exitCode: 7 },
  storage_unavailable: { status: 503, type: "api_error", exitCode: 7 },
  internal: { status: 500, type: "api_error", exitCode: 70 },
};

/** Every error code, in the table's order. */
export const gatewayErrorCodes = Object.keys(errorTable) as GatewayErrorCode[];

// Clients such as the AI SDK and relays retry by status alone and never read x-should-retry, so a failure
// after the job row exists must not carry a status that a client retries.
const unretriedStatuses: ReadonlySet<number> = new Set([400, 402, 403, 422]);

/**
 * Returns the HTTP status of an error. With `jobExists` it is one of 400, 402, 403 and 422, whatever the
 * table says; with `passThrough` a dead session is the caller's own and answers 401.
 */
export function statusOf(
  code: GatewayErrorCode,
  context: { jobExists?: boolean; passThrough?: boolean } = {},
): number {
  const { status } = errorTable[code];
  if (!context.jobExists) {
    return code === "session_invalid" && context.passThrough ? 401 : status;
  }
  if (unretriedStatuses.has(status)) return status;
  if (code === "session_invalid" || code === "unauthorized") return 403;
  return status === 404 || status === 413 || status === 415 ? 400 : 422;
}

/** Returns our code for a body's `code`, which may be OpenAI's word for it; undefined when it is neither. */
export function fromPublicCode(publicCode: string): GatewayErrorCode | undefined {
  if (Object.hasOwn(errorTable, publicCode)) return publicCode as GatewayErrorCode;
  return gatewayErrorCodes.find((code) => errorTable[code].publicCode === publicCode);
}

/** Returns the word that a body's `code` carries for one of our codes. */
export function toPublicCode(code: GatewayErrorCode): string {
  return errorTable[code].publicCode ?? code;
}
