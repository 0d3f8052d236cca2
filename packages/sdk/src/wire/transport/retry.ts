// Retries reads with full jitter, doubling waits and Retry-After. Paid starts are never retried.

import { JimengError, toCancelled } from "../../errors.ts";
import type { Clock, Logger } from "../../options.ts";

/** The rules of the retries of a read. */
export interface RetryPolicy {
  clock: Clock;
  random: () => number;
  logger: Logger;
  maxRetryCount: number;
  /** The upper bound of the first wait in milliseconds. */
  retryDelayMs: number;
  signal?: AbortSignal;
}

const maxWaitMs = 60_000;

/** Repeats a read after network errors and 5xx, and once after an answer that made no sense or ret 1014. */
export async function retryRead<T>(policy: RetryPolicy, read: () => Promise<T>): Promise<T> {
  let onceUsed = false;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (!JimengError.isInstance(error) || attempt >= policy.maxRetryCount) throw error;
      const kind = retryKind(error);
      if (kind === "never" || (kind === "once" && onceUsed)) throw error;
      onceUsed ||= kind === "once";
      // Too long for one read: the error tells the caller when to try again.
      if ((error.detail.retryAfterMs ?? 0) > maxWaitMs) throw error;
      const ceiling = Math.min(maxWaitMs, policy.retryDelayMs * 2 ** attempt);
      const waitMs = Math.max(policy.random() * ceiling, error.detail.retryAfterMs ?? 0);
      policy.logger.warn(
        { code: error.code, attempt: attempt + 1, waitMs: Math.round(waitMs) },
        "a read failed and is retried",
      );
      await sleep(policy, waitMs);
    }
  }
}

const firstServerErrorStatus = 500;

function retryKind(error: JimengError): "always" | "once" | "never" {
  if (error.code === "connection_failed" || error.code === "timeout") return "always";
  if (error.code === "upstream_unavailable") {
    // Without a 5xx this is ret 1014, whose three sources disagree: one try with a new Device-Time (open question 24).
    return (error.detail.upstream?.httpStatus ?? 0) >= firstServerErrorStatus ? "always" : "once";
  }
  return error.code === "unexpected_response" ? "once" : "never";
}

async function sleep(policy: RetryPolicy, milliseconds: number): Promise<void> {
  try {
    await policy.clock.sleep(milliseconds, policy.signal);
  } catch (error) {
    throw toCancelled(error);
  }
}

// A longer Retry-After is taken for a mistake and shortened.
const maxRetryAfterMs = 3_600_000;

/**
 * Reads a Retry-After header (seconds or a date) as milliseconds from now, an hour at most; undefined when absent
 * or odd.
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const seconds = Number(header);
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isNaN(waitMs) ? undefined : Math.min(maxRetryAfterMs, Math.max(0, waitMs));
}
