// Keeps small files that were used last in memory: opening, reading and closing one costs more than all else of its answer.

// A thumbnail of 512 pixels has 5 to 40 KB.
const mostBytesOfFile = 64 * 1024;
const mostBytes = 16 * 1024 * 1024;

/** Tells whether a file of this length is kept in memory. */
export function isSmall(bytes: number): boolean {
  return bytes <= mostBytesOfFile;
}

/** Small files by name, up to 16 MiB of them. */
export class HeldFiles {
  /** Begins with the one whose last use is longest ago. */
  readonly #files = new Map<string, Buffer>();
  #totalBytes = 0;

  /** Returns a file; undefined where it is not kept. */
  get(name: string): Buffer | undefined {
    const content = this.#files.get(name);
    if (content === undefined) return undefined;
    this.#files.delete(name);
    this.#files.set(name, content);
    return content;
  }

  /** Keeps a file if it is small, in the place of those that were not used for longest. */
  put(name: string, content: Buffer): void {
    this.remove(name);
    if (!isSmall(content.byteLength)) return;
    this.#files.set(name, content);
    this.#totalBytes += content.byteLength;
    for (const oldest of this.#files.keys()) {
      if (this.#totalBytes <= mostBytes) return;
      this.remove(oldest);
    }
  }

  remove(name: string): void {
    this.#totalBytes -= this.#files.get(name)?.byteLength ?? 0;
    this.#files.delete(name);
  }
}
