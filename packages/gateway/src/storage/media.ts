// What a file is: its type by magic bytes and its real size by reading it.

import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

import { imageSize } from "image-size";

import { readMp4 } from "./mp4.ts";

/** One of the few types that are stored and served. */
export type ContentType =
  | "image/png"
  | "image/jpeg"
  | "image/webp"
  | "image/gif"
  | "video/mp4"
  | "video/webm";

/** What a file turned out to be. */
export interface Media {
  contentType: ContentType;
  width: number | null;
  height: number | null;
  durationMs: number | null;
}

/** Names the file extension of each stored type. */
export const extensions: Record<ContentType, string> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "image/gif": "gif",
  "video/mp4": "mp4",
  "video/webm": "webm",
};

const magicBytes = 16;
// A JPEG's frame header may stand behind large metadata.
const imageHeaderBytes = 512 * 1024;

/** Reads the type from a file's first bytes (16 suffice); undefined when it is none that we store. */
export function sniff(head: Uint8Array): ContentType | undefined {
  const text = Buffer.from(head.subarray(0, magicBytes)).toString("latin1");
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (text.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP") return "image/webp";
  if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) return "image/gif";
  if (text.slice(4, 8) === "ftyp") return "video/mp4";
  if (text.startsWith("\x1a\x45\xdf\xa3")) return "video/webm";
  return undefined;
}

/** Reads what a file is; undefined when its bytes are none of the stored types or its picture cannot be read. */
export async function readMedia(path: string): Promise<Media | undefined> {
  const file = await open(path, "r");
  try {
    const head = await readHead(file, magicBytes);
    const contentType = sniff(head);
    if (contentType === undefined) return undefined;
    if (contentType === "video/mp4") {
      const video = await readMp4(file);
      return video && { contentType, ...video };
    }
    if (contentType === "video/webm")
      return { contentType, width: null, height: null, durationMs: null };
    const size = readImageSize(await readHead(file, imageHeaderBytes));
    return size && { contentType, ...size, durationMs: null };
  } finally {
    await file.close();
  }
}

async function readHead(file: FileHandle, length: number): Promise<Buffer> {
  const { size } = await file.stat();
  const buffer = Buffer.alloc(Math.min(length, size));
  const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
  return buffer.subarray(0, bytesRead);
}

function readImageSize(head: Buffer): { width: number; height: number } | undefined {
  try {
    const { width, height } = imageSize(head);
    return { width, height };
  } catch {
    // image-size throws on anything it cannot read: such a file is no picture.
    return undefined;
  }
}
