// Tells whether a file of a less usual format is whole, by the lengths that its own headers name.

import type { FileReader } from "./file-reader.ts";
import { boxesIn, readBox } from "./mp4.ts";

const riffFrame = 8;
const bmpSizeAt = 2;
const u32Bytes = 4;
// `meta` begins with a version and flags, its boxes follow (ISO/IEC 14496-12, 8.11.1).
const fullBoxBytes = 4;

/**
 * Returns true for an AVIF or HEIC file that has its index (`meta`, or `moov` of a sequence) and its picture (`mdat`,
 * or `idat` in `meta`), each with all the bytes that its header names.
 */
export async function isWholeHeif(reader: FileReader): Promise<boolean> {
  let hasIndex = false;
  let hasPicture = false;
  for (let at = 0; at < reader.size;) {
    const box = await readBox(reader, at, reader.size);
    if (box === undefined || box.end > reader.size) return false;
    if (box.type === "meta" || box.type === "moov") hasIndex = true;
    if (box.type === "mdat") hasPicture = true;
    if (box.type === "meta" && !hasPicture) {
      for await (const inner of boxesIn(reader, { ...box, bodyAt: box.bodyAt + fullBoxBytes }))
        if (inner.type === "idat") hasPicture = true;
    }
    at = box.end;
  }
  return hasIndex && hasPicture;
}

/** Returns true for a RIFF file with as many bytes as its header says. */
export async function isWholeRiff(reader: FileReader): Promise<boolean> {
  const header = await reader.bytes(0, riffFrame);
  return header.length === riffFrame && riffFrame + header.readUInt32LE(u32Bytes) <= reader.size;
}

/** Returns true for a BMP with as many bytes as its file header says. */
export async function isWholeBmp(reader: FileReader): Promise<boolean> {
  const header = await reader.bytes(0, bmpSizeAt + u32Bytes);
  return header.length === bmpSizeAt + u32Bytes && header.readUInt32LE(bmpSizeAt) <= reader.size;
}
