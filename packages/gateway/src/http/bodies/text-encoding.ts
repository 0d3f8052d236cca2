// Reads the text of bodies, which must be UTF-8: text in another encoding would be stored and paid for as damaged words.

import { JimengError } from "@jimeng/sdk";

const utf8Names: ReadonlySet<string> = new Set(["utf-8", "utf8", "us-ascii", "ascii"]);
// What decoders write in place of bytes that they cannot read.
const replacement = "\ufffd";
// Beyond ASCII every encoding writes other bytes.
const beyondAscii = /[^\0-\x7f]/;

/**
 * Returns the text of a body, without a byte order mark. Throws `invalid_request` (param `body`) for bytes that are
 * not UTF-8, and for text beyond ASCII that the content type declares in another encoding.
 */
export function decodeUtf8(bytes: Uint8Array, contentType: string | undefined): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw toEncodingError("The body", "body", contentType, cause);
  }
  if (beyondAscii.test(text) && declaresOther(contentType)) {
    throw toEncodingError("The body", "body", contentType);
  }
  return text;
}

/**
 * Throws `invalid_request` for a form's text (a name, a filename or a value) that was not UTF-8. The form's reader
 * decodes with replacement characters, so a text that holds one was damaged here or before.
 */
export function checkFormText(
  value: unknown,
  param: string,
  contentType: string | undefined,
): void {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const isDamaged = text.includes(replacement);
  if (isDamaged || (beyondAscii.test(text) && declaresOther(contentType))) {
    const shown = param.replaceAll(replacement, "?");
    throw toEncodingError(`The form's ${shown}`, shown, contentType);
  }
}

/** Builds the error of text that is not UTF-8, naming the charset of the content type where it declares one. */
export function toEncodingError(
  what: string,
  param: string,
  contentType: string | undefined,
  cause?: unknown,
): JimengError {
  const declared = declaresOther(contentType) ? charsetOf(contentType) : undefined;
  const reason = declared === undefined ? "" : `: its content type declares ${declared}`;
  return new JimengError("invalid_request", `${what} is not UTF-8${reason}.`, {
    param,
    charged: "no",
    fix: "Send UTF-8: in a Windows terminal run chcp 65001, or put the JSON into a file saved as UTF-8 and send the file.",
    cause,
  });
}

function declaresOther(contentType: string | undefined): boolean {
  const charset = charsetOf(contentType);
  return charset !== undefined && !utf8Names.has(charset);
}

function charsetOf(contentType: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*"?([\w.:+-]{1,40})/i.exec(contentType ?? "")?.[1]?.toLowerCase();
}
