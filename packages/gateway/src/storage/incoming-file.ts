// A file that is being received: its bytes go to the disk in large pieces, and it is inspected before it is closed, so
// that what was just written is mostly not read again.

import type { FileHandle } from "node:fs/promises";

import { openPrivate } from "../private-files.ts";
import type { ByteSource } from "./inspection/file-reader.ts";

// A picture of usual size is one write, and needs no read to be inspected.
const bufferBytes = 128 * 1024;

/** A new file of our own. */
export class IncomingFile {
  readonly #handle: FileHandle;
  /** What came before the first write to the disk. */
  #head: Buffer = Buffer.alloc(0);
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #writtenBytes = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Makes a file that must not exist yet. */
  static async open(path: string): Promise<IncomingFile> {
    return new IncomingFile(await openPrivate(path, "wx+"));
  }

  /** Number of bytes received. */
  get bytes(): number {
    return this.#writtenBytes + this.#pendingBytes;
  }

  /** Adds bytes, which must not change any more. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.byteLength;
    if (this.#pendingBytes >= bufferBytes) await this.#flush();
  }

  /** Writes out what is buffered and syncs the file: it survives power loss. */
  async sync(): Promise<void> {
    await this.#flush();
    await this.#handle.sync();
  }

  /** Returns the bytes for reading; call after `sync`. */
  source(): ByteSource {
    const head = this.#head;
    return {
      size: this.#writtenBytes,
      read: async (buffer, at) => {
        if (at + buffer.length <= head.length) return head.copy(buffer, 0, at, at + buffer.length);
        return (await this.#handle.read(buffer, 0, buffer.length, at)).bytesRead;
      },
    };
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #flush(): Promise<void> {
    const [first, ...others] = this.#pending;
    if (first === undefined) return;
    const bytes =
      others.length === 0
        ? Buffer.from(first.buffer, first.byteOffset, first.byteLength)
        : Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    await this.#handle.writeFile(bytes);
    if (this.#writtenBytes === 0) this.#head = bytes;
    this.#writtenBytes += bytes.length;
  }
}
