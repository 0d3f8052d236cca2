// The type of the bytes of an upload, read in pieces, and their checksum.

import { formatCrc32, updateCrc32 } from "../wire/uploads/crc32.ts";

/** The bytes of an upload; they are read twice, for the checksum and for sending. */
export interface UploadBytes {
  size: number;
  /** Returns the bytes in pieces; a piece is only valid until the next one. */
  pieces(): AsyncIterable<Uint8Array>;
  /**
   * Returns a request body. With `reuseBuffers` it uses a few buffers over and over, which is safe with a fetch that
   * writes each piece before it asks for the next; the checksum catches one that does not.
   */
  body(reuseBuffers: boolean): Blob | ReadableStream<Uint8Array>;
  /** Returns the bytes from `start` up to `end`, which is not included. */
  part(start: number, end: number): UploadBytes;
}

/** Reads bytes once and returns their checksum in hex. */
export async function checksum(bytes: UploadBytes): Promise<string> {
  let value = 0;
  for await (const piece of bytes.pieces()) value = updateCrc32(piece, value);
  return formatCrc32(value);
}
