// Keeping files in a folder, the node's own or one that several nodes share.

import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, constants, open, rename, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";

import { JimengError } from "@jimeng/sdk";

import { StorageFailure } from "./asset-store.ts";
import type { AssetStore } from "./asset-store.ts";
import { createPrivateFile, mkdirPrivate, syncFolder } from "../private-files.ts";
import { emptyIncoming } from "./temp-file-cleanup.ts";

const incomingFolder = "incoming";
const readChunkBytes = 192 * 1024;

/** Says which folder. */
export interface FolderStoreOptions {
  root: string;
  /** A folder without which nothing is written: a mount point that lost its mount is an empty local folder. */
  mustExist?: string;
}

/** Makes the store over a folder. */
export function openFolderStore({ root, mustExist }: FolderStoreOptions): AssetStore {
  const folders = new Map<string, Promise<void>>();
  const pathOf = (key: string) => join(root, ...key.split("/"));

  function makeFolder(folder: string): Promise<void> {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const making = mkdirPrivate(folder).then(() => syncFolder(dirname(folder)));
    folders.set(folder, making);
    making.catch(() => folders.delete(folder));
    return making;
  }

  async function moveInto(path: string, target: string): Promise<void> {
    try {
      await rename(path, target);
    } catch (error) {
      if (!hasCode(error, "EXDEV")) throw error;
      await copyInto(path, target);
      await rm(path, { force: true });
    }
  }

  async function copyInto(path: string, target: string): Promise<void> {
    const temporary = join(root, incomingFolder, randomUUID());
    await mkdirPrivate(dirname(temporary));
    try {
      // Synced before the stream closes: the name must not appear before the bytes are safe.
      await pipeline(createReadStream(path), createPrivateFile(temporary));
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async function check(): Promise<void> {
    if (mustExist === undefined) return;
    await access(mustExist, constants.W_OK).catch((error: unknown) => {
      throw failure("reached", error);
    });
  }

  return {
    async put(key, file, signal) {
      const target = pathOf(key);
      const folder = dirname(target);
      signal?.throwIfAborted();
      await check();
      try {
        await makeFolder(folder);
        await moveInto(file.path, target);
        await syncFolder(folder);
      } catch (error) {
        // Somebody may have removed the folder: the next try makes it again.
        folders.delete(folder);
        throw failure("written", error);
      }
    },

    async size(key) {
      try {
        return (await stat(pathOf(key))).size;
      } catch (error) {
        return orMissing(error);
      }
    },

    async open(key, range) {
      let handle: FileHandle;
      try {
        handle = await open(pathOf(key), "r");
      } catch (error) {
        return orMissing(error);
      }
      const { size } = await handle.stat();
      const stream = handle.createReadStream({ ...range, highWaterMark: readChunkBytes });
      return { bytes: size, stream };
    },

    async borrow(key, task) {
      const path = pathOf(key);
      try {
        await access(path, constants.R_OK);
      } catch (error) {
        return orMissing(error);
      }
      return { value: await task(path) };
    },

    async remove(keys) {
      await Promise.all(keys.map((key) => rm(pathOf(key), { force: true })));
    },

    check,
    close: () => undefined,
  };
}

/**
 * Proves that a shared folder can be written, removes copies that dead nodes left, and gives the folder `below`
 * it. Throws `invalid_request` (param ASSETS_URL).
 */
export async function prepareSharedFolder(folder: string, below: string): Promise<string> {
  const root = join(folder, below);
  const incoming = join(root, incomingFolder);
  try {
    await access(folder, constants.R_OK | constants.W_OK);
    await emptyIncoming(incoming, "shared");
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
  return new StorageFailure(`The folder of stored files could not be ${act} (${codeOf(error)}).`);
}

function orMissing(error: unknown): undefined {
  if (hasCode(error, "ENOENT")) return undefined;
  throw failure("read", error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
}

function hasCode(error: unknown, code: string): boolean {
  return codeOf(error) === code;
}
