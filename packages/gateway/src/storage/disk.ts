// Watches the disk that the data folder lies on: whether there is room for new work, and why not.

import { constants } from "node:fs";
import { access, statfs } from "node:fs/promises";

import type { Logger } from "@jimeng/sdk";

import type { Clock } from "../clock.ts";
import { diskProblem, toDiskProblem, toStorageUnavailable } from "./disk-problem.ts";
import type { DiskProblem } from "./disk-problem.ts";

/** The disk below the folders that are written into. */
export interface Disk {
  /** Returns why no new work may begin; undefined while there is room. Measured at most every few seconds. */
  problem(): Promise<DiskProblem | undefined>;
  /** Throws `storage_unavailable` while no new work may begin. */
  assertRoom(): Promise<void>;
  /** Throws `storage_unavailable` when a file of so many bytes has no room at all; the floor does not count. */
  assertRoomFor(bytes: number): Promise<void>;
  /** Returns the free bytes of the fullest disk; null where no disk says. */
  freeBytes(): Promise<number | null>;
  /** Notes that a write failed: what no measurement shows (a quota) counts as a problem for some seconds. */
  noteFailure(problem: DiskProblem): void;
}

/** A folder that is watched. */
export interface WatchedFolder {
  path: string;
  /** A file that is there as long as the folder is the right one: a mount point without its mount is an empty folder. */
  holds?: string;
}

/** What is left on the file system of a folder. */
export interface FreeSpace {
  bytes: number;
  /** Whether another file can be made: a disk may run out of inodes before it runs out of bytes. */
  hasRoomForFiles: boolean;
}

/** Measures a folder's file system; null where it does not say. Throws the system's error for a folder that is gone. */
export type MeasureFreeSpace = (folder: string) => Promise<FreeSpace | null>;

/** What the watch works with. */
export interface DiskOptions {
  folders: readonly WatchedFolder[];
  /** JIMENG_MIN_FREE_MB, in MB of 2^20 bytes; 0 for no floor. */
  minFreeMegabytes: number;
  clock: Pick<Clock, "now">;
  logger: Pick<Logger, "info" | "warn">;
  measure?: MeasureFreeSpace;
}

const measuredForMs = 3000;
const failureCountsForMs = 10_000;
const bytesPerMegabyte = 1024 * 1024;

/** Makes the watch. */
export function createDisk(options: DiskOptions): Disk {
  return new WatchedDisk(options);
}

interface Measured {
  problem: DiskProblem | undefined;
  /** Bytes on the fullest disk; null where no disk says. */
  freeBytes: number | null;
}

class WatchedDisk implements Disk {
  readonly #options: DiskOptions;
  readonly #measure: MeasureFreeSpace;
  #last: { at: number; measured: Promise<Measured> } | undefined;
  #failure: { until: number; problem: DiskProblem } | undefined;
  /** The reason that was logged last; undefined after the line that all is well. */
  #logged: string | undefined;

  constructor(options: DiskOptions) {
    this.#options = options;
    this.#measure = options.measure ?? measureFreeSpace;
  }

  async problem(): Promise<DiskProblem | undefined> {
    const { problem } = await this.#measured();
    const failure = this.#failure;
    const found = problem ?? (this.#now() < (failure?.until ?? 0) ? failure?.problem : undefined);
    this.#log(found);
    return found;
  }

  async assertRoom(): Promise<void> {
    const problem = await this.problem();
    if (problem !== undefined) throw toStorageUnavailable(problem);
  }

  async assertRoomFor(bytes: number): Promise<void> {
    const { freeBytes } = await this.#measured();
    if (freeBytes === null || bytes <= freeBytes) return;
    const message = `The gateway's disk has ${toMegabytes(freeBytes)} MB free, and the file has ${toMegabytes(bytes)} MB.`;
    throw toStorageUnavailable(diskProblem("disk_full", message));
  }

  async freeBytes(): Promise<number | null> {
    return (await this.#measured()).freeBytes;
  }

  noteFailure(problem: DiskProblem): void {
    this.#failure = { until: this.#now() + failureCountsForMs, problem };
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #measured(): Promise<Measured> {
    const now = this.#now();
    const last = this.#last;
    // A clock that was set back must not keep an old measurement alive.
    if (last !== undefined && Math.abs(now - last.at) < measuredForMs) return last.measured;
    const measured = this.#measureAll();
    this.#last = { at: now, measured };
    return measured;
  }

  async #measureAll(): Promise<Measured> {
    let freeBytes: number | null = null;
    for (const folder of this.#options.folders) {
      const { problem, free } = await this.#measureOne(folder);
      if (problem !== undefined) return { problem, freeBytes: free ?? freeBytes };
      if (free !== null) freeBytes = Math.min(freeBytes ?? free, free);
    }
    return { problem: undefined, freeBytes };
  }

  async #measureOne({
    path,
    holds,
  }: WatchedFolder): Promise<{ problem?: DiskProblem; free: number | null }> {
    try {
      await access(path, constants.W_OK);
      if (holds !== undefined) await access(holds, constants.W_OK);
      const free = await this.#measure(path);
      return { problem: free === null ? undefined : this.#judge(free), free: free?.bytes ?? null };
    } catch (error) {
      return { problem: toFolderProblem(error), free: null };
    }
  }

  #judge({ bytes, hasRoomForFiles }: FreeSpace): DiskProblem | undefined {
    const { minFreeMegabytes } = this.#options;
    if (!hasRoomForFiles) {
      return diskProblem(
        "disk_full",
        "The gateway's disk takes no further files (no inodes left).",
      );
    }
    if (bytes >= minFreeMegabytes * bytesPerMegabyte) return undefined;
    const message = `The gateway's disk has ${toMegabytes(bytes)} MB free, less than the ${minFreeMegabytes} MB of JIMENG_MIN_FREE_MB.`;
    return diskProblem("disk_full", message);
  }

  /** Logs when the disk begins or ceases to be a problem, with the folders, which callers are not told. */
  #log(problem: DiskProblem | undefined): void {
    if (problem?.reason === this.#logged) return;
    this.#logged = problem?.reason;
    const { logger, folders } = this.#options;
    const paths = folders.map(({ path }) => path);
    if (problem === undefined) {
      logger.info({ folders: paths }, "The disk has room again: jobs are taken and started");
      return;
    }
    const { reason, message, fix } = problem;
    logger.warn(
      { folders: paths, reason, message, fix },
      "The disk cannot be used: no job is taken or started, those that run are saved when there is room",
    );
  }
}

function toFolderProblem(error: unknown): DiskProblem {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") return diskProblem("folder_missing");
  return toDiskProblem(error) ?? diskProblem("disk_failure");
}

function toMegabytes(bytes: number): number {
  return Math.floor(bytes / bytesPerMegabyte);
}

/** Measures a file system with statfs. */
export async function measureFreeSpace(folder: string): Promise<FreeSpace | null> {
  const { bavail, bsize, blocks, files, ffree } = await statfs(folder);
  // Some network file systems answer zeros: they do not say.
  if (blocks === 0) return null;
  // File systems without a fixed number of inodes have 0 of them.
  return { bytes: bavail * bsize, hasRoomForFiles: files === 0 || ffree > 0 };
}
