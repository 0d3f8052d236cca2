// Files of the AI SDK as references of the gateway's bodies.

import { toBase64 } from "./base64.ts";

/** A file as the AI SDK gives it to image and video models. */
export type GivenFile =
  | { type: "file"; data: string | Uint8Array; mediaType?: string }
  | { type: "url"; url: string; mediaType?: string };

/**
 * Returns the reference for a file: its URL, or its bytes within the body. The same bytes make the same body, so that a
 * process that takes over repeats exactly what the first one sent. The media type is left to the gateway, which looks
 * at the bytes: the AI SDK calls everything that it does not know image/png.
 */
export function toReference(file: GivenFile): string {
  if (file.type === "url") return file.url;
  return `data:;base64,${typeof file.data === "string" ? file.data : toBase64(file.data)}`;
}

const dataUrlPattern = /^data:[^,]{0,200};base64,/;

/** Returns a body with every data URL shortened to the number of its characters, for errors and logs. */
export function withoutBytes(value: unknown): unknown {
  if (typeof value === "string") {
    const head = dataUrlPattern.exec(value)?.[0];
    return head === undefined ? value : `${head}(${value.length - head.length} characters)`;
  }
  if (Array.isArray(value)) return value.map(withoutBytes);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, withoutBytes(entry)]),
  );
}
