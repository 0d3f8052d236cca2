// Makes a copy of what a gateway holds while it works: a snapshot of each database, then the files that it refers to.

import { readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";

import { JimengError } from "@jimeng/sdk";

import { unfinishedFile } from "../database/data-folder.ts";
import { databaseFile } from "../database/sqlite.ts";
import { ServiceError } from "../errors.ts";
import { exists, syncFolder } from "../private-files.ts";
import { copyOwnDatabase, copyPart } from "./backup-part.ts";
import type { BackupPart } from "./backup-part.ts";
import { markUnfinished, writeManifest } from "./manifest.ts";
import type { PartContent } from "./manifest.ts";

/** What is copied, and where to. */
export interface BackupOptions {
  dataDir: string;
  /** The parts of the data folder, each copied where it has a database; by default the folder itself alone. */
  parts?: readonly BackupPart[];
  /**
   * A folder that does not exist or is empty, and becomes a data folder of its own; or a file ending in `.db`, for
   * the database of the first part alone.
   */
  to: string;
  /** Copies results too, not only the database, the secret key and the references; default false. */
  withAssets?: boolean;
  /** Leaves the references out, too, where the storage of files has copies of its own; default false. */
  withoutFiles?: boolean;
  /** Receives the number of files that were copied from a storage outside of the data folder. */
  onProgress?: (files: number) => void;
}

/** What a backup holds. */
export interface BackupReport {
  /** The absolute path. */
  to: string;
  /** The folders of the parts that were there. */
  parts: string[];
  databaseBytes: number;
  /** Number of files that share their bytes with the data folder: they take no further room. */
  linkedFiles: number;
  copiedFiles: number;
  /** The keys of the files that rows speak of and that the storage does not have whole. */
  missingFiles: string[];
}

const databaseSuffix = ".db";
const partialSuffix = ".partial";
const ownPart: BackupPart = { folder: "", isFree: false };

/**
 * Copies what gateways hold, whether they work or not; they are neither stopped nor slowed. `restore` brings it back, on
 * either engine, and a gateway can be started on the copy. Until all of it is there it has another name and says inside
 * that it is not finished. Throws `invalid_request` (param `data-dir`, `to`, DATABASE_URL or ASSETS_URL), `conflict` when
 * the target is taken, and `connection_failed` while the storage cannot be read.
 */
export async function backUp(options: BackupOptions): Promise<BackupReport> {
  const dataDir = resolve(options.dataDir);
  const to = resolve(options.to);
  const parts = await partsThere(dataDir, options.parts ?? [ownPart]);
  const [first] = parts;
  if (first === undefined) {
    throw invalid("data-dir", `There is no database in the data folder ${dataDir}.`);
  }
  if (options.withAssets === true && options.withoutFiles === true) {
    throw invalid("without-files", "Results cannot be copied where no files are.");
  }
  if (`${to}${sep}`.startsWith(`${dataDir}${sep}`)) {
    throw invalid("to", "A backup must not lie inside the data folder that it copies.");
  }
  await requireFree(to);
  const partial = `${to}${partialSuffix}`;
  await rm(partial, { recursive: true, force: true });
  try {
    const report = to.endsWith(databaseSuffix)
      ? await copyDatabaseAlone(join(dataDir, first.folder), partial, first, options)
      : await copyParts(dataDir, partial, parts, options);
    await rename(partial, to);
    await syncFolder(dirname(to));
    return { ...report, to };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function partsThere(dataDir: string, parts: readonly BackupPart[]): Promise<BackupPart[]> {
  const found: BackupPart[] = [];
  for (const part of parts) {
    const isOnServer = (part.databaseUrl ?? null) !== null;
    if (isOnServer || (await exists(join(dataDir, part.folder, databaseFile)))) found.push(part);
  }
  return found;
}

type Copied = Omit<BackupReport, "to">;

async function copyDatabaseAlone(
  folder: string,
  partial: string,
  part: BackupPart,
  { withAssets }: BackupOptions,
): Promise<Copied> {
  if (withAssets) throw invalid("to", "Files need a folder: name one that does not end in .db.");
  const databaseBytes = await copyOwnDatabase(part, folder, partial);
  return {
    parts: [part.folder],
    databaseBytes,
    linkedFiles: 0,
    copiedFiles: 0,
    missingFiles: [],
  };
}

async function copyParts(
  dataDir: string,
  partial: string,
  parts: readonly BackupPart[],
  { withAssets = false, withoutFiles = false, onProgress }: BackupOptions,
): Promise<Copied> {
  const report: Copied = {
    parts: [],
    databaseBytes: 0,
    linkedFiles: 0,
    copiedFiles: 0,
    missingFiles: [],
  };
  const contents: PartContent[] = [];
  let copiedSoFar = 0;
  const onFile = (): void => onProgress?.(++copiedSoFar);
  // Each part is a gateway's folder of its own.
  const folders = new Set(["", ...parts.map(({ folder }) => folder)]);
  for (const folder of folders) await markUnfinished(join(partial, folder));
  for (const part of parts) {
    const { folder } = part;
    const { content, counts } = await copyPart(part, {
      from: join(dataDir, folder),
      to: join(partial, folder),
      withAssets,
      withoutFiles,
      onFile,
    });
    contents.push(content);
    report.parts.push(folder);
    report.linkedFiles += counts.linkedFiles;
    report.copiedFiles += counts.copiedFiles;
    for (const key of content.missing_files ?? []) report.missingFiles.push(join(folder, key));
    for (const bytes of Object.values(content.databases)) report.databaseBytes += bytes;
  }
  const madeAt = Math.floor(Date.now() / 1000);
  await writeManifest(partial, {
    format: 1,
    made_at: madeAt,
    with_assets: withAssets,
    with_files: !withoutFiles,
    parts: contents,
  });
  for (const folder of folders) {
    await rm(join(partial, folder, unfinishedFile));
    await syncFolder(join(partial, folder));
  }
  return report;
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

function invalid(param: string, message: string): JimengError {
  return new JimengError("invalid_request", message, { param });
}
