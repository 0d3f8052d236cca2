// What a reference file is and whether it is whole: type by magic bytes, size by its headers, its own end.

import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

import { imageSize } from "image-size";

import { isWholeMp4, readMp4 } from "../storage/mp4.ts";
import { isWholeGif, isWholeJpeg, isWholePng, isWholeWebp } from "../storage/image-integrity.ts";
import { unusable } from "./errors.ts";
import { readMp3Ms, readWav } from "../storage/wav.ts";

/** Tells what a reference can be used as. */
export type ReferenceKind = "image" | "video" | "audio";

/** What a reference file turned out to be; pixels and time where its kind has them. */
export interface ReferenceMedia {
  kind: ReferenceKind;
  contentType: string;
  width: number | null;
  height: number | null;
  durationMs: number | null;
}

type Format = "png" | "jpeg" | "webp" | "gif" | "mp4" | "mov" | "m4a" | "wav" | "mp3";

const contentTypes: Record<Format, string> = {
  png: "image/png",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  mp4: "video/mp4",
  mov: "video/quicktime",
  m4a: "audio/mp4",
  wav: "audio/wav",
  mp3: "audio/mpeg",
};

/** How many bytes of a file's beginning tell its format. */
export const magicBytes = 16;
// A JPEG's frame header may stand behind large metadata.
const imageHeaderBytes = 512 * 1024;
// HEIF and AVIF pictures live in the same boxes as MP4 does.
const pictureBrands = /^(heic|heix|heim|heis|hevc|mif1|msf1|avif|avis)/;

function formatOf(head: Uint8Array): Format | undefined {
  const text = Buffer.from(head.subarray(0, magicBytes)).toString("latin1");
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (text.startsWith("\xff\xd8\xff")) return "jpeg";
  if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) return "gif";
  if (text.startsWith("RIFF")) {
    const form = text.slice(8, 12);
    return form === "WEBP" ? "webp" : form === "WAVE" ? "wav" : undefined;
  }
  if (text.slice(4, 8) === "ftyp") {
    const brand = text.slice(8, 12);
    if (pictureBrands.test(brand)) return undefined;
    if (brand === "M4A " || brand === "M4B ") return "m4a";
    return brand === "qt  " ? "mov" : "mp4";
  }
  const [first = 0, second = 0] = head;
  // ID3 tag, or an MPEG audio frame of layer III.
  if (text.startsWith("ID3") || (first === 0xff && (second & 0xe6) === 0xe2)) return "mp3";
  return undefined;
}

/** Tells the kind from a file's first bytes (16 suffice); undefined when it is none that can be referred to. */
export function kindOf(head: Uint8Array): ReferenceKind | undefined {
  const format = formatOf(head);
  if (format === undefined) return undefined;
  return contentTypes[format].split("/")[0] as ReferenceKind;
}

/**
 * Reads what a file is. Throws `reference_unusable` (reason `empty`, `unsupported_type`, `truncated`) for what
 * cannot be used; so nothing is paid for a broken file.
 */
export async function inspectReference(path: string): Promise<ReferenceMedia> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    if (size === 0) throw unusable("empty", "The file is empty.");
    const head = await readAt(file, 0, Math.min(size, imageHeaderBytes));
    const format = formatOf(head);
    if (format === undefined) {
      throw unusable(
        "unsupported_type",
        "The file is no picture, video or sound that is known here.",
      );
    }
    return await inspectFormat(file, format, head, size);
  } finally {
    await file.close();
  }
}

async function inspectFormat(
  file: FileHandle,
  format: Format,
  head: Buffer,
  size: number,
): Promise<ReferenceMedia> {
  const contentType = contentTypes[format];
  switch (format) {
    case "png":
    case "jpeg":
    case "webp":
    case "gif":
      return await inspectPicture(file, format, head, size);
    case "mp4":
    case "mov":
    case "m4a":
      return await inspectMovie(file, contentType);
    case "wav": {
      const sound = readWav(head, size);
      if (sound === undefined) throw truncated();
      return toSound(contentType, sound.durationMs);
    }
    case "mp3":
      return toSound(contentType, readMp3Ms(head, size));
  }
}

const isWhole = {
  png: isWholePng,
  jpeg: isWholeJpeg,
  webp: isWholeWebp,
  gif: isWholeGif,
} as const;

async function inspectPicture(
  file: FileHandle,
  format: keyof typeof isWhole,
  head: Buffer,
  size: number,
): Promise<ReferenceMedia> {
  const pixels = readPixels(head);
  if (pixels === undefined || !(await isWhole[format](file, size))) throw truncated();
  return { kind: "image", contentType: contentTypes[format], ...pixels, durationMs: null };
}

function readPixels(head: Buffer): { width: number; height: number } | undefined {
  try {
    const { width, height } = imageSize(head);
    return width > 0 && height > 0 ? { width, height } : undefined;
  } catch {
    // image-size throws on anything it cannot read: the header is broken or cut.
    return undefined;
  }
}

async function inspectMovie(file: FileHandle, contentType: string): Promise<ReferenceMedia> {
  const facts = (await isWholeMp4(file)) ? await readMp4(file) : undefined;
  if (facts === undefined) throw truncated();
  if (facts.width === null) return toSound("audio/mp4", facts.durationMs);
  return { kind: "video", contentType, ...facts };
}

function toSound(contentType: string, durationMs: number | null): ReferenceMedia {
  return { kind: "audio", contentType, width: null, height: null, durationMs };
}

async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, at);
  return buffer.subarray(0, bytesRead);
}

function truncated() {
  return unusable("truncated", "The file is broken or cut short.");
}
