// The bytes of an upload, read in pieces.

/** What an upload reads: twice, for the checksum and for sending. */
export interface UploadBytes {
  size: number;
  /** Gives the first bytes, at most 16. */
  head(): Promise<Uint8Array>;
  /** Gives the bytes in pieces; a piece is only good until the next one. */
  pieces(): AsyncIterable<Uint8Array>;
  /**
   * Gives a request body. `thrifty` bodies use a few buffers over and over, which is safe with a fetch that
   * writes each piece before it asks for the next; the checksum catches one that does not.
   */
  body(thrifty: boolean): Blob | ReadableStream<Uint8Array>;
}

/** How many first bytes tell a picture's format. */
export const headLength = 16;
