// Brings a backup back to a data folder, or to a PostgreSQL and a storage of files: all of it, or nothing.

import { readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";

import { JimengError } from "@jimeng/sdk";

import type { AssetsPlace } from "../config/assets.ts";
import { unfinishedFile } from "../database/data-folder.ts";
import { inspectSqlite } from "../database/inspect.ts";
import { DatabaseSync, databaseFile } from "../database/sqlite.ts";
import { ServiceError } from "../errors.ts";
import { exists, mkdirPrivate, syncFolder } from "../private-files.ts";
import { copyIfThere, hashFile, isSound } from "./backup-files.ts";
import { checksumsFile } from "./checksums.ts";
import { markUnfinished, notABackup, readManifest } from "./manifest.ts";
import type { Manifest, PartContent } from "./manifest.ts";
import { requireInside, restoreFiles } from "./restore-files.ts";

/** What is restored, and where to. */
export interface RestoreOptions {
  /** A folder that `backUp` made. */
  from: string;
  /** The data folder: it does not exist, or is empty, unless nothing of the backup goes there. */
  dataDir: string;
  /** The address of an empty PostgreSQL for the part of the data folder itself; null or absent for a database there. */
  databaseUrl?: string | null;
  /** Returns where the files of a part go, by its folder; by default into the data folder. */
  filesOf?: (folder: string) => AssetsPlace;
  /** Leaves the files out, where the storage still has them; default false. */
  withoutFiles?: boolean;
  /** Receives the number of files that were restored. */
  onProgress?: (files: number) => void;
}

/** What was restored. */
export interface RestoreReport {
  /** The absolute path of the data folder. */
  dataDir: string;
  /** The folders of the parts. */
  parts: string[];
  /** Unix seconds of the backup. */
  madeAt: number;
  withAssets: boolean;
  linkedFiles: number;
  copiedFiles: number;
  /** The files that the backup's database speaks of and the backup does not have. */
  missingFiles: string[];
  /** Number of rows in PostgreSQL; null where it was not restored. */
  postgresRows: number | null;
}

const partialSuffix = ".partial";
/**
 * Copies a backup to where a gateway keeps its data. The backup stays as it is. Throws `conflict` (param `data-dir` or
 * DATABASE_URL) when there is anything in that place, and `invalid_request` (param `from`) for what is no whole backup;
 * nothing is there then.
 */
export async function restore(options: RestoreOptions): Promise<RestoreReport> {
  const from = resolve(options.from);
  const dataDir = resolve(options.dataDir);
  const manifest = await readManifest(from);
  const url = manifest.parts.some(isOwn) ? (options.databaseUrl ?? null) : null;
  const landsInFolder = manifest.parts.some((part) => hasFolderContent(part, options));
  if (landsInFolder) await requireEmpty(dataDir);
  if (`${dataDir}${sep}`.startsWith(`${from}${sep}`)) {
    throw notABackup(from, `the data folder ${dataDir} would lie inside it`);
  }
  // Loaded on first use: most owners never need it.
  const postgres = url === null ? undefined : await import("./postgres-restore.ts");
  if (url !== null) await postgres?.requireEmptyPostgres(url);
  const partial = `${dataDir}${partialSuffix}`;
  await clearUnfinished(partial);
  const report = startReport(dataDir, manifest);
  const undo: (() => Promise<void>)[] = [() => rm(partial, { recursive: true, force: true })];
  try {
    // Each part is a gateway's folder of its own; the mark at the top tells a later restore whose leftover it is.
    const folders = new Set(["", ...report.parts].map((folder) => inside(from, partial, folder)));
    for (const folder of folders) await markUnfinished(folder);
    const restoring = { ...options, from, partial, report, undo, onFile: countFiles(options) };
    for (const part of manifest.parts) await restorePart(restoring, part);
    const finish = async (): Promise<void> => {
      for (const folder of folders) await rm(join(folder, unfinishedFile));
      if (!landsInFolder) return await rm(partial, { recursive: true });
      // Some systems rename a folder only to a name that is free.
      await rm(dataDir, { recursive: true, force: true });
      undo.push(() => rm(dataDir, { recursive: true, force: true }));
      await rename(partial, dataDir);
      await syncFolder(dirname(dataDir));
    };
    if (url === null || postgres === undefined) await finish();
    else {
      const filling = { url, folder: partial, from, beforeCommit: finish };
      report.postgresRows = await postgres.fillPostgres(filling);
    }
    return report;
  } catch (error) {
    for (const step of undo.toReversed()) await step();
    throw error;
  }
}

interface Restoring extends RestoreOptions {
  partial: string;
  report: RestoreReport;
  /** What a failure takes back, the last first. */
  undo: (() => Promise<void>)[];
  onFile: () => void;
}

function countFiles({ onProgress }: RestoreOptions): () => void {
  let files = 0;
  return () => onProgress?.(++files);
}

/** Returns whether a part is the data folder itself, whose database may be elsewhere. */
function isOwn({ folder }: PartContent): boolean {
  return folder === "";
}

function startReport(dataDir: string, manifest: Manifest): RestoreReport {
  return {
    dataDir,
    parts: manifest.parts.map(({ folder }) => folder),
    madeAt: manifest.made_at,
    withAssets: manifest.with_assets,
    linkedFiles: 0,
    copiedFiles: 0,
    missingFiles: manifest.parts.flatMap(({ folder, missing_files: missing = [] }) =>
      missing.map((key) => join(folder, key)),
    ),
    postgresRows: null,
  };
}

function placeOf({ folder }: PartContent, { filesOf }: RestoreOptions): AssetsPlace {
  return filesOf?.(folder) ?? { kind: "data-folder" };
}

/** Returns whether anything of a part comes into the data folder. */
function hasFolderContent(part: PartContent, options: RestoreOptions): boolean {
  const { databaseUrl = null, withoutFiles = false } = options;
  const isOnServer = databaseUrl !== null && isOwn(part);
  const hasFiles = part.stored_files > 0 && !withoutFiles;
  return (
    Object.keys(part.databases).length > (isOnServer ? 1 : 0) ||
    Object.keys(part.small_files).length > 0 ||
    (hasFiles && placeOf(part, options).kind === "data-folder")
  );
}

async function restorePart(restoring: Restoring, part: PartContent): Promise<void> {
  const { from, partial } = restoring;
  const { folder } = part;
  const [source, target] = [inside(from, from, folder), inside(from, partial, folder)];
  const copyExactly = async (name: string, length: number): Promise<string> => {
    const [original, copy] = [inside(from, source, name), inside(from, target, name)];
    if (await exists(original)) await requireInside(from, original);
    const copied = await copyIfThere(original, copy);
    if (copied !== length) throw notABackup(from, `${join(folder, name)} is missing or damaged`);
    await checkDigest(from, part, name, copy);
    return copy;
  };
  await mkdirPrivate(target);
  for (const [name, length] of Object.entries(part.databases)) {
    const copy = await copyExactly(name, length);
    const isWhole = name === databaseFile ? await isOurs(from, target) : isSound(copy);
    if (!isWhole) throw notABackup(from, `${join(folder, name)} is damaged`);
  }
  for (const [name, length] of Object.entries(part.small_files)) await copyExactly(name, length);
  if (part.sha256?.[checksumsFile] !== undefined) {
    const list = join(source, checksumsFile);
    if (!(await exists(list))) throw notABackup(from, `${join(folder, checksumsFile)} is missing`);
    await checkDigest(from, part, checksumsFile, list);
  }
  if (restoring.withoutFiles !== true) await restorePartFiles(restoring, part, { source, target });
  await syncFolder(target);
}

async function restorePartFiles(
  restoring: Restoring,
  part: PartContent,
  { source, target }: { source: string; target: string },
): Promise<void> {
  const { from, report, undo, onFile } = restoring;
  const place = placeOf(part, restoring);
  const database = new DatabaseSync(join(target, databaseFile), { readOnly: true });
  try {
    const addUndo = (step: () => Promise<void>): void => void undo.push(step);
    const counts = await restoreFiles({
      from,
      part,
      source,
      target,
      place,
      database,
      checkedFolders: new Map(),
      onFile,
      undo: addUndo,
    });
    report.linkedFiles += counts.linkedFiles;
    report.copiedFiles += counts.copiedFiles;
  } finally {
    database.close();
  }
}

/** Returns whether the copy of a backup's database is sound. Throws for one that a newer version made. */
async function isOurs(from: string, folder: string): Promise<boolean> {
  const found = await inspectSqlite(folder);
  if (found.state === "sound" && found.newer !== null) {
    throw new JimengError(
      "invalid_request",
      `The backup ${from} was made by a newer version of jimeng (${found.newer}).`,
      { param: "from", fix: "Restore it with that version." },
    );
  }
  return found.state === "sound";
}

async function checkDigest(
  from: string,
  { folder, sha256 }: PartContent,
  name: string,
  path: string,
): Promise<void> {
  const expected = sha256?.[name];
  if (expected === undefined || (await hashFile(path)) === expected) return;
  throw notABackup(from, `${join(folder, name)} is damaged`);
}

/** Returns a path below a folder. Throws `invalid_request` for one that leads out of it: a backup may come from anybody. */
function inside(from: string, folder: string, name: string): string {
  const path = resolve(folder, name);
  if (path === folder || path.startsWith(`${folder}${sep}`)) return path;
  throw notABackup(from, `its list names ${JSON.stringify(name)}, which lies outside`);
}

async function requireEmpty(dataDir: string): Promise<void> {
  const found = await stat(dataDir).catch(() => undefined);
  if (found === undefined) return;
  if (found.isDirectory() && (await readdir(dataDir)).length === 0) return;
  const what = found.isDirectory()
    ? "The data folder is not empty"
    : "There is a file in its place";
  throw new ServiceError("conflict", `${what}: ${dataDir}.`, {
    param: "data-dir",
    fix: "Name a new folder with --data-dir or JIMENG_DATA_DIR, or move what is there away first.",
  });
}

/** Removes what an interrupted restore left; anything else under that name is kept, and the restore refused. */
async function clearUnfinished(partial: string): Promise<void> {
  if (await exists(join(partial, unfinishedFile))) {
    await rm(partial, { recursive: true, force: true });
  }
  await requireEmpty(partial);
}
