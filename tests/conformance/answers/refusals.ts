// Tells what an answer says instead of data, in words that name nobody.
import type { JimengError } from "@jimeng/sdk";

/** The part of an answer that shows a refusal. */
export interface RefusingAnswer {
  status: number;
  /** The answer as JSON; undefined when it was none. */
  body: unknown;
  bytes: number;
}

/** Returns what an answer says instead of data; undefined when it is data. */
export function refusalOf({ status, body, bytes }: RefusingAnswer): string | undefined {
  if (typeof body !== "object" || body === null) return `HTTP ${status}, ${bytes} bytes, no JSON`;
  if ("ret" in body) return nonZero("ret", body.ret, "0");
  // The hosts of uploads have envelopes of their own.
  if ("ResponseMetadata" in body) return actionRefusalOf(body.ResponseMetadata, status);
  if ("code" in body) return nonZero("code", body.code, "2000");
  if ("message" in body) return body.message === "success" ? undefined : "the session is refused";
  return status === 200 ? undefined : `HTTP ${status}`;
}

function nonZero(name: string, value: unknown, good: string): string | undefined {
  const text = String(value);
  if (text === good) return undefined;
  return /^-?\d{1,12}$/.test(text) ? `${name} ${text}` : `a ${name} that is no number`;
}

function actionRefusalOf(metadata: unknown, status: number): string | undefined {
  if (typeof metadata !== "object" || metadata === null || !("Error" in metadata)) {
    return status < 300 ? undefined : `HTTP ${status}`;
  }
  const { Error: error } = metadata;
  const code = typeof error === "object" && error !== null && "CodeN" in error ? error.CodeN : "";
  return /^\d{1,12}$/.test(String(code)) ? `CodeN ${String(code)}` : `HTTP ${status} with an Error`;
}

// The message of the site may name the account, so only the code is told.
/** Returns an error's code with what the site said, without the site's own words. */
export function toWords({ code, detail }: JimengError, refusal?: string): string {
  const { ret, failCode, httpStatus } = detail.upstream ?? {};
  const said =
    refusal ??
    [
      codeOf("ret", ret, "0"),
      codeOf("fail_code", failCode, "0"),
      ret === undefined && httpStatus !== undefined ? `HTTP ${httpStatus}` : undefined,
    ].find((part) => part !== undefined);
  return [code, said].filter((part) => part !== undefined).join(", ");
}

function codeOf(name: string, value: string | undefined, good: string): string | undefined {
  if (value === undefined || value === "" || value === good) return undefined;
  return /^-?\d{1,12}$/.test(value) ? `${name} ${value}` : `a ${name} that is no number`;
}
