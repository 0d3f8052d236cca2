// Reads from the headers whether a request repeats an earlier one.

import type { IncomingHttpHeaders } from "node:http";

import { JimengError } from "@jimeng/sdk";

import type { Idempotency } from "../submission/submission.ts";

const maxKeyLength = 255;
const keyPattern = /^[\u0020-\u007e]+$/;

/**
 * Reads `Idempotency-Key`, and `X-Stainless-Retry-Count`, by which OpenAI's clients tell that they repeat a request.
 * Throws `invalid_request` for a key that is empty, too long or not ASCII.
 */
export function toIdempotency(headers: IncomingHttpHeaders): Idempotency {
  return {
    key: toKey(headers["idempotency-key"]),
    isRetry: Number(headers["x-stainless-retry-count"] ?? 0) > 0,
  };
}

function toKey(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  const key = [header].flat().join(",").trim();
  if (key.length <= maxKeyLength && keyPattern.test(key)) return key;
  throw new JimengError("invalid_request", "The Idempotency-Key is empty, too long or not ASCII.", {
    param: "Idempotency-Key",
    fix: `Send 1 to ${maxKeyLength} printable characters, such as a UUID, or leave the header out.`,
  });
}
