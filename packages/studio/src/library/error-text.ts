// What a failure says, in one text: what happened and what to do.

import { GatewayError } from "@jimeng/gateway/api/client";

import { errorWords } from "../words/errors.ts";

/** Returns the text of a failure. */
export function errorText(error: unknown): string {
  if (!(error instanceof GatewayError))
    return error instanceof Error ? error.message : String(error);
  const { message, fix } = errorWords({
    code: error.code,
    message: error.message,
    fix: error.fix ?? null,
  });
  return fix === null ? message : `${message} ${fix}`;
}
