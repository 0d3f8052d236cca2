// Checks what arrives at the upload host: who sends it, its CRC32, and the parts of a large file (multipart-upload.md).

import { crc32 } from "node:zlib";

import type { Upload } from "../uploads/uploads.ts";
import type { World } from "../world.ts";

/** The size of every part but the last one, which is shorter. */
export const partBytes = 5 * 1024 * 1024;

/** A refusal of the upload host, thrown by its steps. */
export class UploadRefusal extends Error {}

interface SentBytes {
  bytes: Buffer;
  /** The value of `Content-CRC32`. */
  crc: string | string[] | undefined;
  /** True where a fault makes the CRC wrong. */
  isForced: boolean;
}

/**
 * Reads a CRC as a number: several clients forget the padding or print it negative, and the
 * server's reaction to that is unknown, so values are compared, not texts (upload-bytes.md, question 32).
 */
function readCrc(text: string | string[] | undefined): number | undefined {
  if (typeof text !== "string" || !/^-?[0-9a-f]{1,8}$/i.test(text)) return undefined;
  return Number.parseInt(text, 16) >>> 0;
}

/** Compares the CRC32 of bytes with the one that was sent, and returns it with eight digits. */
export function checkSum({ bytes, crc, isForced }: SentBytes): string {
  const sum = crc32(bytes);
  if (isForced || readCrc(crc) !== sum) throw new UploadRefusal("crc32 not match");
  return sum.toString(16).padStart(8, "0");
}

/** Finds the upload that a store URI names; refuses a wrong `Auth` and a file that was committed. */
export function findOpenUpload(world: World, uri: string, auth: string | undefined): Upload {
  const upload = world.uploads.find("uri", uri);
  if (upload === undefined) throw new UploadRefusal("store uri not found");
  if (auth !== upload.auth) throw new UploadRefusal("invalid auth");
  if (upload.state === "committed") throw new UploadRefusal("already committed");
  return upload;
}

function readPartNumber(text: string | undefined, upload: Upload): number {
  const last = Math.max(1, Math.ceil(upload.size / partBytes));
  const number = /^[1-9]\d{0,4}$/.test(text ?? "") ? Number(text) : 0;
  if (number < 1 || number > last) throw new UploadRefusal("part_number is out of range");
  return number;
}

/**
 * Stores one part. Parts may come in any order and again; whether the site takes that is not known, and a client that
 * goes on after a cut needs it.
 */
export function receivePart(
  world: World,
  upload: Upload,
  { query, ...sent }: SentBytes & { query: Readonly<Record<string, string | undefined>> },
): Record<string, unknown> {
  const number = readPartNumber(query["part_number"], upload);
  const offset = (number - 1) * partBytes;
  if (query["part_offset"] !== undefined && query["part_offset"] !== String(offset)) {
    throw new UploadRefusal("part_offset not match");
  }
  if (sent.bytes.length !== Math.min(partBytes, upload.size - offset)) {
    throw new UploadRefusal("part size not match");
  }
  const sum = checkSum(sent);
  world.uploads.putPart(upload.uri, number, sent.bytes);
  return { crc32: sum };
}

/** Joins the parts when the list of their CRCs, `1:<crc>,2:<crc>`, is complete and right. */
export function finishParts(world: World, upload: Upload, list: string): void {
  // The answer to an end that was carried out may be lost; the same list is then confirmed again.
  const isRepeated = upload.state === "received";
  const bytes = isRepeated
    ? world.uploads.bytesOf(upload.uri)
    : Buffer.concat(world.uploads.partsOf(upload.uri).map((part) => part.bytes));
  if (bytes?.length !== upload.size) throw new UploadRefusal("parts are missing");
  const count = Math.max(1, Math.ceil(upload.size / partBytes));
  const named = list.split(",").map((entry) => entry.split(":", 2));
  const isRight = Array.from({ length: count }, (_, index) => {
    const [number, crc] = named[index] ?? [];
    const part = bytes.subarray(index * partBytes, (index + 1) * partBytes);
    return number === String(index + 1) && readCrc(crc) === crc32(part);
  });
  if (named.length !== count || isRight.includes(false)) {
    throw new UploadRefusal("the list of parts does not match");
  }
  if (isRepeated) return;
  upload.state = "received";
  world.uploads.update(upload, bytes);
  world.uploads.dropParts(upload.uri);
}
