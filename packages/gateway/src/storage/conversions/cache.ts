// Keeps converted pictures in a folder: those used last, up to a number of bytes. It may be emptied at any time.

import { open, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";

import { mkdirPrivate } from "../../private-files.ts";
import type { ByteRange, OpenedFile } from "../asset-store.ts";
import { emptyIncoming } from "../temp-file-cleanup.ts";

/** The folder of a cache. */
export interface CacheOptions {
  folder: string;
  maxBytes: number;
  /** Whether other processes use the same folder. */
  isShared: boolean;
  /** Returns Unix milliseconds. */
  now: () => number;
}

const incomingFolder = "incoming";
const prefixDigits = 2;
const readChunkBytes = 192 * 1024;
const privateMode = 0o600;
// The time of a file's last use is written down this often, for the order after a restart.
const touchedEveryMs = 60 * 60_000;

interface Entry {
  bytes: number;
  touchedAt: number;
}

/** Converted pictures by name: an asset's id, a dot, and the variant's name. */
export class ConversionCache {
  readonly #options: CacheOptions;
  /** Begins with the one whose last use is longest ago. */
  readonly #entries = new Map<string, Entry>();
  #totalBytes = 0;
  #reading: Promise<void> | undefined;

  constructor(options: CacheOptions) {
    this.#options = options;
  }

  /** Returns a file's length; undefined where it is not kept. */
  async size(name: string): Promise<number | undefined> {
    await this.#read();
    const found = await stat(this.#pathOf(name)).catch(undefinedIfMissing);
    if (found === undefined || found.size === 0) {
      this.#forget(name);
      return undefined;
    }
    this.#note(name, { bytes: found.size, touchedAt: found.mtimeMs });
    await this.#touch(name);
    return found.size;
  }

  /** Keeps a file, whole or not at all, and removes those that were not used for longest. */
  async put(name: string, bytes: Uint8Array): Promise<void> {
    await this.#read();
    const { folder } = this.#options;
    const temporary = join(folder, incomingFolder, randomUUID());
    const target = this.#pathOf(name);
    try {
      await mkdirPrivate(dirname(target));
      await mkdirPrivate(dirname(temporary));
      // Not synced, which would take longer than a thumbnail: an empty file, as a loss of power leaves it, is none.
      await writeFile(temporary, bytes, { mode: privateMode });
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    this.#note(name, { bytes: bytes.byteLength, touchedAt: this.#options.now() });
    await this.#evict(name);
  }

  /** Opens a file, whole or in part; undefined where it is not kept. */
  async open(name: string, range?: ByteRange): Promise<OpenedFile | undefined> {
    const handle: FileHandle | undefined = await open(this.#pathOf(name), "r").catch(
      undefinedIfMissing,
    );
    if (handle === undefined) return undefined;
    const { size } = await handle.stat();
    // The open file stays readable when it is removed meanwhile.
    return {
      bytes: size,
      stream: handle.createReadStream({ ...range, highWaterMark: readChunkBytes }),
    };
  }

  /** Removes all that was made of these assets. */
  async removeAll(assetIds: readonly string[]): Promise<void> {
    for (const id of assetIds) {
      const folder = join(this.#options.folder, prefixOf(id));
      const names = (await readdir(folder).catch(undefinedIfMissing)) ?? [];
      for (const name of names) {
        if (!name.startsWith(`${id}.`)) continue;
        await rm(join(folder, name), { force: true });
        this.#forget(name);
      }
    }
  }

  #pathOf(name: string): string {
    return join(this.#options.folder, prefixOf(name.split(".", 1)[0] ?? ""), name);
  }

  /** Reads what earlier processes kept, once. */
  #read(): Promise<void> {
    return (this.#reading ??= this.#readFolder().catch((error: unknown) => {
      this.#reading = undefined;
      throw error;
    }));
  }

  async #readFolder(): Promise<void> {
    const { folder, isShared } = this.#options;
    await mkdirPrivate(folder);
    await emptyIncoming(join(folder, incomingFolder), isShared ? "shared" : "alone");
    const found: [string, Entry][] = [];
    for (const part of await readdir(folder)) {
      if (part === incomingFolder) continue;
      for (const name of await readdir(join(folder, part))) {
        const file = await stat(join(folder, part, name)).catch(undefinedIfMissing);
        if (file !== undefined) found.push([name, { bytes: file.size, touchedAt: file.mtimeMs }]);
      }
    }
    found.sort(([, one], [, other]) => one.touchedAt - other.touchedAt);
    for (const [name, entry] of found) this.#note(name, entry);
    await this.#evict();
  }

  #note(name: string, entry: Entry): void {
    this.#forget(name);
    this.#entries.set(name, entry);
    this.#totalBytes += entry.bytes;
  }

  #forget(name: string): void {
    this.#totalBytes -= this.#entries.get(name)?.bytes ?? 0;
    this.#entries.delete(name);
  }

  async #touch(name: string): Promise<void> {
    const entry = this.#entries.get(name);
    const now = this.#options.now();
    if (entry === undefined || now - entry.touchedAt < touchedEveryMs) return;
    entry.touchedAt = now;
    const time = new Date(now);
    await utimes(this.#pathOf(name), time, time).catch(undefinedIfMissing);
  }

  async #evict(keep?: string): Promise<void> {
    for (const name of this.#entries.keys()) {
      if (this.#totalBytes <= this.#options.maxBytes) return;
      if (name === keep) continue;
      this.#forget(name);
      await rm(this.#pathOf(name), { force: true });
    }
  }
}

function prefixOf(assetId: string): string {
  return assetId.slice(-prefixDigits);
}

function undefinedIfMissing(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
}
