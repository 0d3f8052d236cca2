// Keeps converted pictures in a folder: those used last, up to a number of bytes. It may be emptied at any time.

import { open, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";

import { mkdirPrivate } from "../../private-files.ts";
import type { ByteRange, OpenedFile } from "../asset-store.ts";
import { emptyIncoming } from "../temp-file-cleanup.ts";
import { HeldFiles, isSmall } from "./held-files.ts";

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
// Of the files of earlier processes: a thumbnail that is wanted meanwhile waits for no more than these.
const readAtOnce = 4;

interface Entry {
  bytes: number;
  touchedAt: number;
}

/** A file of the cache. */
export interface CachedFile {
  bytes: number;
  /** All of it, where it is small. */
  content: Buffer | null;
}

/** Converted pictures by name: an asset's id, a dot, and the variant's name. */
export class ConversionCache {
  readonly #options: CacheOptions;
  /** Begins with the one whose last use is longest ago. */
  readonly #entries = new Map<string, Entry>();
  readonly #held = new HeldFiles();
  #totalBytes = 0;
  #reading: Promise<void> | undefined;

  constructor(options: CacheOptions) {
    this.#options = options;
  }

  /**
   * Returns a file; undefined where it is not kept. Waits neither for the folder to be read, which may have 100,000 files,
   * nor for the disk where a small file was used before: a wall of thumbnails asks for 60 at once.
   */
  async find(name: string): Promise<CachedFile | undefined> {
    const held = this.#held.get(name);
    if (held !== undefined) {
      await this.#touch(name);
      return { bytes: held.byteLength, content: held };
    }
    // Only the order of removal needs it; whoever puts a file is told of a failure.
    this.#read().catch(() => undefined);
    const handle = await open(this.#pathOf(name), "r").catch(undefinedIfMissing);
    if (handle === undefined) {
      this.#forget(name);
      return undefined;
    }
    try {
      return await this.#readFile(name, handle);
    } finally {
      await handle.close();
    }
  }

  async #readFile(name: string, handle: FileHandle): Promise<CachedFile | undefined> {
    const { size: bytes, mtimeMs } = await handle.stat();
    // As a loss of power leaves it.
    if (bytes === 0) {
      this.#forget(name);
      return undefined;
    }
    this.#note(name, { bytes, touchedAt: mtimeMs });
    await this.#touch(name);
    if (!isSmall(bytes)) return { bytes, content: null };
    const content = Buffer.allocUnsafeSlow(bytes);
    const { bytesRead } = await handle.read(content, 0, bytes, 0);
    if (bytesRead < bytes) return { bytes, content: null };
    this.#held.put(name, content);
    return { bytes, content };
  }

  /** Keeps a file, whole or not at all, and removes those that were not used for longest. */
  async put(name: string, bytes: Buffer): Promise<CachedFile> {
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
    this.#held.put(name, bytes);
    await this.#evict(name);
    return { bytes: bytes.byteLength, content: isSmall(bytes.byteLength) ? bytes : null };
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
        this.#forget(name);
        await rm(join(folder, name), { force: true });
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
    const found: (readonly [string, Entry])[] = [];
    for (const part of await readdir(folder)) {
      if (part === incomingFolder) continue;
      const names = await readdir(join(folder, part));
      for (let at = 0; at < names.length; at += readAtOnce) {
        const some = names.slice(at, at + readAtOnce).map(async (name) => {
          const file = await stat(join(folder, part, name)).catch(undefinedIfMissing);
          return file && ([name, { bytes: file.size, touchedAt: file.mtimeMs }] as const);
        });
        found.push(...(await Promise.all(some)).filter((entry) => entry !== undefined));
      }
    }
    found.sort(([, one], [, other]) => one.touchedAt - other.touchedAt);
    // What was used meanwhile comes behind what was found.
    const used = [...this.#entries];
    for (const [name, entry] of [...found, ...used]) this.#note(name, entry);
    await this.#evict();
  }

  #note(name: string, entry: Entry): void {
    this.#leaveOut(name);
    this.#entries.set(name, entry);
    this.#totalBytes += entry.bytes;
  }

  #leaveOut(name: string): void {
    this.#totalBytes -= this.#entries.get(name)?.bytes ?? 0;
    this.#entries.delete(name);
  }

  #forget(name: string): void {
    this.#leaveOut(name);
    this.#held.remove(name);
  }

  /** Puts a file behind the others, as the one that was used last. */
  async #touch(name: string): Promise<void> {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#note(name, entry);
    const now = this.#options.now();
    if (now - entry.touchedAt < touchedEveryMs) return;
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
