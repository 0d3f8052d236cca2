// Saves result files on the user's disk and never overwrites a file.

import { createWriteStream } from "node:fs";
import { access, constants, open, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { CliError, hasCode } from "../errors.ts";
import { makeFolder } from "../make-folder.ts";
import { systemCodeOf, systemReason } from "../system-errors.ts";

/** A file to save. */
export interface FileToSave {
  folder: string;
  /** A relative path in the folder. */
  name: string;
  /** Null for a file whose length is not known before it is fetched. */
  bytes: number | null;
  /** True when the name identifies the result: a file of that name and length is then the same one. */
  isUnique: boolean;
}

// A name is tried with -2, -3 … after it; a folder that holds more copies than this is a mistake somewhere.
const nameAttempts = 1000;

/** Makes the folder for the results, before anything is paid; a folder that cannot be written is exit code 2. */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new CliError({
      code: "invalid_request",
      param: "--output",
      message: (words) => words.files.cannotWriteFolder(folder, systemReason(error, words)),
      fix: (words) => words.files.cannotWriteFolderFix,
    });
  }
}

/**
 * Saves a result and returns its path. A result that was saved before under a unique name is not fetched again; any
 * other file of that name is kept, and a new name is chosen.
 */
export async function saveFile(
  { folder, name, bytes, isUnique }: FileToSave,
  read: () => Promise<Readable>,
): Promise<string> {
  for (let attempt = 1; attempt <= nameAttempts; attempt += 1) {
    const target = path.join(folder, numbered(name, attempt));
    if (attempt === 1) await writing(target, () => makeFolder(path.dirname(target)));
    const existing = await stat(target).catch(() => undefined);
    if (isUnique && existing?.isFile() && existing.size === bytes) return target;
    if (existing || !(await writing(target, () => claim(target)))) continue;
    try {
      const source = await read();
      await writing(target, () => pipeline(source, createWriteStream(target)));
      return target;
    } catch (error) {
      // What was written of it takes room on a full disk; on a read-only one it cannot be removed.
      await rm(target, { force: true }).catch(() => undefined);
      throw error;
    }
  }
  throw new CliError({
    code: "conflict",
    message: (words) => words.files.tooManyCopies(folder, nameAttempts, name),
    fix: (words) => words.files.tooManyCopiesFix,
  });
}

/** Thrown when the disk or folder of a result refuses it; the gateway still has the result. */
export class CannotSave extends Error {
  override readonly name = "CannotSave";
  readonly target: string;

  constructor(target: string, cause: unknown) {
    super(`cannot save ${target}`, { cause });
    this.target = target;
  }
}

// A stream that is read fails with other codes, those of connections.
const diskCodes: ReadonlySet<string> = new Set([
  ...["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EIO", "EFBIG"],
  ...["ENOENT", "ENOTDIR", "EISDIR", "ENAMETOOLONG", "ELOOP", "EMFILE", "ENFILE", "EINVAL"],
]);

/** Runs work that writes a file, and names the file where the system refuses it. */
async function writing<Result>(target: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (diskCodes.has(systemCodeOf(error) ?? "")) throw new CannotSave(target, error);
    throw error;
  }
}

/** Returns a path as a person would type it: relative below the current folder, absolute elsewhere. */
export function friendlyPath(absolute: string, currentFolder: string): string {
  const relative = path.relative(currentFolder, absolute);
  const isBelow = relative !== "" && !relative.startsWith("..") && !path.isAbsolute(relative);
  return isBelow ? `.${path.sep}${relative}` : absolute;
}

function numbered(name: string, attempt: number): string {
  if (attempt === 1) return name;
  const ending = path.extname(name);
  return `${name.slice(0, name.length - ending.length)}-${attempt}${ending}`;
}

/** Creates the file; false when another process was faster. */
async function claim(target: string): Promise<boolean> {
  try {
    const handle = await open(target, "wx");
    await handle.close();
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}
