// What the client's calls may be told, beside what they are about.

import type { Exchange } from "./transport.ts";

/** The options of every call. */
export interface CallOptions {
  /** Ends the call early; a job that it made goes on. */
  signal?: AbortSignal;
}

/** The options of a call that makes jobs. */
export interface CreateOptions extends CallOptions {
  /** Makes the call safe to repeat for 24 hours: the same key and body return the first call's jobs. */
  idempotencyKey?: string;
}

/** The options of a call that lists. */
export interface PageOptions extends CallOptions {
  /** The id after which the page begins: the `last_id` of the page before. */
  after?: string;
  /** 1 to 100, default 20. */
  limit?: number;
  order?: "asc" | "desc";
}

/** Builds the POST of a call that makes jobs. */
export function toPost(
  body: unknown,
  { idempotencyKey, signal }: CreateOptions,
  headers: Record<string, string> = {},
): Exchange {
  const sent = { ...headers };
  if (idempotencyKey !== undefined) sent["idempotency-key"] = idempotencyKey;
  return { method: "POST", body, headers: sent, signal };
}
