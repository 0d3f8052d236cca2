// Reads the pixels of a PNG as encoders write it today: eight bits a channel, with or without transparency, not interlaced.

import { inflateSync } from "node:zlib";

/** Pixels of four bytes each: red, green, blue, opacity. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8Array;
}

const signature = "\u0089PNG\r\n\u001a\n";
const channelsOfType: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 };
const maxPixels = 16_000_000;

/** Returns the pixels; undefined for what is no such picture. */
export function readPng(bytes: Uint8Array): Pixels | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.subarray(0, signature.length).toString("latin1") !== signature) return undefined;
  const parts = chunksOf(file);
  const header = parts.find(({ type }) => type === "IHDR")?.data;
  if (header === undefined || header.length < 13) return undefined;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = channelsOfType[header[9] ?? -1];
  const isPlain = header[8] === 8 && header[12] === 0;
  if (channels === undefined || !isPlain || width * height > maxPixels) return undefined;
  const packed = Buffer.concat(parts.filter(({ type }) => type === "IDAT").map(({ data }) => data));
  const rowBytes = width * channels;
  const rows = inflateSync(packed, { maxOutputLength: (rowBytes + 1) * height });
  if (rows.length !== (rowBytes + 1) * height) return undefined;
  return { width, height, data: toRgba(undoFilters(rows, rowBytes, channels), channels) };
}

function chunksOf(file: Buffer): { type: string; data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = signature.length; at + 12 <= file.length;) {
    const length = file.readUInt32BE(at);
    const data = file.subarray(at + 8, at + 8 + length);
    chunks.push({ type: file.toString("latin1", at + 4, at + 8), data });
    at += length + 12;
  }
  return chunks;
}

/** Adds to each byte what its filter took away; every row begins with the number of its filter. */
function undoFilters(rows: Buffer, rowBytes: number, channels: number): Uint8Array {
  const height = rows.length / (rowBytes + 1);
  const plain = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y += 1) {
    const filter = rows[y * (rowBytes + 1)] ?? 0;
    for (let x = 0; x < rowBytes; x += 1) {
      const at = y * rowBytes + x;
      const left = x < channels ? 0 : (plain[at - channels] ?? 0);
      const above = y === 0 ? 0 : (plain[at - rowBytes] ?? 0);
      const corner = y === 0 || x < channels ? 0 : (plain[at - rowBytes - channels] ?? 0);
      plain[at] = (rows[at + y + 1] ?? 0) + predicted(filter, left, above, corner);
    }
  }
  return plain;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return Math.floor((left + above) / 2);
  if (filter !== 4) return 0;
  const guess = left + above - corner;
  const byLeft = Math.abs(guess - left);
  const byAbove = Math.abs(guess - above);
  const byCorner = Math.abs(guess - corner);
  if (byLeft <= byAbove && byLeft <= byCorner) return left;
  return byAbove <= byCorner ? above : corner;
}

function toRgba(plain: Uint8Array, channels: number): Uint8Array {
  const count = plain.length / channels;
  const data = new Uint8Array(count * 4);
  const isGrey = channels < 3;
  for (let index = 0; index < count; index += 1) {
    const at = index * channels;
    const [red, green, blue] = isGrey ? [0, 0, 0] : [0, 1, 2];
    data[index * 4] = plain[at + red] ?? 0;
    data[index * 4 + 1] = plain[at + green] ?? 0;
    data[index * 4 + 2] = plain[at + blue] ?? 0;
    data[index * 4 + 3] = channels % 2 === 0 ? (plain[at + channels - 1] ?? 0) : 255;
  }
  return data;
}
