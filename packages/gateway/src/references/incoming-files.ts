// The files that came with a request: those of a form, and the long data URLs of a JSON body.

import type { JimengError } from "@jimeng/sdk";

import type { ReceivedFile } from "./receive-file.ts";

/** One file of a multipart form. */
export interface FormFile {
  /** The field's name, without `[]`. */
  field: string;
  file: ReceivedFile;
}

/** One long data URL of a JSON body: its file, or the error to throw when its field is read. */
export type InlineFile = { file: ReceivedFile } | { error: JimengError };

const markPrefix = "jimeng-received:";

/** Returns the text that replaces the long data URL of this index in a JSON body. */
export function toInlineMark(index: number): string {
  return `${markPrefix}${index}`;
}

/** Returns the index from such a text; undefined for any other text. */
export function inlineIndexOf(text: string): number | undefined {
  const index = text.startsWith(markPrefix) ? text.slice(markPrefix.length) : "";
  return /^\d{1,3}$/.test(index) ? Number(index) : undefined;
}
