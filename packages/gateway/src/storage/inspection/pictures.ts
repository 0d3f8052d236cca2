// Reads a picture file's size, and whether it is whole by the end that its own format prescribes.

import { boundedSize } from "./bounds.ts";
import { pieceBytes } from "./file-reader.ts";
import type { FileReader } from "./file-reader.ts";
import { isWholeRiff } from "./containers.ts";

/** Width and height in pixels, as a viewer shows the picture. */
export interface PixelSize {
  width: number;
  height: number;
}

/** What a picture file turned out to be. */
export interface PictureReport {
  /** Undefined when the header cannot be read. */
  size: PixelSize | undefined;
  isWhole: boolean;
}

const pngSignatureBytes = 8;
const pngChunkFrame = 12;
// Some programs pad a GIF with zeros after its trailer.
const gifTailBytes = 1024;
const gifTrailer = 0x3b;

/** Reads the size that image-size finds in the first piece of a file; undefined when there is none. */
export async function readHeaderSize(reader: FileReader): Promise<PixelSize | undefined> {
  const head = await reader.bytes(0, pieceBytes);
  // A start needs none of its many files.
  const { imageSize } = await import("image-size");
  try {
    const { width, height } = imageSize(head);
    return boundedSize(width, height);
  } catch {
    // image-size throws on anything it cannot read: such a file is no picture.
    return undefined;
  }
}

/** Reads a PNG; it is whole when it has its IEND chunk (PNG 5.6). Bytes behind that do no harm. */
export async function readPng(reader: FileReader): Promise<PictureReport> {
  const size = await readHeaderSize(reader);
  for (let at = pngSignatureBytes; at + pngChunkFrame <= reader.size;) {
    const header = await reader.bytes(at, 8);
    if (header.length < 8) break;
    if (header.toString("latin1", 4, 8) === "IEND") return { size, isWhole: true };
    at += pngChunkFrame + header.readUInt32BE(0);
  }
  return { size, isWhole: false };
}

/** Reads a WebP; it is whole when it has as many bytes as its RIFF header says. */
export async function readWebp(reader: FileReader): Promise<PictureReport> {
  return { size: await readHeaderSize(reader), isWhole: await isWholeRiff(reader) };
}

/** Reads a GIF; it is whole when it ends with its trailer (GIF89a 27). */
export async function readGif(reader: FileReader): Promise<PictureReport> {
  const size = await readHeaderSize(reader);
  const from = Math.max(0, reader.size - gifTailBytes);
  const tail = await reader.bytes(from, gifTailBytes);
  return { size, isWhole: tail.findLast((byte) => byte !== 0) === gifTrailer };
}

const jpegFill = 0xff;
const jpegStartOfScan = 0xda;
const jpegApplication1 = 0xe1;
const jpegEnd = Buffer.from([0xff, 0xd9]);
// Start of frame, every coding process (T.81 B.1.1.3): C0 to CF without the tables C4 and CC and the reserved C8.
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
const frameBytes = 9;

/** Reads a JPEG; it is whole when its end marker (T.81 B.1.1.3) follows the first scan. */
export async function readJpeg(reader: FileReader): Promise<PictureReport> {
  let size: PixelSize | undefined;
  let isTurned = false;
  for (let at = 2; at + 4 <= reader.size;) {
    const markerAt = await skipFill(reader, at);
    if (markerAt === undefined) break;
    const segment = await reader.bytes(markerAt - 1, frameBytes);
    const marker = segment[1] ?? 0;
    if (segment.length < 4 || segment[0] !== jpegFill) break;
    const length = segment.readUInt16BE(2);
    if (isFrame(marker) && segment.length === frameBytes) {
      size ??= boundedSize(segment.readUInt16BE(7), segment.readUInt16BE(5));
    }
    if (marker === jpegApplication1) {
      const head = await reader.bytes(markerAt + 3, Math.min(length - 2, pieceBytes));
      isTurned ||= isTurnedByExif(head);
    }
    at = markerAt + 1 + length;
    if (marker !== jpegStartOfScan) continue;
    const shown =
      size !== undefined && isTurned ? { width: size.height, height: size.width } : size;
    return { size: shown, isWhole: await hasJpegEnd(reader, at) };
  }
  return { size, isWhole: false };
}

/** Returns the place of the marker's code behind any number of fill bytes; undefined when no marker stands there. */
async function skipFill(reader: FileReader, from: number): Promise<number | undefined> {
  for (let at = from; at < reader.size;) {
    const piece = await reader.rest(at);
    let offset = 0;
    while (offset < piece.length && piece[offset] === jpegFill) offset += 1;
    at += offset;
    if (offset < piece.length || offset === 0) return at === from ? undefined : at;
  }
  return undefined;
}

/** Searches backwards: the end marker mostly stands last. Inside a scan every FF is followed by 0 or a restart. */
async function hasJpegEnd(reader: FileReader, scanAt: number): Promise<boolean> {
  for (let end = reader.size; end > scanAt + 1;) {
    const from = Math.max(scanAt, end - pieceBytes);
    const piece = await reader.bytes(from, end - from);
    if (piece.lastIndexOf(jpegEnd) !== -1) return true;
    // One byte is read again, so that a marker across the border is seen.
    end = from === scanAt ? scanAt : from + 1;
  }
  return false;
}

const exifMark = "Exif\0\0";
const orientationTag = 0x0112;
const firstTurnedOrientation = 5;
const lastTurnedOrientation = 8;
const tagBytes = 12;

/** Tells whether EXIF data says that the picture is shown turned by a quarter (orientations 5 to 8). */
function isTurnedByExif(segment: Buffer): boolean {
  if (segment.toString("latin1", 0, exifMark.length) !== exifMark) return false;
  const tiff = segment.subarray(exifMark.length);
  if (tiff.length < 10) return false;
  const isLittle = tiff.toString("latin1", 0, 2) === "II";
  const u16 = (at: number): number => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directoryAt = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (directoryAt + 2 > tiff.length) return false;
  const count = u16(directoryAt);
  for (let index = 0; index < count; index++) {
    const at = directoryAt + 2 + index * tagBytes;
    if (at + tagBytes > tiff.length) return false;
    if (u16(at) !== orientationTag) continue;
    const orientation = u16(at + 8);
    return orientation >= firstTurnedOrientation && orientation <= lastTurnedOrientation;
  }
  return false;
}
