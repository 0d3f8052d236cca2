// Copies a data folder while its gateways work: a snapshot of each database, then the files that it refers to.

import { readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";

import { JimengError } from "@jimeng/sdk";

import { ServiceError } from "../errors.ts";
import { secretFile } from "../encryption/secret-keys.ts";
import { syncFolder } from "../private-files.ts";
import { copyDatabase, copyFiles, copyIfThere, exists } from "./backup-files.ts";
import type { CopyCounts } from "./backup-files.ts";
import { markUnfinished, unfinishedFile, writeManifest } from "./backup-manifest.ts";
import type { PartContent } from "./backup-manifest.ts";
import { databaseFile } from "./sqlite.ts";
import type { DatabaseSync } from "./sqlite.ts";

/** One gateway's data in a data folder. */
export interface BackupPart {
  /** Relative to the data folder; empty for the data folder itself. */
  folder: string;
  /** What belongs to it besides the gateway's own, relative to the part: an upstream that is simulated. */
  further?: { databases: readonly string[]; files: readonly string[] };
  /** True where nothing real is paid: jobs that wait for their start go on to wait in the copy. */
  isFree: boolean;
}

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
}

const databaseSuffix = ".db";
const partialSuffix = ".partial";
const ownPart: BackupPart = { folder: "", isFree: false };

/**
 * Copies a data folder, whether gateways serve it or not; they are neither stopped nor slowed. `restore` brings it back,
 * and a gateway can be started on the copy. Until all of it is there it has another name and says inside that it is not
 * finished. Throws `invalid_request` (param `data-dir` or `to`) and `conflict` when the target is taken.
 */
export async function backUp(options: BackupOptions): Promise<BackupReport> {
  const dataDir = resolve(options.dataDir);
  const to = resolve(options.to);
  const parts = await partsThere(dataDir, options.parts ?? [ownPart]);
  const [first] = parts;
  if (first === undefined) {
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
    if (await exists(join(dataDir, part.folder, databaseFile))) found.push(part);
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
  const source = join(folder, databaseFile);
  const databaseBytes = await copyDatabase(
    source,
    partial,
    part.isFree ? undefined : expireQueuedJobs,
  );
  return { parts: [part.folder], databaseBytes, linkedFiles: 0, copiedFiles: 0 };
}

async function copyParts(
  dataDir: string,
  partial: string,
  parts: readonly BackupPart[],
  { withAssets = false }: BackupOptions,
): Promise<Copied> {
  const report: Copied = { parts: [], databaseBytes: 0, linkedFiles: 0, copiedFiles: 0 };
  const contents: PartContent[] = [];
  // Each part is a gateway's folder of its own.
  const folders = new Set(["", ...parts.map(({ folder }) => folder)]);
  for (const folder of folders) await markUnfinished(join(partial, folder));
  for (const part of parts) {
    const { folder } = part;
    const counts: CopyCounts = { linkedFiles: 0, copiedFiles: 0, bytes: 0 };
    const places = { from: join(dataDir, folder), to: join(partial, folder) };
    const { databases, small } = await copyPart(part, places);
    for (const name of withAssets ? ["files", "assets"] : ["files"]) {
      await copyFiles(join(places.from, name), join(places.to, name), counts);
    }
    contents.push({
      folder,
      databases,
      small_files: small,
      stored_files: counts.linkedFiles + counts.copiedFiles,
      stored_bytes: counts.bytes,
    });
    report.parts.push(folder);
    report.linkedFiles += counts.linkedFiles;
    report.copiedFiles += counts.copiedFiles;
    for (const bytes of Object.values(databases)) report.databaseBytes += bytes;
  }
  const madeAt = Math.floor(Date.now() / 1000);
  await writeManifest(partial, {
    format: 1,
    made_at: madeAt,
    with_assets: withAssets,
    parts: contents,
  });
  for (const folder of folders) {
    await rm(join(partial, folder, unfinishedFile));
    await syncFolder(join(partial, folder));
  }
  return report;
}

/** Copies the databases and small files of one part and returns their lengths. */
async function copyPart(
  part: BackupPart,
  { from, to }: { from: string; to: string },
): Promise<{ databases: Record<string, number>; small: Record<string, number> }> {
  // Files are written before their rows: every file that the snapshot refers to exists when it is taken. A simulated
  // upstream comes after the jobs: it then knows every start that they speak of.
  const own = await copyDatabase(
    join(from, databaseFile),
    join(to, databaseFile),
    part.isFree ? undefined : expireQueuedJobs,
  );
  const databases: Record<string, number> = { [databaseFile]: own };
  for (const name of part.further?.databases ?? []) {
    if (!(await exists(join(from, name)))) continue;
    databases[name] = await copyDatabase(join(from, name), join(to, name));
  }
  const small: Record<string, number> = {};
  for (const name of [secretFile, ...(part.further?.files ?? [])]) {
    const bytes = await copyIfThere(join(from, name), join(to, name));
    if (bytes !== undefined) small[name] = bytes;
  }
  return { databases, small };
}

/**
 * Expires the jobs of the copy that were queued at the snapshot. The original may start them a moment later, and a
 * gateway on the restored copy would pay for them again; who restores it sends those requests anew.
 */
function expireQueuedJobs(copy: DatabaseSync): void {
  const now = Date.now();
  copy
    .prepare(
      "UPDATE jobs SET start_before = min(coalesce(start_before, ?), ?) WHERE status = 'queued'",
    )
    .run(now, now);
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
