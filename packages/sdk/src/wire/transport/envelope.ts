// Parses the envelopes around an answer; numbers are accepted where captures show strings.

import * as z from "zod";

import { JimengError } from "../../errors.ts";
import { text } from "./tolerant.ts";

/** An answer of the generation and credit hosts without its wrapping. */
export interface Envelope {
  ret: string;
  message: string;
  logid: string | undefined;
  data: unknown;
}

/** The ret of success; always a string in captures (errors.md [C]). */
export const retSuccess = "0";

const signedSchema = z.looseObject({
  ret: z.union([z.string(), z.number()]).transform(String),
  errmsg: text,
  logid: text,
  log_id: text,
  data: z.unknown().optional(),
});

/** Reads envelope 1 (`/mweb/`) and 2 (`/commerce/`, `log_id`); undefined when the text is neither. */
export function parseSignedEnvelope(body: string): Envelope | undefined {
  const parsed = signedSchema.safeParse(parseJson(body));
  if (!parsed.success) return undefined;
  const { ret, errmsg, logid, log_id, data } = parsed.data;
  return { ret, message: errmsg, logid: logid || log_id || undefined, data };
}

const passportSchema = z.looseObject({
  message: z.string(),
  data: z.looseObject({ error_code: text, description: text }).nullish().catch(null),
});

/** Reads envelope 3 (`/passport/`), which has no ret: `message` decides (errors.md [C]). */
export function parsePassportEnvelope(body: string): PassportEnvelope | undefined {
  const parsed = passportSchema.safeParse(parseJson(body));
  if (!parsed.success) return undefined;
  const { message, data } = parsed.data;
  return {
    succeeded: message === "success",
    errorCode: data?.error_code ?? "",
    message: data?.description || message,
    data,
  };
}

/** A passport answer without its wrapping. */
export interface PassportEnvelope {
  succeeded: boolean;
  errorCode: string;
  message: string;
  data: unknown;
}

const failureSchema = z.looseObject({
  fail_code: text,
  fail_starling_key: text,
  fail_starling_message: text,
});

/** Reads the failure fields that an error envelope's data may carry. */
export function parseFailureFields(data: unknown): {
  failCode?: string;
  failKey?: string;
  failMessage?: string;
} {
  const parsed = failureSchema.safeParse(data);
  if (!parsed.success) return {};
  return {
    failCode: parsed.data.fail_code || undefined,
    failKey: parsed.data.fail_starling_key || undefined,
    failMessage: parsed.data.fail_starling_message || undefined,
  };
}

/** Parses JSON; undefined for anything else. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    // Text that is not JSON is expected here (a proxy's HTML page); the caller reports it.
    return undefined;
  }
}

/** Parses with a schema. Throws `unexpected_response` with the issues when the data does not fit. */
export function parseData<T>(schema: z.ZodType<T>, data: unknown, what: string): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new JimengError(
    "unexpected_response",
    `The upstream's answer to ${what} has an unexpected form.`,
    {
      issues: parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`),
      fix: "Try again; if it stays so, the site's API has changed: update this software.",
    },
  );
}
