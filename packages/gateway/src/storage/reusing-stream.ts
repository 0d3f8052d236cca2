// Reads a large file for a response with few buffers that are used again. A new buffer for every piece is what the garbage
// collector then spends half of the time on: 125 of 250 ms for a file of 50 MB.

import type { FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";

import type { ByteRange, Sink } from "./asset-store.ts";

const pieceBytes = 512 * 1024;
/** Number of the latest pieces that may still be on their way while an older one's buffer is used again. */
const piecesUnderWay = 2;
// The one that is read into, and one that waits in the stream itself.
const buffersInTurn = piecesUnderWay + 2;

/** The length in bytes from which files are read so. */
export const largeFileBytes: number = 8 * pieceBytes;

/**
 * Streams a part of a file into a sink, which must be the only reader and take pieces in their order; closes the file at
 * the end. A buffer is used again only after the sink has passed its piece on.
 */
export class ReusingStream extends Readable {
  readonly #handle: FileHandle;
  readonly #sink: Sink;
  readonly #end: number;
  readonly #buffers: Buffer[] = [];
  #position: number;
  #turn = 0;

  constructor(handle: FileHandle, { start, end }: ByteRange, sink: Sink) {
    super({ highWaterMark: pieceBytes });
    this.#handle = handle;
    this.#sink = sink;
    this.#position = start;
    this.#end = end;
  }

  override _read(): void {
    this.#readPiece().then(
      (piece) => this.push(piece),
      (error: unknown) => this.destroy(error instanceof Error ? error : new Error("unreadable")),
    );
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    void this.#close(error, done);
  }

  async #close(error: Error | null, done: (error: Error | null) => void): Promise<void> {
    // What was read is right, whether or not the file can be closed.
    await this.#handle.close().catch(() => undefined);
    done(error);
  }

  async #readPiece(): Promise<Buffer | null> {
    const wanted = Math.min(pieceBytes, this.#end - this.#position + 1);
    if (wanted <= 0) return null;
    const buffer = this.#nextBuffer();
    const { bytesRead } = await this.#handle.read(buffer, 0, wanted, this.#position);
    this.#position += bytesRead;
    return bytesRead === 0 ? null : buffer.subarray(0, bytesRead);
  }

  #nextBuffer(): Buffer {
    const place = this.#turn % buffersInTurn;
    this.#turn += 1;
    const known = this.#buffers[place];
    if (known !== undefined && this.#sink.writableLength <= piecesUnderWay * pieceBytes) {
      return known;
    }
    const made = Buffer.allocUnsafeSlow(pieceBytes);
    this.#buffers[place] = made;
    return made;
  }
}
