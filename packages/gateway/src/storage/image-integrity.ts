// Whether a picture file is whole, by the end that its own format prescribes.

import type { FileHandle } from "node:fs/promises";

const pngSignatureBytes = 8;
const pngChunkFrame = 12;
const scanBytes = 64 * 1024;
// Some programs pad a GIF with zeros after its trailer.
const gifTailBytes = 1024;
const gifTrailer = 0x3b;
const riffFrame = 8;

/** Tells whether a PNG has its IEND chunk (PNG 5.6); bytes behind it do no harm. */
export async function isWholePng(file: FileHandle, size: number): Promise<boolean> {
  const header = Buffer.alloc(8);
  for (let at = pngSignatureBytes; at + pngChunkFrame <= size;) {
    await file.read(header, 0, header.length, at);
    if (header.toString("latin1", 4, 8) === "IEND") return true;
    at += pngChunkFrame + header.readUInt32BE(0);
  }
  return false;
}

/** Tells whether a JPEG has its end marker (T.81 B.1.1.3) behind the first scan. */
export async function isWholeJpeg(file: FileHandle, size: number): Promise<boolean> {
  const scanAt = await findJpegScan(file, size);
  if (scanAt === undefined) return false;
  // Inside a scan every 0xFF is followed by 0 or a restart marker: this pair is the end. It mostly stands last.
  const buffer = Buffer.alloc(scanBytes);
  for (let end = size; end > scanAt + 1;) {
    const from = Math.max(scanAt, end - scanBytes);
    const { bytesRead } = await file.read(buffer, 0, end - from, from);
    if (buffer.subarray(0, bytesRead).lastIndexOf(jpegEnd) !== -1) return true;
    // One byte is read again, so that a marker across the border is seen.
    end = from === scanAt ? scanAt : from + 1;
  }
  return false;
}

const jpegEnd = Buffer.from([0xff, 0xd9]);
const jpegStartOfScan = 0xda;

async function findJpegScan(file: FileHandle, size: number): Promise<number | undefined> {
  const header = Buffer.alloc(4);
  for (let at = 2; at + header.length <= size;) {
    await file.read(header, 0, header.length, at);
    const [mark, marker = 0] = header;
    if (mark !== 0xff) return undefined;
    // Fill bytes may stand before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    at += 2 + header.readUInt16BE(2);
    if (marker === jpegStartOfScan) return at;
  }
  return undefined;
}

/** Tells whether a WebP has as many bytes as its RIFF header says. */
export async function isWholeWebp(file: FileHandle, size: number): Promise<boolean> {
  const header = Buffer.alloc(riffFrame);
  await file.read(header, 0, riffFrame, 0);
  return riffFrame + header.readUInt32LE(4) <= size;
}

/** Tells whether a GIF ends with its trailer (GIF89a 27). */
export async function isWholeGif(file: FileHandle, size: number): Promise<boolean> {
  const from = Math.max(0, size - gifTailBytes);
  const tail = Buffer.alloc(size - from);
  await file.read(tail, 0, tail.length, from);
  const last = tail.findLast((byte) => byte !== 0);
  return last === gifTrailer;
}
