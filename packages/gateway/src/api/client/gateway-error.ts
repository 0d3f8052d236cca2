// The error that clients of the gateway see, read from an error body or a broken connection.

import type { Charged } from "@jimeng/sdk";

import { errorTable, fromPublicCode } from "../error-table.ts";
import type { GatewayErrorCode } from "../error-table.ts";
import type { ErrorObject } from "../errors.ts";

/** Everything a GatewayError may know besides code and message. */
export interface GatewayErrorDetail {
  cause?: unknown;
  /** The HTTP status, or null when no answer came. */
  status?: number | null;
  param?: string | null;
  fix?: string | null;
  charged?: Charged;
  jobId?: string | null;
  requestId?: string | null;
  retryable?: boolean;
  /** The wait the gateway asks for, in milliseconds. */
  retryAfterMs?: number | null;
  /** The whole error object as the gateway sent it. */
  body?: ErrorObject | null;
}

/** Thrown by GatewayClient for every failure; branch on `code`. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly code: GatewayErrorCode;
  /** The HTTP status, or null when no answer came. */
  readonly status: number | null;
  readonly param: string | null;
  /** What to do, in one sentence. */
  readonly fix: string | null;
  readonly charged: Charged;
  readonly jobId: string | null;
  readonly requestId: string | null;
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  readonly body: ErrorObject | null;
  /** The CLI's exit code for this code. */
  readonly exitCode: number;

  constructor(code: GatewayErrorCode, message: string, detail: GatewayErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.status = detail.status ?? null;
    this.param = detail.param ?? null;
    this.fix = detail.fix ?? null;
    this.charged = detail.charged ?? "unknown";
    this.jobId = detail.jobId ?? null;
    this.requestId = detail.requestId ?? null;
    this.retryable = detail.retryable ?? false;
    this.retryAfterMs = detail.retryAfterMs ?? null;
    this.body = detail.body ?? null;
    this.exitCode = errorTable[code].exitCode;
  }
}

/** Makes the error that an error object (of a failed answer or a failed job) stands for. */
export function toGatewayError(body: ErrorObject, status: number | null = null): GatewayError {
  const retryAfterMs = body["retry_after_ms"];
  return new GatewayError(fromPublicCode(body.code) ?? "unexpected_response", body.message, {
    status,
    param: body.param,
    fix: body.fix,
    charged: body.charged,
    jobId: body.job_id,
    requestId: body.request_id,
    retryable: body.retryable,
    retryAfterMs: typeof retryAfterMs === "number" ? retryAfterMs : null,
    body,
  });
}

const chargedWords: ReadonlySet<unknown> = new Set(["no", "yes", "refunded", "unknown"]);

/**
 * Returns the error object of a failed answer; undefined where the body is not a gateway's. Written by hand: the schemas
 * would take longer to load, in a browser above all, than everything else.
 */
export function readErrorBody(body: unknown): ErrorObject | undefined {
  const error = isRecord(body) ? body["error"] : undefined;
  if (!isRecord(error)) return undefined;
  const hasTexts = ["message", "type", "code"].every((key) => typeof error[key] === "string");
  const hasTextsOrNull = ["param", "job_id", "request_id", "fix"].every(
    (key) => error[key] === null || typeof error[key] === "string",
  );
  const isWhole = hasTexts && hasTextsOrNull && typeof error["retryable"] === "boolean";
  return isWhole && chargedWords.has(error["charged"]) ? (error as ErrorObject) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
