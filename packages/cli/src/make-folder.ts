// Makes a folder with its missing parents.

import { mkdir, stat } from "node:fs/promises";
import path from "node:path";

import { systemCodeOf } from "./system-errors.ts";

/**
 * Makes a folder and the missing ones above it; an existing folder stays as it is. Node's own recursive mkdir never
 * returns where the folder above exists and still none can be made in it, as in /proc.
 */
export async function makeFolder(folder: string, mode?: number): Promise<void> {
  try {
    await mkdir(folder, { mode });
  } catch (error) {
    const code = systemCodeOf(error);
    if (await isFolder(folder)) return;
    const above = path.dirname(folder);
    if (code !== "ENOENT" || above === folder || (await isFolder(above))) throw error;
    await makeFolder(above, mode);
    await makeFolder(folder, mode);
  }
}

async function isFolder(place: string): Promise<boolean> {
  const found = await stat(place).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
