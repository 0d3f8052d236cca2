// Makes files and folders that only their owner can read, whatever the umask says, finds those that others can reach,
// and syncs folders.

import { createWriteStream } from "node:fs";
import type { WriteStream } from "node:fs";
import { access, chmod, copyFile, mkdir, open, realpath, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

const fileMode = 0o600;
const folderMode = 0o700;

/**
 * Makes a folder and the missing ones above it, readable by their owner only. Existing folders are not changed.
 * Node's own recursive mkdir never returns where the folder above exists and still none can be made in it, as in /proc.
 */
export async function mkdirPrivate(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: folderMode });
  } catch (error) {
    if (await isFolder(folder)) return;
    const above = dirname(folder);
    const isAboveMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (!isAboveMissing || above === folder) throw error;
    if (!(await isFolder(above))) {
      await mkdirPrivate(above);
      await mkdirPrivate(folder);
      return;
    }
    // Another call may have made the folder above since; where none can be made in it, this fails as before.
    await mkdir(folder, { mode: folderMode }).catch(async (again: unknown) => {
      if (!(await isFolder(folder))) throw again;
    });
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}

/** Makes a folder as `mkdirPrivate` does; an existing one of our own becomes readable by its owner only. */
export async function closeFolder(folder: string): Promise<void> {
  await mkdirPrivate(folder);
  await chmod(folder, folderMode).catch((error: NodeJS.ErrnoException) => {
    // A shared folder may belong to another user.
    if (error.code !== "EPERM") throw error;
  });
}

/** Opens a file for writing, with "wx+" for reading too; a new one can be read by its owner only. */
export async function openPrivate(
  path: string,
  flags: "a" | "w" | "wx" | "wx+",
): Promise<FileHandle> {
  return await open(path, flags, fileMode);
}

/** Makes a file that must not exist yet and returns the stream into it; the bytes are synced before it closes. */
export function createPrivateFile(path: string): WriteStream {
  return createWriteStream(path, { flags: "wx", mode: fileMode, flush: true });
}

/** Copies a file to a path that must not exist yet; the copy can be read by its owner only from its first byte. */
export async function copyPrivate(source: string, target: string): Promise<void> {
  await (await openPrivate(target, "wx")).close();
  await copyFile(source, target);
  await chmod(target, fileMode);
}

/** Returns whether there is something at a path. */
export async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

/** Syncs a folder, so that a rename in it survives power loss. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows has no way to sync a folder; NTFS journals the rename itself.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A file or folder that others than its owner can reach. */
export interface LoosePlace {
  path: string;
  /** The permissions in octal, such as `644`. */
  mode: string;
  /** What others can do, as the end of a sentence about it. */
  problem: string;
  /** The command that closes it. */
  fix: string;
}

const othersMayRead = 0o044;
const othersMayWrite = 0o022;
const othersMayDoAnything = 0o077;
// In a folder with this bit (as /tmp has it) only the owner of a file may rename or remove it.
const sticky = 0o1000;
const modeBits = 0o777;
// Container runtimes put secrets here, readable for whatever user the container has; nobody else sees them.
const containerSecrets = "/run/secrets/";

/**
 * Finds the secret files that group or others can read or change, and their folders where others can replace what is in
 * them. Files that are not there, pipes and devices are passed over; Windows has no such permissions.
 */
export async function findLoosePlaces(
  path: string,
  platform: NodeJS.Platform = process.platform,
): Promise<LoosePlace[]> {
  if (platform === "win32" || path.startsWith(containerSecrets)) return [];
  const file = await stat(path).catch(() => undefined);
  if (file?.isFile() !== true) return [];
  const loose: LoosePlace[] = [];
  if ((file.mode & othersMayDoAnything) !== 0) {
    loose.push(toLoosePlace(path, file.mode, whatOthersMay(file.mode), "600"));
  }
  // Whoever may write into the folder of a link may lead it elsewhere.
  const folders = new Set([dirname(path), dirname(await realpath(path).catch(() => path))]);
  for (const folder of folders) {
    const found = await stat(folder).catch(() => undefined);
    if (found === undefined) continue;
    const isOpen = (found.mode & othersMayWrite) !== 0 && (found.mode & sticky) === 0;
    if (isOpen) loose.push(toLoosePlace(folder, found.mode, "replace what is in it", "go-w"));
  }
  return loose;
}

function whatOthersMay(mode: number): string {
  if ((mode & othersMayWrite) !== 0) return "change it";
  return (mode & othersMayRead) === 0 ? "run it" : "read it";
}

function toLoosePlace(path: string, mode: number, problem: string, wanted: string): LoosePlace {
  const quoted = /^[\w@%+=:,./-]+$/.test(path)
    ? path
    : `'${path.replaceAll("'", String.raw`'\''`)}'`;
  return { path, mode: (mode & modeBits).toString(8), problem, fix: `chmod ${wanted} ${quoted}` };
}
