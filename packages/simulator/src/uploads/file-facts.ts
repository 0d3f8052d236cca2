// Reads a file's own bytes as the upload services do: kind, size, length, format.

import { createHash } from "node:crypto";

import { imageSize } from "image-size";

import { readMp4 } from "../media/mp4-info.ts";
import type { FileFacts } from "./uploads.ts";

const imageFormats: ReadonlySet<string> = new Set(["png", "jpg", "webp", "gif", "bmp"]);
/** The bit rates of MPEG 1 layer III by their index, in kilobits a second. */
const mp3Kilobits = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];

function md5(bytes: Buffer): string {
  return createHash("md5").update(bytes).digest("hex");
}

/** Reads a picture; undefined for other bytes. */
export function readImage(bytes: Buffer): FileFacts | undefined {
  try {
    const { width, height, type } = imageSize(bytes);
    if (type === undefined || !imageFormats.has(type) || width < 1 || height < 1) return undefined;
    const format = type === "jpg" ? "jpeg" : type;
    return { kind: "image", format, width, height, durationMs: 0, md5: md5(bytes) };
  } catch {
    return undefined;
  }
}

function readWav(bytes: Buffer): number | undefined {
  if (bytes.length < 44 || bytes.toString("latin1", 0, 4) !== "RIFF") return undefined;
  if (bytes.toString("latin1", 8, 12) !== "WAVE") return undefined;
  const bytesPerSecond = bytes.readUInt32LE(28);
  return bytesPerSecond === 0 ? undefined : ((bytes.length - 44) / bytesPerSecond) * 1000;
}

function readMp3(bytes: Buffer): number | undefined {
  let offset = 0;
  if (bytes.toString("latin1", 0, 3) === "ID3" && bytes.length > 10) {
    const size = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + ((bytes[at] ?? 0) & 0x7f), 0);
    offset = size + 10;
  }
  const isFrame = bytes[offset] === 0xff && ((bytes[offset + 1] ?? 0) & 0xe6) === 0xe2;
  const kilobits = mp3Kilobits[(bytes[offset + 2] ?? 0) >> 4] ?? 0;
  if (!isFrame || kilobits === 0) return undefined;
  return ((bytes.length - offset) * 8) / kilobits;
}

/** Reads a video or audio file: MP4, M4A, WAV or MP3; undefined for other bytes. */
export function readMedia(bytes: Buffer): FileFacts | undefined {
  const movie = readMp4(bytes);
  if (movie !== undefined) {
    const kind = movie.width > 0 && movie.height > 0 ? "video" : "audio";
    return { kind, format: "MP4", ...movie, md5: md5(bytes) };
  }
  const wav = readWav(bytes);
  const durationMs = wav ?? readMp3(bytes);
  if (durationMs === undefined) return undefined;
  const format = wav === undefined ? "MP3" : "WAV";
  return {
    kind: "audio",
    format,
    width: 0,
    height: 0,
    durationMs: Math.round(durationMs),
    md5: md5(bytes),
  };
}
