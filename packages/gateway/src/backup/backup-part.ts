// Copies one gateway's data into a backup: its database, its secret key, what belongs to it, and its files.

import { join } from "node:path";

import type { AssetsPlace } from "../config/assets.ts";
import { withTables } from "../database/inspect.ts";
import { DatabaseSync, databaseFile } from "../database/sqlite.ts";
import { secretFile } from "../encryption/secret-keys.ts";
import { exists } from "../private-files.ts";
import { copyDatabase, copyFiles, copyIfThere, hashFile } from "./backup-files.ts";
import type { CopyCounts } from "./backup-files.ts";
import { checksumsFile } from "./checksums.ts";
import { listFiles, stillListed } from "./listed-files.ts";
import type { PartContent } from "./manifest.ts";
import { copyStoredFiles } from "./stored-files.ts";
import { endWaitingWork } from "./waiting-work.ts";

/** One gateway's data. */
export interface BackupPart {
  /** Relative to the data folder; empty for the data folder itself. */
  folder: string;
  /** The address of its PostgreSQL; null or absent for the database in its folder. */
  databaseUrl?: string | null;
  /** Where its files are kept; by default in its folder. */
  files?: AssetsPlace;
  /** What belongs to it besides the gateway's own, relative to the part: an upstream that is simulated. */
  further?: { databases: readonly string[]; files: readonly string[] };
  /** True where nothing real is paid: jobs that wait for their start go on to wait in the copy. */
  isFree: boolean;
}

/** Where a part is copied from and to, and which files of it. */
export interface PartCopy {
  /** The part's folder in the data folder; it need not be there where the database is elsewhere. */
  from: string;
  /** The part's folder in the backup. */
  to: string;
  withAssets: boolean;
  withoutFiles: boolean;
  onFile: () => void;
}

/** Takes a snapshot of a gateway's database, on either engine, and returns its length. */
export async function copyOwnDatabase(
  part: BackupPart,
  folder: string,
  target: string,
): Promise<number> {
  const change = part.isFree ? undefined : endWaitingWork;
  const { databaseUrl = null } = part;
  if (databaseUrl === null) return await copyDatabase(join(folder, databaseFile), target, change);
  // Loaded on first use: most owners never need it.
  const { snapshotPostgres } = await import("./postgres-snapshot.ts");
  return await snapshotPostgres(databaseUrl, target, change);
}

/** Copies a part and returns what the backup has of it. */
export async function copyPart(
  part: BackupPart,
  copy: PartCopy,
): Promise<{ content: PartContent; counts: CopyCounts }> {
  const { from, to } = copy;
  // Files are written before their rows: every file that the snapshot refers to exists when it is taken. A simulated
  // upstream comes after the jobs: it then knows every start that they speak of.
  const databases: Record<string, number> = {
    [databaseFile]: await copyOwnDatabase(part, from, join(to, databaseFile)),
  };
  for (const name of part.further?.databases ?? []) {
    if (!(await exists(join(from, name)))) continue;
    databases[name] = await copyDatabase(join(from, name), join(to, name));
  }
  const small: Record<string, number> = {};
  for (const name of [secretFile, ...(part.further?.files ?? [])]) {
    const bytes = await copyIfThere(join(from, name), join(to, name));
    if (bytes !== undefined) small[name] = bytes;
  }
  const counts: CopyCounts = { linkedFiles: 0, copiedFiles: 0, bytes: 0 };
  const missing = copy.withoutFiles ? [] : await copyPartFiles(part, copy, counts);
  const sha256: Record<string, string> = {};
  for (const name of [...Object.keys(databases), ...Object.keys(small), checksumsFile]) {
    if (await exists(join(to, name))) sha256[name] = await hashFile(join(to, name));
  }
  const content: PartContent = {
    folder: part.folder,
    databases,
    small_files: small,
    stored_files: counts.linkedFiles + counts.copiedFiles,
    stored_bytes: counts.bytes,
    migration: withCopy(to, readMigration),
    sha256,
    ...(missing.length === 0 ? {} : { missing_files: missing }),
  };
  return { content, counts };
}

/** Copies the files of a part; returns the keys of those that are missing in a storage that is not the data folder. */
async function copyPartFiles(
  { databaseUrl = null, files: place = { kind: "data-folder" } }: BackupPart,
  { from, to, withAssets, onFile }: PartCopy,
  counts: CopyCounts,
): Promise<string[]> {
  if (place.kind === "data-folder") {
    for (const name of withAssets ? ["files", "assets"] : ["files"]) {
      await copyFiles(join(from, name), join(to, name), counts);
    }
    return [];
  }
  const missing = await withCopy(to, (copy) =>
    copyStoredFiles(place, { dataDir: from, to, onFile }, listFiles(copy, { withAssets }), counts),
  );
  if (missing.length === 0) return [];
  const known = await withTables({ dataDir: from, databaseUrl }, (tables) =>
    stillListed(tables, missing),
  );
  return known.map(({ key }) => key).toSorted();
}

function withCopy<Result>(folder: string, work: (copy: DatabaseSync) => Result): Result {
  const copy = new DatabaseSync(join(folder, databaseFile), { readOnly: true });
  const close = (): void => copy.close();
  let result: Result;
  try {
    result = work(copy);
  } catch (error) {
    close();
    throw error;
  }
  if (result instanceof Promise) return result.finally(close) as Result;
  close();
  return result;
}

function readMigration(copy: DatabaseSync): string | null {
  const table = "SELECT 1 FROM sqlite_schema WHERE name = 'kysely_migration'";
  if (copy.prepare(table).get() === undefined) return null;
  const row = copy.prepare("SELECT max(name) AS name FROM kysely_migration").get();
  return typeof row?.["name"] === "string" ? row["name"] : null;
}
