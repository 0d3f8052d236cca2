// Copies the files that a snapshot speaks of from the storage of ASSETS_URL into a backup, several at once, each checked.

import { createHash } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

import { JimengError } from "@jimeng/sdk";

import type { AssetsPlace } from "../config/assets.ts";
import { createPrivateFile, mkdirPrivate, syncFolder } from "../private-files.ts";
import { StorageFailure } from "../storage/asset-store.ts";
import type { AssetStore } from "../storage/asset-store.ts";
import { toDiskProblem } from "../storage/disk-problem.ts";
import { openAssetStore } from "../storage/open-asset-store.ts";
import { linkOrCopy } from "./backup-files.ts";
import type { CopyCounts } from "./backup-files.ts";
import { ChecksumWriter } from "./checksums.ts";
import type { ListedFile } from "./listed-files.ts";

/** The number of files that are copied at the same time; each takes some hundred kilobytes of memory. */
export const filesAtOnce = 16;
const maxAttempts = 3;
const silent = { warn: (): void => undefined };

/** A place that is not the data folder. */
export type StoragePlace = Exclude<AssetsPlace, { kind: "data-folder" }>;

/** Opens the storage for a backup or a restore, runs work with it, and closes it. */
export async function withStore<Result>(
  place: StoragePlace,
  options: { dataDir: string; isReadOnly: boolean },
  work: (store: AssetStore) => Promise<Result>,
): Promise<Result> {
  const store = await openAssetStore({ place, logger: silent, ...options });
  try {
    return await work(store);
  } catch (error) {
    throw error instanceof StorageFailure ? toUnreachable(error) : error;
  } finally {
    store.close();
  }
}

function toUnreachable(cause: StorageFailure): JimengError {
  return new JimengError("connection_failed", cause.message, {
    param: "ASSETS_URL",
    fix: "Run the command again when the storage answers; --without-files leaves its files out.",
    cause,
  });
}

/** Copies files and returns those that are missing or damaged in the storage. */
export async function copyStoredFiles(
  place: StoragePlace,
  options: { dataDir: string; to: string; onFile: () => void },
  files: Iterable<ListedFile>,
  counts: CopyCounts,
): Promise<ListedFile[]> {
  const { dataDir, to, onFile } = options;
  const missing: ListedFile[] = [];
  const folders = new Map<string, Promise<void>>();
  const folderOf = (path: string): Promise<void> => {
    const folder = dirname(path);
    const made = folders.get(folder) ?? mkdirPrivate(folder);
    folders.set(folder, made);
    return made;
  };
  await withStore(place, { dataDir, isReadOnly: true }, async (store) => {
    const copy =
      place.kind === "s3" ? new StreamedCopies(store, to) : new LinkedCopies(store, counts);
    try {
      await forEachAtMost(filesAtOnce, files, async (file) => {
        const target = join(to, file.key);
        await folderOf(target);
        if (await copy.make(file, target)) counts.bytes += file.bytes;
        else missing.push(file);
        onFile();
      });
    } finally {
      await copy.finish();
    }
    if (place.kind === "s3") counts.copiedFiles += copy.made;
  });
  for (const folder of folders.keys()) await syncFolder(folder);
  return missing;
}

/** Copies of the files in a mounted folder: links, which take no room on the same disk. */
class LinkedCopies {
  readonly #store: AssetStore;
  readonly #counts: CopyCounts;
  made = 0;

  constructor(store: AssetStore, counts: CopyCounts) {
    this.#store = store;
    this.#counts = counts;
  }

  async make(file: ListedFile, target: string): Promise<boolean> {
    // The caller counts the bytes of those that are whole.
    const counts = { ...noCopies };
    await this.#store.borrow(file.key, (path) => linkOrCopy(path, target, counts));
    if (counts.linkedFiles + counts.copiedFiles === 0) return false;
    if ((await stat(target)).size !== file.bytes) {
      await rm(target);
      return false;
    }
    this.#counts.linkedFiles += counts.linkedFiles;
    this.#counts.copiedFiles += counts.copiedFiles;
    return true;
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }
}

const noCopies: CopyCounts = { linkedFiles: 0, copiedFiles: 0, bytes: 0 };

/** Copies of the objects of a bucket, with the list of their digests. */
class StreamedCopies {
  readonly #store: AssetStore;
  readonly #list: ChecksumWriter;
  /** False once the storage was seen to have ETags that are no MD5, as some have where they encrypt. */
  #hasMd5 = true;
  made = 0;

  constructor(store: AssetStore, to: string) {
    this.#store = store;
    this.#list = new ChecksumWriter(to);
  }

  async make(file: ListedFile, target: string): Promise<boolean> {
    const seen = new Set<string>();
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const read = await this.#read(file.key, target, attempt === maxAttempts);
      if (read === undefined) continue;
      if (read === "missing") return false;
      const { bytes, sha256, md5, expectedMd5 } = read;
      const isWhole = bytes === file.bytes && (file.sha256 ?? sha256) === sha256;
      const isAsSent = !this.#hasMd5 || expectedMd5 === undefined || expectedMd5 === md5;
      // The same bytes came twice: it is not the way here that changes them, so the ETag is no MD5.
      if (isWhole && !isAsSent && seen.has(sha256)) this.#hasMd5 = false;
      if (isWhole && (isAsSent || !this.#hasMd5)) {
        this.made++;
        await this.#list.add(sha256, file.key);
        return true;
      }
      seen.add(sha256);
      await rm(target);
    }
    return false;
  }

  finish(): Promise<void> {
    return this.#list.finish();
  }

  /** Reads an object into a file; undefined when it broke off and is to be read once more. */
  async #read(key: string, target: string, isLast: boolean) {
    const opened = await this.#store.open(key);
    if (opened === undefined) return "missing";
    const [sha256, md5] = [createHash("sha256"), createHash("md5")];
    let bytes = 0;
    const meter = new Transform({
      transform(chunk: Buffer, _, done) {
        bytes += chunk.length;
        sha256.update(chunk);
        md5.update(chunk);
        done(null, chunk);
      },
    });
    try {
      await pipeline(opened.stream, meter, createPrivateFile(target));
    } catch (error) {
      await rm(target, { force: true });
      if (toDiskProblem(error) !== undefined) throw error;
      if (isLast) throw new StorageFailure(`An object of the storage could not be read: ${key}.`);
      return undefined;
    }
    return {
      bytes,
      sha256: sha256.digest("hex"),
      md5: md5.digest("hex"),
      expectedMd5: opened.md5,
    };
  }
}

/** Runs work on every item, at most `limit` at the same time; items are taken as they are needed. */
export async function forEachAtMost<Item>(
  limit: number,
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  const note = (error: unknown): void => {
    failure ??= { error };
  };
  try {
    for await (const item of items) {
      const task = work(item)
        .catch(note)
        .finally(() => running.delete(task));
      running.add(task);
      if (running.size >= limit) await Promise.race(running);
      if (failure !== undefined) break;
    }
  } catch (error) {
    note(error);
  }
  // Nothing goes on after a failure: what it left can then be removed.
  await Promise.all(running);
  if (failure !== undefined) throw failure.error;
}
