// What the page says of an error of the gateway: its own words in English; in Chinese the meaning of its code, then its words.

import type { GatewayErrorCode } from "@jimeng/gateway/api";
import { GatewayError } from "@jimeng/gateway/api/client";

import { getLocale } from "./locale.ts";
import type { Meaning } from "./chinese-errors.ts";

/** An error, as a failed answer or a failed job tells it. */
export interface ToldError {
  code: string;
  message: string;
  fix: string | null;
}

// OpenAI's word for one of our codes.
const ownCodes: Readonly<Record<string, GatewayErrorCode>> = {
  content_policy_violation: "content_rejected",
};

let chinese: Readonly<Record<string, Meaning>> | undefined;

/** Loads the Chinese words where the page needs them; English ones need no loading. */
export async function loadErrorWords(): Promise<void> {
  if (getLocale() !== "zh" || chinese !== undefined) return;
  ({ chineseErrors: chinese } = await import("./chinese-errors.ts"));
}

/** Returns what happened, and what to do; null where nobody knows. */
export function errorWords({ code, message, fix }: ToldError): {
  message: string;
  fix: string | null;
} {
  const meaning = getLocale() === "zh" ? chinese?.[ownCodes[code] ?? code] : undefined;
  // The fix of a missing key is for programs; people sign in, which a banner says.
  if (meaning === undefined) return { message, fix: code === "unauthorized" ? null : fix };
  return { message: `${meaning[0]}（${message}）`, fix: meaning[1] };
}

/** Returns why something failed and what to do, as one text; empty without an error. */
export function reasonText(error: unknown): string {
  if (!(error instanceof GatewayError)) return error instanceof Error ? error.message : "";
  const { message, fix } = errorWords(error);
  if (fix === null) return message;
  return `${message.replace(/[.。\s]+$/, "")}${getLocale() === "zh" ? "。" : ". "}${fix}`;
}
