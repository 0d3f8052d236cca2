// Copies the parts of a data folder: databases as snapshots, stored files as links where that is possible.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { link, open, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { DatabaseSync } from "../database/sqlite.ts";
import { copyPrivate, exists, mkdirPrivate, openPrivate, syncFolder } from "../private-files.ts";

/** How many files were copied, and how. */
export interface CopyCounts {
  /** Number of files that share their bytes with the original: they take no further room. */
  linkedFiles: number;
  copiedFiles: number;
  /** Of all of them. */
  bytes: number;
}

const incomingFolder = "incoming";
// A writer may hold the file for the moment of a commit.
const busyTimeoutMs = 5000;

/**
 * Takes a snapshot of a database with VACUUM INTO and returns its length: one read transaction, beside which others go on
 * writing. SQLite's backup page by page would begin again at every write of another process.
 */
export async function copyDatabase(
  source: string,
  target: string,
  change?: (copy: DatabaseSync) => void,
): Promise<number> {
  await mkdirPrivate(dirname(target));
  // SQLite accepts an existing empty file. Made here, nobody else can read it while it is written.
  await (await openPrivate(target, "wx")).close();
  const connection = new DatabaseSync(source, { readOnly: true });
  try {
    connection.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    connection.prepare("VACUUM INTO ?").run(target);
  } finally {
    connection.close();
  }
  if (change !== undefined) {
    const copy = new DatabaseSync(target);
    try {
      change(copy);
    } finally {
      copy.close();
    }
  }
  return await syncAndMeasure(target);
}

/** Returns whether a database can be read from its first page to its last. */
export function isSound(file: string): boolean {
  const connection = new DatabaseSync(file, { readOnly: true });
  try {
    const found = connection.prepare("PRAGMA quick_check(1)").get();
    return found?.["quick_check"] === "ok";
  } catch {
    return false;
  } finally {
    connection.close();
  }
}

/** Copies a small file and returns its length; undefined where there is none. */
export async function copyIfThere(source: string, target: string): Promise<number | undefined> {
  if (!(await exists(source))) return undefined;
  await mkdirPrivate(dirname(target));
  await copyPrivate(source, target);
  return await syncAndMeasure(target);
}

/** Syncs a file and returns its length. */
export async function syncAndMeasure(path: string): Promise<number> {
  const file = await open(path, "r+");
  try {
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/** Returns the SHA-256 of a file in hexadecimal digits. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** Copies a folder of stored files with all that is below it, except what is half-received. */
export async function copyFiles(from: string, to: string, counts: CopyCounts): Promise<void> {
  if (!(await exists(from))) return;
  await mkdirPrivate(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory() && entry.name !== incomingFolder) {
      await copyFiles(source, target, counts);
    } else if (entry.isFile()) {
      await linkOrCopy(source, target, counts);
    }
  }
  await syncFolder(to);
}

/** Links a file, since a stored one never changes in place; copies it to another disk. */
export async function linkOrCopy(
  source: string,
  target: string,
  counts: CopyCounts,
): Promise<void> {
  try {
    await link(source, target);
    counts.linkedFiles++;
  } catch (error) {
    // Removed since it was listed: no row of the snapshot needs it, or its reference had expired.
    if (hasCode(error, "ENOENT")) return;
    if (!hasCode(error, "EXDEV") && !hasCode(error, "EPERM") && !hasCode(error, "ENOTSUP")) {
      throw error;
    }
    await copyPrivate(source, target);
    counts.copiedFiles++;
  }
  counts.bytes += (await stat(target)).size;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
