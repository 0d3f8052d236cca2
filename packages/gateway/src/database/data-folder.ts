// Makes the data folder.

import { JimengError } from "@jimeng/sdk";

import { toOneLine } from "../errors.ts";
import { mkdirPrivate } from "../private-files.ts";

/** Makes the data folder, readable by its owner only. Throws `invalid_request` with one line when it cannot. */
export async function makeDataFolder(dataDir: string): Promise<void> {
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
