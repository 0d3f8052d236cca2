// Removes half-written files that dead processes left.

import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { closeFolder } from "../private-files.ts";

/** The age in milliseconds from which a half-written file is abandoned: no transfer takes a day. */
const abandonedAfterMs = 24 * 60 * 60_000;

/**
 * Makes a folder for half-written files and removes what dead processes left in it: everything when this process is
 * its only user, otherwise what is older than a day, because another node may be writing the rest.
 */
export async function emptyIncoming(folder: string, use: "alone" | "shared"): Promise<void> {
  await closeFolder(folder);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (use === "shared") {
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
      if (Date.now() - mtimeMs <= abandonedAfterMs) continue;
    }
    await rm(path, { force: true });
  }
}
