// Brings the stored files of a backup to where a gateway keeps them: its data folder, a shared folder or a bucket.

import { lstat, readdir, realpath } from "node:fs/promises";
import { dirname, join, sep } from "node:path";

import type { AssetsPlace } from "../config/assets.ts";
import type { DatabaseSync } from "../database/sqlite.ts";
import { mkdirPrivate, syncFolder } from "../private-files.ts";
import { extensions } from "../storage/media.ts";
import type { AssetStore } from "../storage/asset-store.ts";
import { hashFile, linkOrCopy } from "./backup-files.ts";
import type { CopyCounts } from "./backup-files.ts";
import { checksumsFile, readChecksums } from "./checksums.ts";
import { notABackup } from "./manifest.ts";
import type { PartContent } from "./manifest.ts";
import { filesAtOnce, forEachAtMost, withStore } from "./stored-files.ts";

/** The files of one part. */
export interface FileRestore {
  /** The backup. */
  from: string;
  part: PartContent;
  /** The part's folder in the backup. */
  source: string;
  /** The part's folder in what becomes the data folder. */
  target: string;
  place: AssetsPlace;
  /** The part's database, which knows the types of the files. */
  database: DatabaseSync;
  /** The folders of the backup of which it is known that no link leads out of it. */
  checkedFolders: Map<string, Promise<void>>;
  onFile: () => void;
  /** Takes what removes the files of a place that is not the data folder again. */
  undo: (step: () => Promise<void>) => void;
}

const storedFolders = ["files", "assets"];

/** A file in a backup. */
interface BackupFile {
  key: string;
  path: string;
  bytes: number;
  /** Null where the backup has no list of digests. */
  sha256: string | null;
}

/** Restores the files. Throws `invalid_request` (param `from`) where some are missing, damaged or too many. */
export async function restoreFiles(restore: FileRestore): Promise<CopyCounts> {
  const { from, part, place } = restore;
  let [files, bytes] = [0, 0];
  for await (const found of walk(restore)) {
    files++;
    bytes += found.bytes;
  }
  if (files !== part.stored_files || bytes !== part.stored_bytes) {
    const places = storedFolders.map((name) => join(part.folder, name)).join(" or ");
    throw notABackup(from, `files below ${places} are missing, damaged or new`);
  }
  return place.kind === "data-folder" ? await toFolder(restore) : await toStore(restore, place);
}

async function toFolder(restore: FileRestore): Promise<CopyCounts> {
  const counts: CopyCounts = { linkedFiles: 0, copiedFiles: 0, bytes: 0 };
  const folders = new Map<string, Promise<void>>();
  await forEachAtMost(filesAtOnce, list(restore), async (file) => {
    const target = join(restore.target, file.key);
    await once(folders, dirname(target), mkdirPrivate);
    await checkDigest(restore, file);
    await linkOrCopy(file.path, target, counts);
    restore.onFile();
  });
  for (const folder of folders.keys()) await syncFolder(folder);
  return counts;
}

/** Runs work on a folder once, whatever number of its files asks for it. */
async function once(
  done: Map<string, Promise<void>>,
  folder: string,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const running = done.get(folder) ?? work(folder);
  done.set(folder, running);
  await running;
}

async function toStore(
  restore: FileRestore,
  place: Exclude<AssetsPlace, { kind: "data-folder" }>,
): Promise<CopyCounts> {
  const counts: CopyCounts = { linkedFiles: 0, copiedFiles: 0, bytes: 0 };
  const added: string[] = [];
  const options = { dataDir: restore.target, isReadOnly: false };
  restore.undo(() => withStore(place, options, (store) => store.remove(added)));
  const typeOf = typesOf(restore.database);
  await withStore(place, options, (store) =>
    forEachAtMost(filesAtOnce, list(restore), async (file) => {
      await checkDigest(restore, file);
      if (await addToStore(store, file, typeOf(file.key), added)) counts.copiedFiles++;
      counts.bytes += file.bytes;
      restore.onFile();
    }),
  );
  return counts;
}

