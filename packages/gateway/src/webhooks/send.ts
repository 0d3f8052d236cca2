// Sends one message to a receiver: one attempt, no redirects, a bounded answer.

import type { Dispatcher } from "undici";

import { loadUndici } from "../storage/undici.ts";
import { isRefusedAddress, refusalOf } from "../storage/url-guard.ts";

/** What came of an attempt. */
export interface Attempt {
  isDelivered: boolean;
  /** Null when no answer came. */
  status: number | null;
  /** The beginning of the answer's text. */
  body: string | null;
  /** Why it failed; null when it was delivered. */
  error: string | null;
  /** What the receiver asked to be waited; null where it did not. */
  retryAfterMs: number | null;
  durationMs: number;
}

/** How messages are sent. */
export interface SendOptions {
  /** A guarded client (url-guard.ts). */
  dispatcher: Dispatcher;
  allowPrivate: boolean;
  userAgent: string;
  /** Fires when the gateway stops: the attempt counts as none. */
  signal: AbortSignal;
  timeoutMs?: number;
}

const defaultTimeoutMs = 15_000;
// Enough to see what a receiver complains about.
const maxBodyBytes = 1024;
const firstSuccess = 200;
const firstRedirect = 300;
const firstClientError = 400;

/** Sends a message and reads the beginning of the answer; throws only when `signal` fires. */
export async function sendMessage(
  address: string,
  message: { headers: Record<string, string>; body: string },
  options: SendOptions,
): Promise<Attempt> {
  const begunAt = performance.now();
  const failed = (error: string): Attempt => ({
    isDelivered: false,
    status: null,
    body: null,
    error,
    retryAfterMs: null,
    durationMs: Math.round(performance.now() - begunAt),
  });
  const url = URL.parse(address);
  const refusal = url === null ? "it is no URL" : refusalOf(url, options.allowPrivate);
  if (url === null || refusal !== undefined) return failed(`The URL is refused: ${refusal}.`);
  const deadline = AbortSignal.timeout(options.timeoutMs ?? defaultTimeoutMs);
  try {
    const response = await loadUndici().request(url, {
      dispatcher: options.dispatcher,
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": options.userAgent,
        ...message.headers,
      },
      body: message.body,
      signal: AbortSignal.any([options.signal, deadline]),
    });
    const body = await readBeginning(response.body);
    return toAttempt(response, body, Math.round(performance.now() - begunAt));
  } catch (error) {
    if (options.signal.aborted) throw error;
    return failed(deadline.aborted ? "The receiver did not answer in time." : toReason(error));
  }
}

function toAttempt(
  { statusCode: status, headers }: Pick<Dispatcher.ResponseData, "statusCode" | "headers">,
  body: string,
  durationMs: number,
): Attempt {
  const isDelivered = status >= firstSuccess && status < firstRedirect;
  const isRedirect = status >= firstRedirect && status < firstClientError;
  const seconds = Number(headers["retry-after"] ?? Number.NaN);
  return {
    isDelivered,
    status,
    body: body === "" ? null : body,
    error: isDelivered
      ? null
      : isRedirect
        ? `The receiver answered HTTP ${status}; redirects are not followed.`
        : `The receiver answered HTTP ${status}.`,
    retryAfterMs: Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null,
    durationMs,
  };
}

async function readBeginning(body: Dispatcher.ResponseData["body"]): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop closes the connection of an answer that is longer.
    if (bytes > maxBodyBytes) break;
  }
  // A database takes no zero characters, and a cut in the middle of one makes no character.
  return new TextDecoder()
    .decode(Buffer.concat(chunks).subarray(0, maxBodyBytes))
    .replaceAll("\0", "");
}

function toReason(error: unknown): string {
  // One sentence for a name that leads into a private network and for one that does not exist: two would tell strangers
  // which names our network has.
  if (isRefusedAddress(error) || codeOf(error) === "ENOTFOUND")
    return "The URL is refused: it leads to no public address.";
  const code = codeOf(error);
  return code === undefined ? "The connection failed." : `The connection failed (${code}).`;
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return codeOf(error.cause);
}
