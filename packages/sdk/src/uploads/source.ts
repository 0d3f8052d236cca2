// Opens the source of an upload (a path, bytes, a Blob, a stream) as bytes of known size, read in pieces.

import { JimengError } from "../errors.ts";
import type { UploadBytes } from "./bytes.ts";
import { openFile } from "./file.ts";

/** A file path (Node, Bun, Deno), bytes, a Blob or File, or a stream of bytes. */
export type UploadSource =
  | string
  | Uint8Array
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

/**
 * Opens a source. A stream is collected, because its size must be known before its bytes are sent. Throws
 * `reference_unusable` (reason `empty`, `too_large`, `unreadable`).
 */
export async function openSource(source: UploadSource, maxBytes: number): Promise<UploadBytes> {
  const bytes = await open(source, maxBytes);
  if (bytes.size === 0)
    throw unusable("empty", "The file is empty.", "Give a file with something in it.");
  if (bytes.size > maxBytes) throw tooLarge(maxBytes);
  return bytes;
}

async function open(source: UploadSource, maxBytes: number): Promise<UploadBytes> {
  if (typeof source === "string") return openPath(source);
  if (source instanceof Blob) return ofBlob(source);
  if (source instanceof Uint8Array) return ofBlob(new Blob([source as Uint8Array<ArrayBuffer>]));
  return ofBlob(await collect(source, maxBytes));
}

async function openPath(path: string): Promise<UploadBytes> {
  try {
    return await openFile(path, ofBlob);
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw unusable(
      "unreadable",
      `The file cannot be read (${reason}).`,
      "Check the path and its permissions.",
    );
  }
}

function ofBlob(blob: Blob): UploadBytes {
  return {
    size: blob.size,
    pieces: () => blob.stream(),
    body: () => blob,
    part: (start, end) => ofBlob(blob.slice(start, end)),
  };
}

async function collect(
  source: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of source as AsyncIterable<Uint8Array<ArrayBuffer>>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return new Blob(chunks);
}

const headLength = 16;

/** Reads the format of a picture from its first bytes; undefined when they are no picture's. */
export async function sniffImage(bytes: UploadBytes): Promise<string | undefined> {
  const head = await new Response(bytes.part(0, headLength).body(false)).arrayBuffer();
  const text = String.fromCharCode(...new Uint8Array(head));
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (text.startsWith("\xff\xd8\xff")) return "jpeg";
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP") return "webp";
  if (text.startsWith("GIF8")) return "gif";
  if (text.startsWith("BM")) return "bmp";
  if (text.slice(4, 8) === "ftyp") return /^(heic|heix|mif1|avif)/.exec(text.slice(8, 12))?.[1];
  return undefined;
}

/** Makes the error of a reference that cannot be used; nothing was paid. */
export function unusable(reason: string, message: string, fix: string): JimengError {
  return new JimengError("reference_unusable", message, { reason, fix, charged: "no" });
}

function tooLarge(maxBytes: number): JimengError {
  return unusable(
    "too_large",
    `The file is larger than ${maxBytes} bytes.`,
    "Give a smaller file.",
  );
}
