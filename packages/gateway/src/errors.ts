// The errors of the gateway: the sdk's class, with the codes that only a gateway has.

import { JimengError, isRetryableCode } from "@jimeng/sdk";
import type { JimengErrorDetail } from "@jimeng/sdk";

import type { GatewayErrorCode, GatewayOnlyErrorCode } from "./api/errors.ts";

/** Any expected failure in the gateway: one of the sdk's, or one of its own. */
export type ExpectedError = JimengError<GatewayErrorCode>;

const retryableCodes: ReadonlySet<string> = new Set<GatewayOnlyErrorCode>([
  "overloaded",
  "storage_unavailable",
]);

/** Thrown by the gateway itself; `JimengError.isInstance` recognises it like every other. */
export class ServiceError extends JimengError<GatewayErrorCode> {
  override readonly retryable: boolean;

  constructor(code: GatewayErrorCode, message: string, detail: JimengErrorDetail = {}) {
    super(code, message, detail);
    this.retryable = retryableCodes.has(code) || isRetryableCode(code);
  }
}

/** Returns the message of an unknown failure on one line, to be part of another message. */
export function toOneLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, " ");
}
