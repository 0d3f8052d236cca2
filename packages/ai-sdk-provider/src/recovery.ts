// Takes a broken exchange with the gateway up again. Every exchange here may be repeated: reads by nature, and starts by
// their idempotency key.

import { GatewayError } from "@jimeng/gateway/api/client";

/** How often, how soon, and until when to try. */
export interface RecoveryOptions {
  /** The number of attempts in a row that may fail. */
  attempts: number;
  /** The first wait in milliseconds; it doubles up to sixteen times. */
  delayMs: number;
  signal: AbortSignal | undefined;
  /** Whether the next exchange is the call's first one. */
  state: { isFirst: boolean };
}

/** Thrown when nothing of a call left this process: the AI SDK may repeat it. */
export class NotSentError extends Error {
  override readonly name = "NotSentError";
  override readonly cause: GatewayError;

  constructor(cause: GatewayError) {
    super(cause.message);
    this.cause = cause;
  }
}

const maxDelayFactor = 16;
// An answer that was waited for so long did not fail because of what failed before it.
const longAttemptMs = 15_000;

/** Tries until it succeeds, the failure is final, or the attempts are used up; then throws the latest failure. */
export async function recover<Result>(
  attempt: () => Promise<Result>,
  { attempts, delayMs, signal, state }: RecoveryOptions,
): Promise<Result> {
  let failures = 0;
  for (;;) {
    signal?.throwIfAborted();
    const startedAt = performance.now();
    try {
      const result = await attempt();
      state.isFirst = false;
      return result;
    } catch (error) {
      signal?.throwIfAborted();
      if (state.isFirst && wasNotSent(error)) throw new NotSentError(error);
      state.isFirst = false;
      if (!mayHeal(error)) throw error;
      if (performance.now() - startedAt >= longAttemptMs) failures = 0;
      failures += 1;
      if (failures >= attempts) throw error;
      const waitMs = delayMs * Math.min(2 ** (failures - 1), maxDelayFactor);
      await sleep(Math.max(waitMs, askedWaitMs(error)), signal);
    }
  }
}

/** Tells whether the same exchange may succeed later. */
export function mayHeal(error: unknown): boolean {
  // Anything else is a body that broke off while it was read.
  if (!(error instanceof GatewayError)) return true;
  if (error.retryable || error.code === "connection_failed") return true;
  // A success whose body broke off; another status is the answer of something that is no gateway.
  return error.code === "unexpected_response" && (error.status ?? 200) < 300;
}

function askedWaitMs(error: unknown): number {
  return error instanceof GatewayError ? (error.retryAfterMs ?? 0) : 0;
}

// What runtimes say when no connection was made: those of Node (undici), Deno and Bun.
const unsentCodes: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ConnectionRefused",
]);

function wasNotSent(error: unknown): error is GatewayError {
  if (!(error instanceof GatewayError)) return false;
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && unsentCodes.has(cause.code)) return true;
  }
  return false;
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
