// Makes one HTTP exchange with timeout, abort and size limit, and turns a failed one into a JimengError.

import { JimengError } from "../../errors.ts";
import type { Acceptance, JimengErrorDetail } from "../../errors.ts";
import type { Fetch } from "../../options.ts";
import { parseRetryAfter } from "./retry.ts";

/** One exchange to make. */
export interface ExchangeRequest {
  url: string;
  init: RequestInit;
  fetch: Fetch;
  timeoutMs: number;
  signal?: AbortSignal;
  /** Whether it is a paid start, whose errors say if it may have been accepted. */
  paid: boolean;
  /** Size of the largest answer that is read, in bytes; default 32 MiB. */
  maxBodyBytes?: number;
  /** Replaces the session in a text. */
  redact(text: string): string;
}

/** An answer of any status. */
export interface Exchange {
  status: number;
  headers: Headers;
  body: string;
}

// Fifty history records have about 1.3 MB; a larger body than this is not an answer of that API.
const defaultMaxBodyBytes = 32 * 1024 * 1024;

/** Makes one exchange. Throws `cancelled`, `timeout`, `connection_failed` or `unexpected_response` (too large). */
export async function exchange(request: ExchangeRequest): Promise<Exchange> {
  if (request.signal?.aborted) throw cancelled(request, "refused");
  const controller = new AbortController();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    controller.abort();
  }, request.timeoutMs);
  const onAbort = (): void => controller.abort();
  request.signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const response = await request.fetch(request.url, {
      ...request.init,
      redirect: "manual",
      signal: controller.signal,
    });
    // Everything that is shown, logged or stored of an answer comes from here. A session that the upstream repeats in
    // any field is removed; no answer needs it.
    const body = request.redact(
      await readBody(response, request.maxBodyBytes ?? defaultMaxBodyBytes),
    );
    const headers = [...response.headers].map(([name, value]): [string, string] => [
      name,
      request.redact(value),
    ]);
    return { status: response.status, headers: new Headers(headers), body };
  } catch (error) {
    if (JimengError.isInstance(error)) throw error;
    if (request.signal?.aborted) throw cancelled(request, "unknown", error);
    throw timedOut ? timeout(request, error) : connectionFailed(request, error);
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener("abort", onAbort);
  }
}

async function readBody(response: Response, maxBodyBytes: number): Promise<string> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let size = 0;
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > maxBodyBytes) {
      await reader.cancel();
      throw new JimengError("unexpected_response", "The upstream's answer is too large.", {
        acceptance: "unknown",
        upstream: { httpStatus: response.status },
      });
    }
    text += decoder.decode(value, { stream: true });
  }
}

function cancelled(request: ExchangeRequest, acceptance: Acceptance, cause?: unknown): JimengError {
  return new JimengError(
    "cancelled",
    "The caller aborted the request.",
    detailFor(request, acceptance, cause),
  );
}

function timeout(request: ExchangeRequest, cause: unknown): JimengError {
  return new JimengError("timeout", `The upstream did not answer within ${request.timeoutMs} ms.`, {
    ...detailFor(request, "unknown", cause),
    fix: "Check the network; look a paid start up before repeating it.",
  });
}

function connectionFailed(request: ExchangeRequest, cause: unknown): JimengError {
  const acceptance = failedBeforeSending(cause) ? "refused" : "unknown";
  return new JimengError(
    "connection_failed",
    `The upstream could not be reached (${describe(cause, request)}).`,
    {
      ...detailFor(request, acceptance, cause),
      fix: "Check the network, the proxy and the base URL.",
    },
  );
}

function detailFor(
  request: ExchangeRequest,
  acceptance: Acceptance,
  cause: unknown,
): JimengErrorDetail {
  const charged = acceptance === "refused" ? "no" : "unknown";
  return {
    cause: cause === undefined ? undefined : redactedCause(cause, request),
    ...(request.paid ? { acceptance, charged } : {}),
  };
}

function describe(cause: unknown, request: ExchangeRequest): string {
  const code = errorsInside(cause)
    .map(codeOf)
    .find((found) => found !== undefined);
  return code ?? request.redact(cause instanceof Error ? cause.message : "no reason given");
}

