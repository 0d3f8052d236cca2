// Result files on the user's disk: their names, and that nothing is ever overwritten.

import { createWriteStream } from "node:fs";
import { access, constants, open, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { CliError, hasCode } from "../errors.ts";
import { makeFolder } from "../make-folder.ts";
import { systemReason } from "../system-errors.ts";

/** What must be known of a result to save it. */
export interface SavableAsset {
  content_type: string;
  bytes: number;
}

const extensions: Record<string, string> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/avif": "avif",
  "image/heic": "heic",
  "image/jxl": "jxl",
  "image/bmp": "bmp",
  "image/tiff": "tiff",
  "video/mp4": "mp4",
  "video/webm": "webm",
  "video/x-msvideo": "avi",
};

// A name is tried with -2, -3 … after it; a folder that holds more copies than this is a mistake somewhere.
const nameAttempts = 1000;

/** Makes the folder for the results, before anything is paid; a folder that cannot be written is exit code 2. */
export async function prepareFolder(folder: string): Promise<string> {
  const absolute = path.resolve(folder);
  try {
    await makeFolder(absolute);
    await access(absolute, constants.W_OK);
  } catch (error) {
    throw new CliError({
      code: "invalid_request",
      param: "--out",
      message: `cannot write into the folder ${folder}: ${systemReason(error)}`,
      fix: "Name a folder that you may write into with --out; nothing was started.",
    });
  }
  return absolute;
}

/** Gives the name of a result: `jimeng-<job id>-<position from 1>.<extension>`. */
export function fileName(jobId: string, position: number, contentType: string): string {
  const extension = extensions[contentType.split(";")[0]?.trim() ?? ""] ?? "bin";
  // The id comes from a server: whatever it says, the name stays inside the folder.
  return `jimeng-${jobId.replace(/[^\w-]/g, "_")}-${position}.${extension}`;
}

/**
 * Saves a result and gives its path. A file of the same name and length was saved before, since the name
 * carries the job's id, and is left as it is; any other file of that name is kept and a new name is chosen.
 */
export async function saveAsset(
  folder: string,
  name: string,
  asset: SavableAsset,
  read: () => Promise<Readable>,
): Promise<string> {
  for (let attempt = 1; attempt <= nameAttempts; attempt += 1) {
    const target = path.join(folder, numbered(name, attempt));
    const existing = await stat(target).catch(() => undefined);
    if (existing?.isFile() && existing.size === asset.bytes) return target;
    if (existing || !(await claim(target))) continue;
    try {
      await pipeline(await read(), createWriteStream(target));
      return target;
    } catch (error) {
      await rm(target, { force: true });
      throw error;
    }
  }
  throw new CliError({
    code: "conflict",
    message: `the folder ${folder} already holds ${nameAttempts} files named like ${name}`,
    fix: "Name another folder with --out.",
  });
}

/** Gives a path as a person would type it: relative below the current folder, absolute elsewhere. */
export function friendlyPath(absolute: string, currentFolder: string): string {
  const relative = path.relative(currentFolder, absolute);
  const isBelow = relative !== "" && !relative.startsWith("..") && !path.isAbsolute(relative);
  return isBelow ? `.${path.sep}${relative}` : absolute;
}

function numbered(name: string, attempt: number): string {
  if (attempt === 1) return name;
  const { name: stem, ext } = path.parse(name);
  return `${stem}-${attempt}${ext}`;
}

/** Creates the file, and says no when another process was faster. */
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
