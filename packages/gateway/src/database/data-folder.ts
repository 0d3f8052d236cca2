// Makes the data folder.

import { join } from "node:path";

import { JimengError } from "@jimeng/sdk";

import { toOneLine } from "../errors.ts";
import { exists, mkdirPrivate } from "../private-files.ts";

/** Name of the file that stands in a backup while it is made; a gateway does not start on such a folder. */
export const unfinishedFile = "unfinished-backup";

/**
 * Makes the data folder, readable by its owner only. Throws `invalid_request` with one line when it cannot, and for what
 * an interrupted backup or restore left.
 */
export async function makeDataFolder(dataDir: string): Promise<void> {
  if (await exists(join(dataDir, unfinishedFile))) {
    throw new JimengError(
      "invalid_request",
      `The data folder ${dataDir} is what an interrupted backup or restore left: not everything is in it.`,
      { param: "JIMENG_DATA_DIR", fix: "Make the backup, or restore it, once more." },
    );
  }
  try {
    await mkdirPrivate(dataDir);
  } catch (cause) {
    throw new JimengError(
      "invalid_request",
      `The data folder ${dataDir} cannot be made: ${toOneLine(cause)}.`,
      {
        cause,
        param: "JIMENG_DATA_DIR",
        fix: "Choose a writable folder with JIMENG_DATA_DIR.",
      },
    );
  }
}
