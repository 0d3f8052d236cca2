// Brings a backup back as a data folder: all of it, or nothing.

import { readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";

import { ServiceError } from "../errors.ts";
import { mkdirPrivate, syncFolder } from "../private-files.ts";
import { copyFiles, copyIfThere, exists, isSound } from "./backup-files.ts";
import type { CopyCounts } from "./backup-files.ts";
import { markUnfinished, notABackup, readManifest, unfinishedFile } from "./backup-manifest.ts";
import type { PartContent } from "./backup-manifest.ts";

/** What is restored, and where to. */
export interface RestoreOptions {
  /** A folder that `backUp` made. */
  from: string;
  /** The data folder: it does not exist, or is empty. */
  dataDir: string;
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
}

const partialSuffix = ".partial";
const storedFolders = ["files", "assets"];

/**
 * Copies a backup to a data folder. The backup stays as it is. Throws `conflict` (param `data-dir`) when the data folder
 * has anything in it, and `invalid_request` (param `from`) for what is no whole backup; nothing is there then.
 */
export async function restore(options: RestoreOptions): Promise<RestoreReport> {
  const from = resolve(options.from);
  const dataDir = resolve(options.dataDir);
  const manifest = await readManifest(from);
  await requireEmpty(dataDir);
  if (`${dataDir}${sep}`.startsWith(`${from}${sep}`)) {
    throw notABackup(from, `the data folder ${dataDir} would lie inside it`);
  }
  const partial = `${dataDir}${partialSuffix}`;
  await clearUnfinished(partial);
  const report: RestoreReport = {
    dataDir,
    parts: manifest.parts.map(({ folder }) => folder),
    madeAt: manifest.made_at,
    withAssets: manifest.with_assets,
    linkedFiles: 0,
    copiedFiles: 0,
  };
  try {
    // Each part is a gateway's folder of its own; the mark at the top tells a later restore whose leftover it is.
    const folders = new Set(["", ...report.parts].map((folder) => inside(from, partial, folder)));
    for (const folder of folders) await markUnfinished(folder);
    for (const part of manifest.parts) await restorePart(from, partial, part, report);
    for (const folder of folders) await rm(join(folder, unfinishedFile));
    // Some systems rename a folder only to a name that is free.
    await rm(dataDir, { recursive: true, force: true });
    await rename(partial, dataDir);
    await syncFolder(dirname(dataDir));
    return report;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function restorePart(
  from: string,
  partial: string,
  part: PartContent,
  report: RestoreReport,
): Promise<void> {
  const { folder } = part;
  const [source, target] = [inside(from, from, folder), inside(from, partial, folder)];
  const copyExactly = async (name: string, length: number): Promise<string> => {
    const copy = inside(from, target, name);
    const copied = await copyIfThere(inside(from, source, name), copy);
    if (copied !== length) throw notABackup(from, `${join(folder, name)} is missing or damaged`);
    return copy;
  };
  await mkdirPrivate(target);
  for (const [name, length] of Object.entries(part.databases)) {
    const copy = await copyExactly(name, length);
    if (!isSound(copy)) throw notABackup(from, `${join(folder, name)} is damaged`);
  }
  for (const [name, length] of Object.entries(part.small_files)) await copyExactly(name, length);
  const counts: CopyCounts = { linkedFiles: 0, copiedFiles: 0, bytes: 0 };
  for (const name of storedFolders) {
    await copyFiles(join(source, name), join(target, name), counts);
  }
  const files = counts.linkedFiles + counts.copiedFiles;
  if (files !== part.stored_files || counts.bytes !== part.stored_bytes) {
    const places = storedFolders.map((name) => join(folder, name)).join(" or ");
    throw notABackup(from, `files below ${places} are missing, damaged or new`);
  }
  report.linkedFiles += counts.linkedFiles;
  report.copiedFiles += counts.copiedFiles;
  await syncFolder(target);
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
