// Keeps files in a folder: the node's own, or one that several nodes share.

import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, constants, open, rename, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";

import { JimengError } from "@jimeng/sdk";

import { StorageFailure } from "./asset-store.ts";
import type { AssetStore, ByteRange, LocalFile, OpenedFile, Sink } from "./asset-store.ts";
import { createPrivateFile, mkdirPrivate, syncFolder } from "../private-files.ts";
import { ReusingStream, largeFileBytes } from "./reusing-stream.ts";
import { emptyIncoming } from "./temp-file-cleanup.ts";

const incomingFolder = "incoming";
const readChunkBytes = 192 * 1024;

/** The folder of a store. */
export interface FolderStoreOptions {
  root: string;
  /** A folder that must exist before anything is written: a mount point without its mount is an empty local folder. */
  mustExist?: string;
}

/** Opens the store over a folder. */
export function openFolderStore(options: FolderStoreOptions): AssetStore {
  return new FolderStore(options);
}

class FolderStore implements AssetStore {
  readonly #root: string;
  readonly #mustExist: string | undefined;
  readonly #folders = new Map<string, Promise<void>>();
  readonly #runningSyncs = new Map<string, Promise<void>>();
  readonly #nextSyncs = new Map<string, Promise<void>>();

  constructor({ root, mustExist }: FolderStoreOptions) {
    this.#root = root;
    this.#mustExist = mustExist;
  }

  async put(key: string, file: LocalFile, signal?: AbortSignal): Promise<void> {
    const target = this.#pathOf(key);
    const folder = dirname(target);
    signal?.throwIfAborted();
    await this.check();
    try {
      await this.#makeFolder(folder);
      const incoming = join(this.#root, incomingFolder);
      await (file.stays === true ? copyFile : moveFile)(file.path, target, incoming);
      await this.#sync(folder);
    } catch (error) {
      // The folder may have been removed: the next try makes it again.
      this.#folders.delete(folder);
      throw failure("written", error);
    }
  }

  async size(key: string): Promise<number | undefined> {
    try {
      return (await stat(this.#pathOf(key))).size;
    } catch (error) {
      return undefinedIfMissing(error);
    }
  }

  async open(key: string, range?: ByteRange, sink?: Sink): Promise<OpenedFile | undefined> {
    let handle: FileHandle;
    try {
      handle = await open(this.#pathOf(key), "r");
    } catch (error) {
      return undefinedIfMissing(error);
    }
    const { size } = await handle.stat();
    const { start, end } = range ?? { start: 0, end: size - 1 };
    if (sink !== undefined && end + 1 - start >= largeFileBytes) {
      return { bytes: size, stream: new ReusingStream(handle, { start, end }, sink) };
    }
    const stream = handle.createReadStream({ ...range, highWaterMark: readChunkBytes });
    return { bytes: size, stream };
  }

  async borrow<T>(
    key: string,
    task: (path: string) => Promise<T>,
  ): Promise<{ value: T } | undefined> {
    const path = this.#pathOf(key);
    try {
      await access(path, constants.R_OK);
    } catch (error) {
      return undefinedIfMissing(error);
    }
    return { value: await task(path) };
  }

  async remove(keys: string[]): Promise<void> {
    await Promise.all(keys.map((key) => rm(this.#pathOf(key), { force: true })));
  }

  async check(): Promise<void> {
    if (this.#mustExist === undefined) return;
    await access(this.#mustExist, constants.W_OK).catch((error: unknown) => {
      throw failure("reached", error);
    });
  }

  close(): void {
    // A folder needs no closing.
  }

  #pathOf(key: string): string {
    return join(this.#root, ...key.split("/"));
  }

  /** Syncs a folder after a rename into it; all that ask while it is being synced share the next sync. */
  #sync(folder: string): Promise<void> {
    const waiting = this.#nextSyncs.get(folder);
    if (waiting !== undefined) return waiting;
    const before = this.#runningSyncs.get(folder) ?? Promise.resolve();
    const next = before
      .catch(() => undefined)
      .then(async () => {
        this.#nextSyncs.delete(folder);
        this.#runningSyncs.set(folder, next);
        try {
          await syncFolder(folder);
        } finally {
          if (this.#runningSyncs.get(folder) === next) this.#runningSyncs.delete(folder);
        }
      });
    this.#nextSyncs.set(folder, next);
    return next;
  }

  #makeFolder(folder: string): Promise<void> {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const making = mkdirPrivate(folder).then(() => syncFolder(dirname(folder)));
    this.#folders.set(folder, making);
    making.catch(() => this.#folders.delete(folder));
    return making;
  }
}

/** Moves a file; between file systems it is copied into `incoming` first. */
async function moveFile(path: string, target: string, incoming: string): Promise<void> {
  try {
    await rename(path, target);
  } catch (error) {
    if (codeOf(error) !== "EXDEV") throw error;
    await copyFile(path, target, incoming);
    await rm(path, { force: true });
  }
}

async function copyFile(path: string, target: string, incoming: string): Promise<void> {
  const temporary = join(incoming, randomUUID());
  await mkdirPrivate(incoming);
  try {
    // The stream syncs before it closes: the name must not appear before the bytes are safe.
    await pipeline(createReadStream(path), createPrivateFile(temporary));
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Checks that a shared folder can be written, removes the copies that dead nodes left, and returns the folder `below`
 * it; for reading only, it changes nothing. Throws `invalid_request` (param ASSETS_URL).
 */
export async function prepareSharedFolder(
  folder: string,
  below: string,
  isReadOnly = false,
): Promise<string> {
  const root = join(folder, below);
  const incoming = join(root, incomingFolder);
  try {
    await access(folder, isReadOnly ? constants.R_OK : constants.R_OK | constants.W_OK);
    if (!isReadOnly) await emptyIncoming(incoming, "shared");
  } catch (error) {
    throw new JimengError(
      "invalid_request",
      `ASSETS_URL names a folder that is not there or cannot be written (${codeOf(error)}): ${folder}.`,
      { param: "ASSETS_URL", fix: "Mount or make the folder and let this user write into it." },
    );
  }
  return root;
}

function failure(act: string, error: unknown): StorageFailure {
  const message = `The folder of stored files could not be ${act} (${codeOf(error)}).`;
  return new StorageFailure(message, { cause: error });
}

/** Returns undefined for the error of a missing file; throws a `StorageFailure` for any other. */
function undefinedIfMissing(error: unknown): undefined {
  if (codeOf(error) === "ENOENT") return undefined;
  throw failure("read", error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
}