/** Sends a file unless it is there already, as where only the database was lost; the bytes under a key never change. */
async function addToStore(
  store: AssetStore,
  { key, path, bytes }: BackupFile,
  contentType: string,
  added: string[],
): Promise<boolean> {
  const found = await store.size(key);
  if (found === bytes) return false;
  // What was there, though damaged, was somebody's: a restore that fails leaves it.
  if (found === undefined) added.push(key);
  await store.put(key, { path, bytes, contentType, stays: true });
  return true;
}

async function checkDigest({ from }: FileRestore, { key, path, sha256 }: BackupFile) {
  if (sha256 !== null && (await hashFile(path)) !== sha256) {
    throw notABackup(from, `${key} is damaged`);
  }
}

/** Lists the files: as the list of digests names them, else as they lie there. */
function list(restore: FileRestore): AsyncGenerator<BackupFile> {
  return restore.part.sha256?.[checksumsFile] === undefined ? walk(restore) : listed(restore);
}

async function* listed(restore: FileRestore): AsyncGenerator<BackupFile> {
  const { from, source, part } = restore;
  let files = 0;
  for await (const line of readChecksums(source)) {
    if (line === undefined)
      throw notABackup(from, `its ${checksumsFile} has a line of another form`);
    const { key, sha256 } = line;
    const file = await seen(restore, key);
    if (file === undefined) throw notABackup(from, `${join(part.folder, key)} is missing`);
    files++;
    yield { ...file, sha256 };
  }
  if (files !== part.stored_files) throw notABackup(from, `its ${checksumsFile} is not whole`);
}

async function* walk(restore: FileRestore, below = ""): AsyncGenerator<BackupFile> {
  const folders = below === "" ? storedFolders : [];
  for (const name of folders) yield* walk(restore, name);
  if (below === "") return;
  const entries = await readdir(join(restore.source, below), { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    },
  );
  for (const entry of entries) {
    const key = `${below}/${entry.name}`;
    if (entry.isDirectory() && entry.name !== "incoming") yield* walk(restore, key);
    if (!entry.isFile()) continue;
    const file = await seen(restore, key);
    if (file !== undefined) yield file;
  }
}

/** Finds a file of the backup. Throws where a link leads out of the backup: it may come from anybody. */
async function seen(
  { from, source, checkedFolders }: FileRestore,
  key: string,
): Promise<BackupFile | undefined> {
  const path = join(source, key);
  const found = await lstat(path).catch(() => undefined);
  if (found?.isFile() !== true) return undefined;
  await once(checkedFolders, dirname(path), (folder) => requireInside(from, folder));
  return { key, path, bytes: found.size, sha256: null };
}

/** Throws `invalid_request` (param `from`) where a path leads out of the backup by a link. */
export async function requireInside(from: string, path: string): Promise<void> {
  const [root, real] = await Promise.all([realpath(from), realpath(path)]);
  if (real.startsWith(`${root}${sep}`)) return;
  throw notABackup(from, `${JSON.stringify(path)} is a link that leads out of it`);
}

/** Returns a function that finds the type of a file by its key. */
function typesOf(database: DatabaseSync): (key: string) => string {
  const byEnding = new Map(Object.entries(extensions).map(([type, ending]) => [ending, type]));
  const hasFiles = database
    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'files'")
    .get();
  const reference =
    hasFiles && database.prepare("SELECT content_type FROM files WHERE sha256 = ? LIMIT 1");
  const unknown = "application/octet-stream";
  return (key) => {
    const name = key.slice(key.lastIndexOf("/") + 1);
    if (key.startsWith("assets/")) {
      return byEnding.get(name.slice(name.lastIndexOf(".") + 1)) ?? unknown;
    }
    const type = reference?.get(name)?.["content_type"];
    return typeof type === "string" ? type : unknown;
  };
}
