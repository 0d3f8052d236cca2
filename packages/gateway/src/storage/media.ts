// Reads what a downloaded result is: its type from its first bytes, and its real size.

import { open } from "node:fs/promises";

import { FileReader, TooMuchWork, fileSource } from "./inspection/file-reader.ts";
import { formatOf, magicBytes } from "./inspection/formats.ts";
import { readMp4 } from "./inspection/mp4.ts";
import { readHeaderSize, readJpeg } from "./inspection/pictures.ts";

const typeOfFormat = {
  png: "image/png",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  mp4: "video/mp4",
  mov: "video/mp4",
  m4a: "video/mp4",
  webm: "video/webm",
} as const;

/** A type that is stored and served. */
export type ContentType = (typeof typeOfFormat)[keyof typeof typeOfFormat];

/** What a result file is. */
export interface Media {
  contentType: ContentType;
  width: number | null;
  height: number | null;
  durationMs: number | null;
}

/** The file extension of each stored type. */
export const extensions: Record<ContentType, string> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "image/gif": "gif",
  "video/mp4": "mp4",
  "video/webm": "webm",
};

/** Returns the type by a file's first bytes; undefined when it is not stored here. */
export function sniff(head: Uint8Array): ContentType | undefined {
  const format = formatOf(head);
  return format !== undefined && format in typeOfFormat
    ? typeOfFormat[format as keyof typeof typeOfFormat]
    : undefined;
}

/** Reads what a file is; undefined when its type is not stored here or its header cannot be read. */
export async function readMedia(path: string): Promise<Media | undefined> {
  const file = await open(path, "r");
  try {
    return await readContent(new FileReader(await fileSource(file)));
  } catch (error) {
    if (error instanceof TooMuchWork) return undefined;
    throw error;
  } finally {
    await file.close();
  }
}

async function readContent(reader: FileReader): Promise<Media | undefined> {
  const contentType = sniff(await reader.bytes(0, magicBytes));
  if (contentType === undefined) return undefined;
  if (contentType === "video/mp4") {
    const { facts } = await readMp4(reader);
    return facts && { contentType, ...facts };
  }
  if (contentType === "video/webm")
    return { contentType, width: null, height: null, durationMs: null };
  const size =
    contentType === "image/jpeg" ? (await readJpeg(reader)).size : await readHeaderSize(reader);
  return size && { contentType, ...size, durationMs: null };
}
