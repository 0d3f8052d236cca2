// Reads a file of unknown origin in pieces, with limits on the work that its contents can cause.

import type { FileHandle } from "node:fs/promises";

/** How many bytes one read from the disk brings at most. */
export const pieceBytes = 64 * 1024;
// An honest file has some thousand chunks, boxes or segments; a file made to hurt has one in every eight bytes.
const maxSteps = 200_000;

/** Bytes that can be read at any place. */
export interface ByteSource {
  readonly size: number;
  /** Fills the buffer from a place on; resolves with the number of bytes, fewer at the end. */
  read(buffer: Buffer, at: number): Promise<number>;
}

/** Reads from an open file, whose size is taken once. */
export async function fileSource(file: FileHandle): Promise<ByteSource> {
  const { size } = await file.stat();
  return {
    size,
    read: async (buffer, at) => (await file.read(buffer, 0, buffer.length, at)).bytesRead,
  };
}

/** Thrown when a file would cost more work than any honest one does. */
export class TooMuchWork extends Error {
  override name = "TooMuchWork";
}

/**
 * Reads forward through a source. What lies in the piece that was read last costs no further read from the disk, and
 * between two reads other work gets its turn. Throws `TooMuchWork` past the limit of steps, and the signal's reason
 * once it is aborted.
 */
export class FileReader {
  readonly size: number;
  readonly #source: ByteSource;
  readonly #signal: AbortSignal | undefined;
  readonly #buffer = Buffer.allocUnsafe(pieceBytes);
  #piece: Buffer = this.#buffer.subarray(0, 0);
  #pieceAt = 0;
  #steps = 0;

  constructor(source: ByteSource, signal?: AbortSignal) {
    this.size = source.size;
    this.#source = source;
    this.#signal = signal;
  }

  /**
   * Returns the bytes at a place, at most `pieceBytes`, fewer at the end of the file. The next call may overwrite
   * them. Counts as one step.
   */
  async bytes(at: number, length: number): Promise<Buffer> {
    this.#steps += 1;
    if (this.#steps > maxSteps) throw new TooMuchWork("the file has too many parts");
    return this.#held(at, length) ?? (await this.#load(at)).subarray(0, length);
  }

  /** Returns whatever the piece that holds this place has from there on; at least one byte before the file's end. */
  async rest(at: number): Promise<Buffer> {
    return this.#held(at, 1) === undefined
      ? await this.#load(at)
      : this.#piece.subarray(at - this.#pieceAt);
  }

  #held(at: number, length: number): Buffer | undefined {
    const wanted = Math.min(length, this.size - at);
    const from = at - this.#pieceAt;
    if (from < 0 || wanted <= 0 || from + wanted > this.#piece.length) return undefined;
    return this.#piece.subarray(from, from + wanted);
  }

  async #load(at: number): Promise<Buffer> {
    this.#signal?.throwIfAborted();
    this.#piece = this.#buffer.subarray(0, 0);
    if (at < 0 || at >= this.size) return this.#piece;
    const wanted = this.#buffer.subarray(0, Math.min(pieceBytes, this.size - at));
    const count = await this.#source.read(wanted, at);
    this.#piece = this.#buffer.subarray(0, count);
    this.#pieceAt = at;
    return this.#piece;
  }
}
