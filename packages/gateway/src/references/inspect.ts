// Inspects reference files: what each is and whether it is complete, so that nothing is paid for a broken one.

import { open } from "node:fs/promises";

import { FileReader, TooMuchWork, fileSource } from "../storage/inspection/file-reader.ts";
import { formatOf, magicBytes } from "../storage/inspection/formats.ts";
import type { KnownFormat, NamedFormat } from "../storage/inspection/formats.ts";
import { readMp4 } from "../storage/inspection/mp4.ts";
import { readGif, readJpeg, readPng, readWebp } from "../storage/inspection/pictures.ts";
import type { PictureReport } from "../storage/inspection/pictures.ts";
import { readMp3, readWav } from "../storage/inspection/sounds.ts";
import type { SoundReport } from "../storage/inspection/sounds.ts";
import { createLimiter } from "../concurrency.ts";
import { unsupportedFormat, unusable } from "./errors.ts";

export { magicBytes };

/** What a reference can be used as. */
export type ReferenceKind = "image" | "video" | "audio";

/** The kind of a kept file: a reference, or the lines of a batch. */
export type FileKind = ReferenceKind | "text";

/** What a reference file is; size and duration where its kind has them. */
export interface ReferenceMedia {
  kind: FileKind;
  contentType: string;
  width: number | null;
  height: number | null;
  durationMs: number | null;
}

/** The largest and longest reference that is taken. */
export interface MediaLimits {
  /** Million pixels of a picture, or of a video's frame. */
  megapixels: number;
  seconds: number;
}

/** Inspects a file of unknown origin; only a few are inspected at the same time. */
export type InspectReference = (path: string, signal?: AbortSignal) => Promise<ReferenceMedia>;

type UsableFormat = Exclude<KnownFormat, "avif" | "heic" | "webm">;

const contentTypes: Record<UsableFormat, string> = {
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

const maxInspections = 4;
const pixelsPerMegapixel = 1_000_000;
const msPerSecond = 1000;

function isUsable(format: KnownFormat | NamedFormat | undefined): format is UsableFormat {
  return format !== undefined && format in contentTypes;
}

/** Returns the kind by a file's first bytes; undefined when it cannot be used as a reference. */
export function kindOf(head: Uint8Array): ReferenceKind | undefined {
  const format = formatOf(head);
  return isUsable(format) ? (contentTypes[format].split("/")[0] as ReferenceKind) : undefined;
}

/**
 * Makes the inspection of reference files; at most four run at the same time. It throws as `inspectReference` does, and
 * `reference_unusable` (reason `too_many_pixels`, `too_long`) for what is beyond the limits.
 */
export function createInspection(limits: MediaLimits): InspectReference {
  const limiter = createLimiter(maxInspections);
  return async (path, signal) => {
    const media = await limiter(() => inspectReference(path, signal));
    checkLimits(media, limits);
    return media;
  };
}

function checkLimits({ width, height, durationMs }: ReferenceMedia, limits: MediaLimits): void {
  if ((width ?? 0) * (height ?? 0) > limits.megapixels * pixelsPerMegapixel) {
    const words = `${width}×${height} pixels; at most ${limits.megapixels} million are taken`;
    throw unusable("too_many_pixels", `The file has ${words}.`);
  }
  if ((durationMs ?? 0) > limits.seconds * msPerSecond) {
    const seconds = Math.round((durationMs ?? 0) / msPerSecond);
    throw unusable(
      "too_long",
      `The file lasts ${seconds} seconds; at most ${limits.seconds} are taken.`,
    );
  }
}

/**
 * Reads what a file is. Throws `reference_unusable` (reason `empty`, `unsupported_type`, `truncated`) for what
 * cannot be used, and the signal's reason when it is aborted.
 */
export async function inspectReference(
  path: string,
  signal?: AbortSignal,
): Promise<ReferenceMedia> {
  const file = await open(path, "r");
  try {
    const reader = new FileReader(await fileSource(file), signal);
    if (reader.size === 0) throw unusable("empty", "The file is empty.");
    const format = formatOf(await reader.bytes(0, magicBytes));
    if (!isUsable(format)) throw unsupportedFormat(format);
    return await inspectFormat(reader, format);
  } catch (error) {
    throw error instanceof TooMuchWork ? truncated(error) : error;
  } finally {
    await file.close();
  }
}

function inspectFormat(reader: FileReader, format: UsableFormat): Promise<ReferenceMedia> {
  const contentType = contentTypes[format];
  switch (format) {
    case "png":
      return inspectPicture(readPng(reader), contentType);
    case "jpeg":
      return inspectPicture(readJpeg(reader), contentType);
    case "webp":
      return inspectPicture(readWebp(reader), contentType);
    case "gif":
      return inspectPicture(readGif(reader), contentType);
    case "mp4":
    case "mov":
    case "m4a":
      return inspectMovie(reader, contentType);
    case "wav":
      return inspectSound(readWav(reader), contentType);
    case "mp3":
      return inspectSound(readMp3(reader), contentType);
  }
}

async function inspectPicture(
  reading: Promise<PictureReport>,
  contentType: string,
): Promise<ReferenceMedia> {
  const { size, isWhole } = await reading;
  if (size === undefined || !isWhole) throw truncated();
  return { kind: "image", contentType, ...size, durationMs: null };
}

async function inspectMovie(reader: FileReader, contentType: string): Promise<ReferenceMedia> {
  const { facts, isWhole } = await readMp4(reader);
  if (facts === undefined || !isWhole) throw truncated();
  if (facts.width === null) return toSound("audio/mp4", facts.durationMs);
  return { kind: "video", contentType, ...facts };
}

async function inspectSound(
  reading: Promise<SoundReport>,
  contentType: string,
): Promise<ReferenceMedia> {
  const { durationMs, isWhole } = await reading;
  if (!isWhole) throw truncated();
  return toSound(contentType, durationMs);
}

function toSound(contentType: string, durationMs: number | null): ReferenceMedia {
  return { kind: "audio", contentType, width: null, height: null, durationMs };
}

function truncated(cause?: unknown) {
  return unusable("truncated", "The file is broken or cut short.", cause);
}
