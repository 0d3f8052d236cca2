// The words of a failed call: what happened, and what to do where the gateway says so.

import { GatewayError } from "@jimeng/gateway/api/client";

import { errorWords } from "../words/errors.ts";

/** Returns what went wrong as one text. */
export function failureText(error: unknown): string {
  if (error instanceof GatewayError) {
    const { message, fix } = errorWords(error);
    return fix === null ? message : `${message.replace(/[.\s]+$/, "")}. ${fix}`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** Tells whether a caller may not do this at all. */
export function isForbidden(error: unknown): boolean {
  return error instanceof GatewayError && error.status === 403;
}