/** Copies an error without its request (which holds the cookie) and without the session in its words. */
function redactedCause(cause: unknown, request: ExchangeRequest): Error {
  const copy = new Error(request.redact(cause instanceof Error ? cause.message : "unknown cause"));
  const code = codeOf(cause);
  if (code !== undefined) Object.assign(copy, { code });
  if (cause instanceof Error && cause.cause !== undefined)
    copy.cause = redactedCause(cause.cause, request);
  return copy;
}

// DNS, connecting, and every refusal of the server's certificate: all before the request is written.
const connectCodes =
  /^(ENOTFOUND|EAI_AGAIN|EAI_FAIL|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|ERR_TLS_CERT_ALTNAME_INVALID|ERR_TLS_HANDSHAKE_TIMEOUT|ERR_SSL_WRONG_VERSION_NUMBER)$/;

/** Tells whether a fetch surely failed before a byte of the request was written (DNS, connect, TLS). */
function failedBeforeSending(cause: unknown): boolean {
  return errorsInside(cause).some((error) => {
    const code = codeOf(error);
    if (code === undefined) return false;
    return connectCodes.test(code) || (code === "ETIMEDOUT" && syscallOf(error) === "connect");
  });
}

const maxCauseDepth = 8;

function errorsInside(cause: unknown, depth = 0): unknown[] {
  if (typeof cause !== "object" || cause === null || depth > maxCauseDepth) return [];
  const inner = "cause" in cause ? errorsInside(cause.cause, depth + 1) : [];
  const many =
    "errors" in cause && Array.isArray(cause.errors)
      ? cause.errors.flatMap((one) => errorsInside(one, depth + 1))
      : [];
  return [cause, ...inner, ...many];
}

function codeOf(error: unknown): string | undefined {
  return typeof error === "object" &&
    error !== null &&
    "code" in error &&
    typeof error.code === "string"
    ? error.code
    : undefined;
}

function syscallOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "syscall" in error
    ? error.syscall
    : undefined;
}

/** Makes the error of a status that says enough: 429, 5xx, a redirect. Returns undefined for all others. */
export function toHttpFailure(
  answer: Exchange,
  now: number,
  paid: boolean,
): JimengError | undefined {
  const upstream = { httpStatus: answer.status, ...logidOf(answer) };
  const retryAfterMs = parseRetryAfter(answer.headers.get("retry-after"), now);
  if (answer.status === 429) {
    return new JimengError("rate_limited", "The upstream asks us to slow down (HTTP 429).", {
      retryAfterMs,
      upstream,
      fix: "Wait a little, then send requests more slowly.",
      ...(paid ? { acceptance: "refused", charged: "no" } : {}),
    });
  }
  if (answer.status >= 500) {
    return new JimengError(
      "upstream_unavailable",
      `The upstream is unavailable (HTTP ${answer.status}).`,
      {
        retryAfterMs,
        upstream,
        fix: "Try again in a few minutes.",
        ...inDoubt(paid),
      },
    );
  }
  // Status 0 is how browsers show a redirect that was not followed.
  if (answer.status === 0 || (answer.status >= 300 && answer.status < 400)) {
    return new JimengError(
      "unexpected_response",
      "The upstream redirected the call; it was not followed.",
      {
        upstream,
        fix: "Check the base URL: it must be the API's own host.",
        ...inDoubt(paid),
      },
    );
  }
  return undefined;
}

/** Makes the error of a body that is not an envelope. */
export function toUnreadable(what: string, answer: Exchange, paid: boolean): JimengError {
  return new JimengError(
    "unexpected_response",
    `The upstream's answer to ${what} has an unexpected form.`,
    {
      upstream: { httpStatus: answer.status, ...logidOf(answer) },
      issues: [`HTTP ${answer.status}, ${answer.body.length} characters, no envelope`],
      fix: "Try again; if it stays so, the site's API has changed: update this software.",
      ...inDoubt(paid),
    },
  );
}

function inDoubt(paid: boolean): Pick<JimengErrorDetail, "acceptance" | "charged"> {
  return paid ? { acceptance: "unknown", charged: "unknown" } : {};
}

function logidOf(answer: Exchange): { logid?: string } {
  const logid = answer.headers.get("x-tt-logid");
  return logid === null ? {} : { logid };
}
