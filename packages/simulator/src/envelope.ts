// Builds the envelopes of answers (errors.md), and the refusals that handlers throw.

import { randomBytes } from "node:crypto";

/** A refusal in the endpoint's own envelope, thrown by handlers; `ret` is a code of errors.md. */
export class Refusal extends Error {
  readonly ret: string;
  readonly data: unknown;
  readonly reason: string;
  readonly httpStatus: number;

  constructor(
    ret: string,
    errmsg: string,
    details: { data?: unknown; reason?: string; httpStatus?: number } = {},
  ) {
    super(errmsg);
    this.ret = ret;
    this.data = details.data ?? null;
    this.reason = details.reason ?? errmsg;
    this.httpStatus = details.httpStatus ?? 200;
  }
}

/** Builds the 1000 "invalid parameter" refusal; `reason` is for the request log only (history.md [R]). */
export function invalidParameter(reason: string, data: unknown = null): Refusal {
  return new Refusal("1000", "invalid parameter", { reason, data });
}

const logidRandomBytes = 10;

/** Makes a log id: 14 digits of time and 20 hexadecimal ones, as in captures. */
export function makeLogid(nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[-:T]/g, "").slice(0, 14);
  return stamp + randomBytes(logidRandomBytes).toString("hex").toUpperCase();
}

/** Wraps `data` in the mweb envelope: string `ret`, `systime` in seconds, `logid` (errors.md [C]). */
export function mwebEnvelope(
  ret: string,
  errmsg: string,
  data: unknown,
  context: { nowMs: number; logid: string },
): Record<string, unknown> {
  return {
    ret,
    errmsg,
    systime: String(Math.floor(context.nowMs / 1000)),
    logid: context.logid,
    data,
  };
}

/** Wraps `data` in the commerce envelope: `systime` in milliseconds, `log_id`, `response` repeating `data` (errors.md [C]). */
export function commerceEnvelope(
  ret: string,
  errmsg: string,
  data: unknown,
  context: { nowMs: number; logid: string },
): Record<string, unknown> {
  return {
    ret,
    errmsg,
    systime: String(Math.floor(context.nowMs)),
    log_id: context.logid,
    response: data === null ? "" : JSON.stringify(data),
    sign: data === null ? "" : randomBytes(32).toString("base64"),
    data,
  };
}

/** Builds the passport error body; it has no `ret` (account.md [I]). */
export function passportError(errorCode: number, description: string): Record<string, unknown> {
  return {
    data: { captcha: "", desc_url: "", description, error_code: errorCode },
    message: "error",
  };
}
