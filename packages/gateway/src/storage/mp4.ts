// Reading size and duration from an MP4's boxes (ISO/IEC 14496-12: moov > mvhd, moov > trak > tkhd).

import type { FileHandle } from "node:fs/promises";

/** What the file's headers say; null where they do not. */
export interface Mp4Facts {
  width: number | null;
  height: number | null;
  durationMs: number | null;
}

const headerBytes = 8;
const largeHeaderBytes = 16;
// `size` 1 means that a 64-bit size follows; 0 means that the box reaches the end of the file.
const largeSizeMark = 1;
const toTheEndMark = 0;
// A moov of a long video has some megabytes; more is no honest index.
const largestMoovBytes = 64 * 1024 * 1024;
const fixedPointOne = 0x1_0000;

/** Reads an MP4's facts; undefined when it has no readable `moov`. */
export async function readMp4(file: FileHandle): Promise<Mp4Facts | undefined> {
  const { size: end } = await file.stat();
  const header = Buffer.alloc(largeHeaderBytes);
  for (let at = 0; at + headerBytes <= end;) {
    const { bytesRead } = await file.read(header, 0, largeHeaderBytes, at);
    const box = readBox(header.subarray(0, bytesRead), end - at);
    if (box === undefined) return undefined;
    if (box.type === "moov") {
      const bytes = box.size - box.bodyAt;
      if (bytes > largestMoovBytes || at + box.size > end) return undefined;
      const body = Buffer.alloc(bytes);
      await file.read(body, 0, bytes, at + box.bodyAt);
      return parseMoov(body);
    }
    at += box.size;
  }
  return undefined;
}

/** Tells whether every top-level box fits into the file, and its index (`moov`) and media (`mdat`) are there. */
export async function isWholeMp4(file: FileHandle): Promise<boolean> {
  const { size: end } = await file.stat();
  const header = Buffer.alloc(largeHeaderBytes);
  let hasIndex = false;
  let hasMedia = false;
  for (let at = 0; at < end;) {
    const { bytesRead } = await file.read(header, 0, largeHeaderBytes, at);
    const box = readBox(header.subarray(0, bytesRead), end - at);
    if (box === undefined || at + box.size > end) return false;
    if (box.type === "moov") hasIndex = true;
    if (box.type === "mdat") hasMedia = true;
    at += box.size;
  }
  // A file cut between its boxes has whole boxes, and nothing to show.
  return hasIndex && hasMedia;
}

/** Reads the body of a `moov` box: duration from mvhd, size from the first track that has one. */
export function parseMoov(moov: Buffer): Mp4Facts {
  const facts: Mp4Facts = { width: null, height: null, durationMs: null };
  for (const { type, body } of boxesIn(moov)) {
    if (type === "mvhd") facts.durationMs = parseDuration(body);
    if (type !== "trak" || facts.width !== null) continue;
    for (const inner of boxesIn(body)) {
      if (inner.type === "tkhd") Object.assign(facts, parseSize(inner.body));
    }
  }
  return facts;
}

interface Box {
  type: string;
  size: number;
  bodyAt: number;
}

function readBox(bytes: Buffer, available: number): Box | undefined {
  if (bytes.length < headerBytes) return undefined;
  const short = bytes.readUInt32BE(0);
  const type = bytes.toString("latin1", 4, 8);
  if (short === toTheEndMark) return { type, size: available, bodyAt: headerBytes };
  if (short !== largeSizeMark) {
    return short < headerBytes ? undefined : { type, size: short, bodyAt: headerBytes };
  }
  if (bytes.length < largeHeaderBytes) return undefined;
  const size = Number(bytes.readBigUInt64BE(headerBytes));
  return size < largeHeaderBytes ? undefined : { type, size, bodyAt: largeHeaderBytes };
}

function* boxesIn(bytes: Buffer): Generator<{ type: string; body: Buffer }> {
  for (let at = 0; at < bytes.length;) {
    const box = readBox(bytes.subarray(at, at + largeHeaderBytes), bytes.length - at);
    if (box === undefined || at + box.size > bytes.length) return;
    yield { type: box.type, body: bytes.subarray(at + box.bodyAt, at + box.size) };
    at += box.size;
  }
}

// mvhd: version, flags; then creation, modification, timescale, duration (32 bit, or 64 bit in version 1).
function parseDuration(mvhd: Buffer): number | null {
  const wide = mvhd[0] === 1;
  if (mvhd.length < (wide ? 32 : 20)) return null;
  const timescale = mvhd.readUInt32BE(wide ? 20 : 12);
  const duration = wide ? Number(mvhd.readBigUInt64BE(24)) : mvhd.readUInt32BE(16);
  return timescale === 0 ? null : Math.round((duration / timescale) * 1000);
}

// tkhd ends with width and height as 16.16 fixed point; a sound track has 0 × 0.
function parseSize(tkhd: Buffer): { width: number; height: number } | undefined {
  const wide = tkhd[0] === 1;
  const at = wide ? 88 : 76;
  if (tkhd.length < at + 8) return undefined;
  const width = Math.round(tkhd.readUInt32BE(at) / fixedPointOne);
  const height = Math.round(tkhd.readUInt32BE(at + 4) / fixedPointOne);
  return width > 0 && height > 0 ? { width, height } : undefined;
}
