// Writes what a picture was made from into its file (XMP), without a change to the picture itself.

import { crc32 } from "node:zlib";

import type { PictureFormat } from "../../api/words/picture-formats.ts";

/** What is written into a picture; a value of null is left out. */
export interface EmbeddedFacts {
  /** What is in the picture: its prompt. */
  description: string;
  /** An ISO time. */
  createdAt: string;
  /** Further facts by name. */
  more: Readonly<Record<string, string | number | null>>;
}

/** A file with something written into it: `head`, then the stored file from `from` on, then `tail`. */
export interface Spliced {
  head: Buffer;
  from: number;
  tail: Buffer;
}

/** How many bytes of a file `embedXmp` needs from its beginning. */
export const spliceHeadBytes = 64;

const namespace = "urn:jimeng:metadata:1";
// XML 1.0 has no way to write these characters.
// oxlint-disable-next-line no-control-regex
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Builds the XMP packet of facts. */
export function toXmp({ description, createdAt, more }: EmbeddedFacts): string {
  const facts = Object.entries(more)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `<jimeng:${name}>${escape(String(value))}</jimeng:${name}>`);
  return [
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"',
    ` xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:jimeng="${namespace}">`,
    `<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${escape(description)}</rdf:li></rdf:Alt></dc:description>`,
    `<xmp:CreateDate>${createdAt}</xmp:CreateDate>`,
    ...facts,
    "</rdf:Description></rdf:RDF></x:xmpmeta>",
    '<?xpacket end="w"?>',
  ].join("");
}

function escape(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(unwritable, "")
    .replaceAll(/[&<>"]/g, (character) => entities[character] ?? "");
}

/**
 * Says where an XMP packet goes into a file of `bytes` bytes that begins with `start`; undefined for a file that has no
 * room for it: a JPEG takes 64 KB, and a damaged beginning nothing.
 */
export function embedXmp(
  format: PictureFormat,
  start: Buffer,
  bytes: number,
  xmp: string,
): Spliced | undefined {
  switch (format) {
    case "png":
      return intoPng(start, xmp);
    case "jpeg":
      return intoJpeg(start, xmp);
    case "webp":
      return intoWebp(start, bytes, xmp);
  }
}

// The signature, and IHDR with its length, type and checksum.
const pngHeadBytes = 33;

function intoPng(start: Buffer, xmp: string): Spliced | undefined {
  if (start.length < pngHeadBytes) return undefined;
  // Not compressed, no language, no translated keyword.
  const data = Buffer.concat([
    Buffer.from("XML:com.adobe.xmp\0\0\0\0\0", "latin1"),
    Buffer.from(xmp),
  ]);
  const typed = Buffer.concat([Buffer.from("iTXt", "latin1"), data]);
  const chunk = Buffer.concat([u32be(data.length), typed, u32be(crc32(typed))]);
  const head = Buffer.concat([start.subarray(0, pngHeadBytes), chunk]);
  return { head, from: pngHeadBytes, tail: Buffer.alloc(0) };
}

const jpegStartBytes = 2;
const jfifMarker = 0xff_e0;
const maxSegmentBytes = 65_535;

function intoJpeg(start: Buffer, xmp: string): Spliced | undefined {
  if (start.length < jpegStartBytes + 4) return undefined;
  const data = Buffer.concat([
    Buffer.from("http://ns.adobe.com/xap/1.0/\0", "latin1"),
    Buffer.from(xmp),
  ]);
  if (data.length + 2 > maxSegmentBytes) return undefined;
  // JFIF must come first.
  const jfifBytes =
    start.readUInt16BE(jpegStartBytes) === jfifMarker
      ? 2 + start.readUInt16BE(jpegStartBytes + 2)
      : 0;
  const isKnown = jpegStartBytes + jfifBytes <= start.length;
  const from = jpegStartBytes + (isKnown ? jfifBytes : 0);
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1]), u16be(data.length + 2), data]);
  return { head: Buffer.concat([start.subarray(0, from), segment]), from, tail: Buffer.alloc(0) };
}

const riffHeadBytes = 12;
const chunkHeadBytes = 8;
const extendedBytes = 10;
const xmpFlag = 0x04;
const alphaFlag = 0x10;
const sideBits = 14;
const sideMask = (1 << sideBits) - 1;

function intoWebp(start: Buffer, bytes: number, xmp: string): Spliced | undefined {
  if (start.length < riffHeadBytes + chunkHeadBytes + extendedBytes) return undefined;
  const data = Buffer.from(xmp);
  const tail = Buffer.concat([
    Buffer.alloc(bytes % 2),
    Buffer.from("XMP ", "latin1"),
    u32le(data.length),
    data,
    Buffer.alloc(data.length % 2),
  ]);
  const kind = start.toString("latin1", riffHeadBytes, riffHeadBytes + 4);
  const isExtended = kind === "VP8X";
  const canvas = isExtended ? undefined : readCanvas(kind, start);
  if (!isExtended && canvas === undefined) return undefined;
  const from = isExtended ? riffHeadBytes + chunkHeadBytes + extendedBytes : riffHeadBytes;
  const extended = isExtended
    ? Buffer.from(start.subarray(riffHeadBytes, from))
    : toExtended(canvas ?? { width: 1, height: 1, hasAlpha: false });
  extended[chunkHeadBytes] = (extended[chunkHeadBytes] ?? 0) | xmpFlag;
  const length = riffHeadBytes + extended.length + (bytes - from) + tail.length - chunkHeadBytes;
  const head = Buffer.concat([
    start.subarray(0, 4),
    u32le(length),
    start.subarray(8, riffHeadBytes),
    extended,
  ]);
  return { head, from, tail };
}

interface Canvas {
  width: number;
  height: number;
  hasAlpha: boolean;
}

/** Reads the size of a simple WebP (RFC 6386 9.1 for VP8, the WebP lossless specification for VP8L). */
function readCanvas(kind: string, start: Buffer): Canvas | undefined {
  const data = riffHeadBytes + chunkHeadBytes;
  if (kind === "VP8 ") {
    const width = start.readUInt16LE(data + 6) & sideMask;
    return { width, height: start.readUInt16LE(data + 8) & sideMask, hasAlpha: false };
  }
  if (kind !== "VP8L") return undefined;
  const bits = start.readUInt32LE(data + 1);
  return {
    width: (bits & sideMask) + 1,
    height: ((bits >>> sideBits) & sideMask) + 1,
    hasAlpha: ((bits >>> (2 * sideBits)) & 1) === 1,
  };
}

function toExtended({ width, height, hasAlpha }: Canvas): Buffer {
  const chunk = Buffer.alloc(chunkHeadBytes + extendedBytes);
  chunk.write("VP8X", "latin1");
  chunk.writeUInt32LE(extendedBytes, 4);
  chunk[chunkHeadBytes] = hasAlpha ? alphaFlag : 0;
  chunk.writeUIntLE(width - 1, chunkHeadBytes + 4, 3);
  chunk.writeUIntLE(height - 1, chunkHeadBytes + 7, 3);
  return chunk;
}

function u16be(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value);
  return buffer;
}

function u32be(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

function u32le(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
