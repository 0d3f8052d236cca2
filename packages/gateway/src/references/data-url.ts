// Reads data URLs: their head, and their base64 in pieces.

import { unusable } from "./errors.ts";

// Blanks may stand around the parts, as browsers allow.
const headPattern = /^\s*data:([^,;]*)(?:;[^,;]*)*;\s*base64\s*,/i;

/** Returns the length of a data URL's head and the type it declares; undefined when it is not base64. */
export function headOf(text: string): { length: number; declaredType: string | null } | undefined {
  const head = headPattern.exec(text);
  if (head === null) return undefined;
  const [whole, type = ""] = head;
  return { length: whole.length, declaredType: type.trim() === "" ? null : type.trim() };
}

const base64Text = /^[A-Za-z0-9+/_-]*$/;
const padding = /^={1,2}$/;
// Base64 turns three bytes into four characters; the last group may be short, with or without its padding.
const groupLength = 4;
const lastGroup = /^(?:[A-Za-z0-9+/_-]{2,3}={0,2})?$/;

/**
 * Decodes base64 that comes in pieces of any length, as browsers do: line breaks, blanks and percent-encoding are
 * allowed, the padding may be missing; the URL alphabet is read too. Throws `reference_unusable` (reason
 * `bad_data_url`).
 */
export async function* decodeBase64(
  pieces: Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<Uint8Array> {
  let rest = "";
  for await (const piece of toPlainPieces(pieces)) {
    const text = rest + piece;
    const end = text.indexOf("=");
    if (end !== -1 && !padding.test(text.slice(end))) throw notBase64();
    const length = end === -1 ? text.length : end;
    const whole = length - (length % groupLength);
    if (!base64Text.test(text.slice(0, whole))) throw notBase64();
    rest = text.slice(whole);
    if (whole > 0) yield Buffer.from(text.slice(0, whole), "base64");
  }
  if (rest.length > groupLength || !lastGroup.test(rest)) throw notBase64();
  if (rest !== "") yield Buffer.from(rest, "base64");
}

// A percent sign and two digits.
const percentLength = 3;

/** Undoes percent-encoding, which may be cut between two pieces, and takes blanks and line breaks out. */
async function* toPlainPieces(
  pieces: Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<string> {
  let unread = "";
  for await (const piece of pieces) {
    const text = unread + piece;
    const percent = text.lastIndexOf("%");
    const isCut = percent !== -1 && percent > text.length - percentLength;
    unread = isCut ? text.slice(percent) : "";
    yield toPlain(isCut ? text.slice(0, percent) : text);
  }
  yield unread;
}

function toPlain(text: string): string {
  return text
    .replace(/%([0-9a-f]{2})/gi, (_all, digits: string) =>
      String.fromCharCode(parseInt(digits, 16)),
    )
    .replace(/[\t\n\f\r ]+/g, "");
}

/** Yields the text from a position on in pieces of a length. */
export function* inPieces(text: string, from: number, length: number): Generator<string> {
  for (let at = from; at < text.length; at += length) yield text.slice(at, at + length);
}

function notBase64() {
  return unusable("bad_data_url", "The data URL is not base64.");
}
