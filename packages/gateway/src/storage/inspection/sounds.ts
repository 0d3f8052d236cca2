// Reads the length of a sound from its header: WAV (RIFF) and MP3 (MPEG audio, layer III).

import { boundedInteger } from "./bounds.ts";
import type { FileReader } from "./file-reader.ts";

/** What a sound file turned out to be. */
export interface SoundReport {
  durationMs: number | null;
  isWhole: boolean;
}

const riffFrame = 8;
const chunkFrame = 8;
const firstChunkAt = 12;
const bytesPerSecondAt = 8;
const broken: SoundReport = { durationMs: null, isWhole: false };

/** Reads a WAV's length from its chunks; it is whole when its sound fits into the file. */
export async function readWav(reader: FileReader): Promise<SoundReport> {
  const head = await reader.bytes(0, firstChunkAt);
  if (head.length < firstChunkAt || riffFrame + head.readUInt32LE(4) > reader.size) return broken;
  let bytesPerSecond = 0;
  for (let at = firstChunkAt; at + chunkFrame <= reader.size;) {
    const chunk = await reader.bytes(at, chunkFrame + bytesPerSecondAt + 4);
    if (chunk.length < chunkFrame) return broken;
    const name = chunk.toString("latin1", 0, 4);
    const length = chunk.readUInt32LE(4);
    if (name === "fmt " && chunk.length >= chunkFrame + bytesPerSecondAt + 4) {
      bytesPerSecond = chunk.readUInt32LE(chunkFrame + bytesPerSecondAt);
    }
    const body = at + chunkFrame;
    if (name === "data") {
      if (body + length > reader.size || bytesPerSecond === 0) return broken;
      return { durationMs: boundedInteger((length / bytesPerSecond) * 1000), isWhole: true };
    }
    // Chunks begin at even places.
    at = body + length + (length % 2);
  }
  return broken;
}

// Kilobits a second of MPEG 1 and of MPEG 2 and 2.5, layer III, by the header's index (ISO/IEC 11172-3, 13818-3).
const bitRates = {
  mpeg1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  mpeg2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
const id3Header = 10;

/** Estimates an MP3's length from its first frame; null when that cannot be found. An MP3 has no end to check. */
export async function readMp3(reader: FileReader): Promise<SoundReport> {
  const start = await reader.bytes(0, id3Header);
  const frameAt = start.toString("latin1", 0, 3) === "ID3" ? id3Header + id3Bytes(start) : 0;
  const frame = await reader.bytes(frameAt, 4);
  if (frame[0] !== 0xff) return { durationMs: null, isWhole: true };
  const version = ((frame[1] ?? 0) >> 3) & 0b11;
  const index = (frame[2] ?? 0) >> 4;
  const kilobits = (version === 0b11 ? bitRates.mpeg1 : bitRates.mpeg2)[index] ?? 0;
  const durationMs =
    kilobits === 0 ? null : boundedInteger(((reader.size - frameAt) * 8) / kilobits);
  return { durationMs, isWhole: true };
}

// The tag's length is written in four bytes of seven bits.
function id3Bytes(head: Buffer): number {
  return [6, 7, 8, 9].reduce((sum, at) => sum * 128 + ((head[at] ?? 0) & 0x7f), 0);
}
