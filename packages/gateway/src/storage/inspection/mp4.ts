// Reads size, duration and completeness from an MP4's boxes (ISO/IEC 14496-12: moov > mvhd, moov > trak > tkhd).

import { boundedInteger, boundedSize } from "./bounds.ts";
import type { FileReader } from "./file-reader.ts";

/** What the file's headers say; null where they do not. */
export interface Mp4Facts {
  width: number | null;
  height: number | null;
  durationMs: number | null;
}

/** What a file of boxes turned out to be. */
export interface Mp4Report {
  /** Undefined when no complete `moov` was found. */
  facts: Mp4Facts | undefined;
  /** True when every top-level box fits into the file, and index (`moov`) and media (`mdat`) are there. */
  isWhole: boolean;
}

const headerBytes = 8;
const largeHeaderBytes = 16;
// `size` 1 means that a 64-bit size follows; 0 means that the box reaches the end of the file.
const largeSizeMark = 1;
const toTheEndMark = 0;
const fixedPointOne = 0x1_0000;
const maxHeaderBoxBytes = 128;

/** Walks through the boxes once. */
export async function readMp4(reader: FileReader): Promise<Mp4Report> {
  let facts: Mp4Facts | undefined;
  let hasMedia = false;
  for (let at = 0; at < reader.size;) {
    const box = await readBox(reader, at, reader.size);
    if (box === undefined || box.end > reader.size) return { facts, isWhole: false };
    if (box.type === "mdat") hasMedia = true;
    if (box.type === "moov") facts ??= await readMoov(reader, box);
    at = box.end;
  }
  // A file cut between its boxes has whole boxes, and nothing to show.
  return { facts, isWhole: facts !== undefined && hasMedia };
}

/** Reads a `moov` box: duration from mvhd, size from the first track that has one. */
async function readMoov(reader: FileReader, moov: Box): Promise<Mp4Facts> {
  const facts: Mp4Facts = { width: null, height: null, durationMs: null };
  for await (const box of boxesIn(reader, moov)) {
    if (box.type === "mvhd") facts.durationMs = parseDuration(await bodyOf(reader, box));
    if (box.type !== "trak" || facts.width !== null) continue;
    for await (const inner of boxesIn(reader, box)) {
      if (inner.type === "tkhd") Object.assign(facts, parseSize(await bodyOf(reader, inner)));
    }
  }
  return facts;
}

/** One box: its type, where its contents begin, and where it ends. */
export interface Box {
  type: string;
  bodyAt: number;
  end: number;
}

/** Reads a box's header; undefined when none stands there. Its end may lie beyond the file's. */
export async function readBox(
  reader: FileReader,
  at: number,
  end: number,
): Promise<Box | undefined> {
  const bytes = await reader.bytes(at, largeHeaderBytes);
  if (bytes.length < headerBytes || end - at < headerBytes) return undefined;
  const short = bytes.readUInt32BE(0);
  const type = bytes.toString("latin1", 4, 8);
  if (short === toTheEndMark) return { type, bodyAt: at + headerBytes, end };
  if (short !== largeSizeMark) {
    if (short < headerBytes) return undefined;
    return { type, bodyAt: at + headerBytes, end: at + short };
  }
  if (bytes.length < largeHeaderBytes) return undefined;
  const size = Number(bytes.readBigUInt64BE(headerBytes));
  if (size < largeHeaderBytes || !Number.isSafeInteger(at + size)) return undefined;
  return { type, bodyAt: at + largeHeaderBytes, end: at + size };
}

/** Walks through the boxes inside a box. */
export async function* boxesIn(reader: FileReader, { bodyAt, end }: Box): AsyncGenerator<Box> {
  for (let at = bodyAt; at < end;) {
    const box = await readBox(reader, at, end);
    if (box === undefined || box.end > end) return;
    yield box;
    at = box.end;
  }
}

function bodyOf(reader: FileReader, { bodyAt, end }: Box): Promise<Buffer> {
  return reader.bytes(bodyAt, Math.min(end - bodyAt, maxHeaderBoxBytes));
}

// mvhd: version, flags; then creation, modification, timescale, duration (32 bit, or 64 bit in version 1).
function parseDuration(mvhd: Buffer): number | null {
  const wide = mvhd[0] === 1;
  if (mvhd.length < (wide ? 32 : 20)) return null;
  const timescale = mvhd.readUInt32BE(wide ? 20 : 12);
  const duration = wide ? Number(mvhd.readBigUInt64BE(24)) : mvhd.readUInt32BE(16);
  return timescale === 0 ? null : boundedInteger((duration / timescale) * 1000);
}

// tkhd ends with a 3 × 3 matrix of 36 bytes, then width and height as 16.16 fixed point; a sound track has 0 × 0.
const matrixBytes = 36;

function parseSize(tkhd: Buffer): { width: number; height: number } | undefined {
  const at = (tkhd[0] === 1 ? 52 : 40) + matrixBytes;
  if (tkhd.length < at + 8) return undefined;
  const width = tkhd.readUInt32BE(at) / fixedPointOne;
  const height = tkhd.readUInt32BE(at + 4) / fixedPointOne;
  // Phones record lying down and turn the picture by the matrix: by a quarter, its diagonal is empty.
  const [a, b, c, d] = [0, 4, 12, 16].map((offset) => tkhd.readInt32BE(at - matrixBytes + offset));
  const isTurned = a === 0 && d === 0 && b !== 0 && c !== 0;
  return isTurned ? boundedSize(height, width) : boundedSize(width, height);
}
