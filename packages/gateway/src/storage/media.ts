// Tells what a downloaded result is: its type by its first bytes, its real size by reading it, and whether it is whole.

import { isWholeBmp, isWholeHeif, isWholeRiff } from "./inspection/containers.ts";
import { FileReader, TooMuchWork } from "./inspection/file-reader.ts";
import type { ByteSource } from "./inspection/file-reader.ts";
import { formatOf, magicBytes } from "./inspection/formats.ts";
import { readMp4 } from "./inspection/mp4.ts";
import { readGif, readHeaderSize, readJpeg, readPng, readWebp } from "./inspection/pictures.ts";
import type { PictureReport, PixelSize } from "./inspection/pictures.ts";
import { readMp3, readWav } from "./inspection/sounds.ts";
import type { SoundReport } from "./inspection/sounds.ts";

const typeOfFormat = {
  png: "image/png",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  avif: "image/avif",
  heic: "image/heic",
  jxl: "image/jxl",
  bmp: "image/bmp",
  tiff: "image/tiff",
  mp4: "video/mp4",
  mov: "video/mp4",
  m4a: "audio/mp4",
  webm: "video/webm",
  avi: "video/x-msvideo",
  mp3: "audio/mpeg",
  wav: "audio/wav",
} as const;

type StoredFormat = keyof typeof typeOfFormat;

/** One of the types that are stored and served. */
export type ContentType = (typeof typeOfFormat)[StoredFormat];

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
  "image/avif": "avif",
  "image/heic": "heic",
  "image/jxl": "jxl",
  "image/bmp": "bmp",
  "image/tiff": "tiff",
  "video/mp4": "mp4",
  "video/webm": "webm",
  "video/x-msvideo": "avi",
  "audio/mpeg": "mp3",
  "audio/wav": "wav",
  "audio/mp4": "m4a",
};

/** The types that every browser shows or plays. */
export const usualTypes: readonly ContentType[] = [
  "image/png",
  "image/jpeg",
  "image/webp",
  "image/gif",
  "video/mp4",
  "video/webm",
  "audio/mpeg",
  "audio/wav",
  "audio/mp4",
];

/** Why a file cannot be kept as a result. */
export type MediaFault = "empty" | "not_media" | "truncated";

/** Reads the type from a file's first bytes; undefined when it is none that we store. */
export function sniff(head: Uint8Array): ContentType | undefined {
  const format = storedFormatOf(head);
  return format && typeOfFormat[format];
}

/**
 * Reads what a file is. A fault instead: `empty`, `not_media` for bytes that are none of the stored types or whose
 * header cannot be read, `truncated` for a file without the end that its own format prescribes.
 */
export async function readMedia(source: ByteSource): Promise<Media | MediaFault> {
  return (await readFrom(source, readContent)) ?? "not_media";
}

/**
 * Reads what the beginning of a damaged file says; what its lost part would say is null. Returns undefined when its first
 * bytes are none of the stored types.
 */
export async function readDamagedMedia(source: ByteSource): Promise<Media | undefined> {
  return await readFrom(source, readBeginning);
}

/** Reads a file with a budget of work; undefined when that is used up. */
async function readFrom<Result>(
  source: ByteSource,
  read: (reader: FileReader) => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await read(new FileReader(source));
  } catch (error) {
    if (error instanceof TooMuchWork) return undefined;
    throw error;
  }
}

function storedFormatOf(head: Uint8Array): StoredFormat | undefined {
  const format = formatOf(head);
  return format !== undefined && format in typeOfFormat ? (format as StoredFormat) : undefined;
}

async function readContent(reader: FileReader): Promise<Media | MediaFault> {
  if (reader.size === 0) return "empty";
  const format = storedFormatOf(await reader.bytes(0, magicBytes));
  if (format === undefined) return "not_media";
  const contentType = typeOfFormat[format];
  if (isMp4(format)) {
    const { facts, isWhole } = await readMp4(reader);
    return facts !== undefined && isWhole ? { contentType, ...facts } : "truncated";
  }
  if (isSound(format)) {
    const { durationMs, isWhole } = await readSound(reader, format);
    if (!isWhole) return "truncated";
    // An MP3 without a frame where its tag ends is no MP3.
    return durationMs === null ? "not_media" : { contentType, ...unknownFacts, durationMs };
  }
  const { size, isWhole } = await readPicture(reader, format);
  if (!isWhole) return "truncated";
  // Only the usual pictures can be measured for certain; others are kept unmeasured.
  if (size === undefined && measured.has(format)) return "not_media";
  return toPicture(format, size);
}

async function readBeginning(reader: FileReader): Promise<Media | undefined> {
  const format = storedFormatOf(await reader.bytes(0, magicBytes));
  if (format === undefined) return undefined;
  if (isSound(format)) {
    const { durationMs } = await readSound(reader, format);
    return { contentType: typeOfFormat[format], ...unknownFacts, durationMs };
  }
  if (!isMp4(format)) return toPicture(format, (await readPicture(reader, format)).size);
  const { facts } = await readMp4(reader);
  return { contentType: typeOfFormat[format], ...(facts ?? unknownFacts) };
}

const unknownFacts = { width: null, height: null, durationMs: null };

function toPicture(format: PictureFormat, size: PixelSize | undefined): Media {
  return { contentType: typeOfFormat[format], ...unknownFacts, ...size };
}

function isMp4(format: StoredFormat): format is Mp4Format {
  return format === "mp4" || format === "mov" || format === "m4a";
}

function isSound(format: StoredFormat): format is SoundFormat {
  return format === "mp3" || format === "wav";
}

function readSound(reader: FileReader, format: SoundFormat): Promise<SoundReport> {
  return format === "mp3" ? readMp3(reader) : readWav(reader);
}

const measured: ReadonlySet<StoredFormat> = new Set(["png", "jpeg", "webp", "gif"]);

type Mp4Format = "mp4" | "mov" | "m4a";
type SoundFormat = "mp3" | "wav";
type PictureFormat = Exclude<StoredFormat, Mp4Format | SoundFormat>;

async function readPicture(reader: FileReader, format: PictureFormat): Promise<PictureReport> {
  switch (format) {
    case "png":
      return readPng(reader);
    case "jpeg":
      return readJpeg(reader);
    case "webp":
      return readWebp(reader);
    case "gif":
      return readGif(reader);
    case "avif":
    case "heic":
      return { size: await readHeaderSize(reader), isWhole: await isWholeHeif(reader) };
    case "bmp":
      return { size: await readHeaderSize(reader), isWhole: await isWholeBmp(reader) };
    case "avi":
      return { size: undefined, isWhole: await isWholeRiff(reader) };
    case "jxl":
    case "tiff":
      // Neither says in one place how long it is.
      return { size: await readHeaderSize(reader), isWhole: true };
    case "webm":
      return { size: undefined, isWhole: true };
  }
}
