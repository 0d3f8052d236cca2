// Why something failed, in the page's language.

import { GatewayError } from "@jimeng/gateway/api/client";

import { errorWords } from "../words/errors.ts";

/** Returns the reason of an error; empty without one. */
export function reasonOf(error: Error | null): string {
  if (error === null) return "";
  if (!(error instanceof GatewayError)) return error.message;
  const { code, message, fix } = error;
  const told = errorWords({ code, message, fix });
  return told.fix === null ? told.message : `${told.message} ${told.fix}`;
}
