// The type of the bytes of an upload, read in pieces.

/** The bytes of an upload; they are read twice, for the checksum and for sending. */
export interface UploadBytes {
  size: number;
  /** Returns the first bytes, at most 16. */
  head(): Promise<Uint8Array>;
  /** Returns the bytes in pieces; a piece is only valid until the next one. */
  pieces(): AsyncIterable<Uint8Array>;
  /**
   * Returns a request body. With `reuseBuffers` it uses a few buffers over and over, which is safe with a fetch that
   * writes each piece before it asks for the next; the checksum catches one that does not.
   */
  body(reuseBuffers: boolean): Blob | ReadableStream<Uint8Array>;
}

/** Number of first bytes that show a picture's format. */
export const headLength = 16;
