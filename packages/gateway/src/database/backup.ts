// Copies a data folder while its gateway works: a snapshot of the database, then the files that it refers to.

import { access, link, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";

import { JimengError } from "@jimeng/sdk";

import { ServiceError } from "../errors.ts";
import { secretFile } from "../encryption.ts";
import { copyPrivate, mkdirPrivate, openPrivate, syncFolder } from "../private-files.ts";
import { DatabaseSync, databaseFile } from "./sqlite.ts";

/** What is copied, and where to. */
export interface BackupOptions {
  dataDir: string;
  /**
   * A folder that does not exist or is empty, and becomes a data folder of its own; or a file ending in `.db`, for
   * the database alone.
   */
  to: string;
  /** Copies results too, not only the database, the secret key and the references; default false. */
  withAssets?: boolean;
}

/** What a backup holds. */
export interface BackupReport {
  /** The absolute path. */
  to: string;
  databaseBytes: number;
  /** Number of files that share their bytes with the data folder: they take no further room. */
  linkedFiles: number;
  copiedFiles: number;
}

const databaseSuffix = ".db";
const partialSuffix = ".partial";
const incomingFolder = "incoming";
// A writer may hold the file for the moment of a commit.
const busyTimeoutMs = 5000;

/**
 * Copies a data folder, whether a gateway serves it or not; the gateway is neither stopped nor slowed. Start a
 * gateway on the copy to restore it. Throws `invalid_request` (param `data-dir` or `to`) and `conflict` when the
 * target is taken.
 */
export async function backUp(options: BackupOptions): Promise<BackupReport> {
  const dataDir = resolve(options.dataDir);
  const to = resolve(options.to);
  const source = join(dataDir, databaseFile);
  if (!(await exists(source))) {
    throw invalid("data-dir", `There is no database in the data folder ${dataDir}.`);
  }
  if (`${to}${sep}`.startsWith(`${dataDir}${sep}`)) {
    throw invalid("to", "A backup must not lie inside the data folder that it copies.");
  }
  await requireFree(to);
  const partial = `${to}${partialSuffix}`;
  await rm(partial, { recursive: true, force: true });
  try {
    const report = to.endsWith(databaseSuffix)
      ? await copyDatabaseAlone(source, partial, options)
      : await copyFolder(dataDir, source, partial, options);
    await rename(partial, to);
    await syncFolder(dirname(to));
    return { ...report, to };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

type CopyCounts = Omit<BackupReport, "to">;

async function copyDatabaseAlone(
  source: string,
  partial: string,
  { withAssets }: BackupOptions,
): Promise<CopyCounts> {
  if (withAssets) throw invalid("to", "Files need a folder: name one that does not end in .db.");
  await mkdirPrivate(dirname(partial));
  return { databaseBytes: await copyDatabase(source, partial), linkedFiles: 0, copiedFiles: 0 };
}

async function copyFolder(
  dataDir: string,
  source: string,
  partial: string,
  { withAssets = false }: BackupOptions,
): Promise<CopyCounts> {
  await mkdirPrivate(partial);
  const report: CopyCounts = {
    // Files are written before their rows: every file that the snapshot refers to exists when it is taken.
    databaseBytes: await copyDatabase(source, join(partial, databaseFile)),
    linkedFiles: 0,
    copiedFiles: 0,
  };
  const secret = join(dataDir, secretFile);
  if (await exists(secret)) await copyPrivate(secret, join(partial, secretFile));
  for (const name of withAssets ? ["files", "assets"] : ["files"]) {
    await copyFiles(join(dataDir, name), join(partial, name), report);
  }
  await syncFolder(partial);
  return report;
}

/**
 * Takes a snapshot with VACUUM INTO: one read transaction, beside which others go on writing. SQLite's backup page by
 * page would begin again at every write of another process.
 */
async function copyDatabase(source: string, target: string): Promise<number> {
  // SQLite accepts an existing empty file. Made here, nobody else can read it while it is written.
  await (await openPrivate(target, "wx")).close();
  const connection = new DatabaseSync(source, { readOnly: true });
  try {
    connection.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    connection.prepare("VACUUM INTO ?").run(target);
  } finally {
    connection.close();
  }
  expireQueuedJobs(target);
  const file = await open(target, "r+");
  try {
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/**
 * Expires the jobs of the copy that were queued at the snapshot. The original may start them a moment later, and a
 * gateway on the restored copy would pay for them again; who restores it sends those requests anew.
 */
function expireQueuedJobs(target: string): void {
  const copy = new DatabaseSync(target);
  try {
    const now = Date.now();
    copy
      .prepare(
        "UPDATE jobs SET start_before = min(coalesce(start_before, ?), ?) WHERE status = 'queued'",
      )
      .run(now, now);
  } finally {
    copy.close();
  }
}

async function copyFiles(from: string, to: string, report: CopyCounts): Promise<void> {
  if (!(await exists(from))) return;
  await mkdirPrivate(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory() && entry.name !== incomingFolder) {
      await copyFiles(source, target, report);
    } else if (entry.isFile()) {
      await linkOrCopy(source, target, report);
    }
  }
  await syncFolder(to);
}

/** Links a file, since a stored one never changes in place; copies it to another disk. */
async function linkOrCopy(source: string, target: string, report: CopyCounts): Promise<void> {
  try {
    await link(source, target);
    report.linkedFiles++;
  } catch (error) {
    // Removed since it was listed: no row of the snapshot needs it, or its reference had expired.
    if (hasCode(error, "ENOENT")) return;
    if (!hasCode(error, "EXDEV") && !hasCode(error, "EPERM") && !hasCode(error, "ENOTSUP")) {
      throw error;
    }
    await copyPrivate(source, target);
    report.copiedFiles++;
  }
}

async function requireFree(to: string): Promise<void> {
  const found = await stat(to).catch(() => undefined);
  if (found === undefined) return;
  if (found.isDirectory() && (await readdir(to)).length === 0 && !to.endsWith(databaseSuffix)) {
    return;
  }
  throw new ServiceError("conflict", `There is already something at ${to}.`, {
    param: "to",
    fix: "Name a new folder or file for each backup, and remove old ones when you like.",
  });
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function invalid(param: string, message: string): JimengError {
  return new JimengError("invalid_request", message, { param });
}
