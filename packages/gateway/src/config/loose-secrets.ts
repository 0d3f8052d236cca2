// Warns of files with secrets that others on this machine can read or replace.

import type { Logger } from "@jimeng/sdk";

import { findLoosePlaces } from "../private-files.ts";
import type { SecretFile } from "./secret-files.ts";

/** Warns of secrets that are open to others, each place once; the log names files, never what is in them. */
export async function warnOfLooseSecrets(
  files: readonly SecretFile[],
  logger: Logger,
): Promise<void> {
  const told = new Set<string>();
  for (const { setting, path: file } of files) {
    for (const { path, mode, problem, fix } of await findLoosePlaces(file)) {
      if (told.has(path)) continue;
      told.add(path);
      const what = path === file ? "A file with secrets" : "A folder with secrets";
      logger.warn(
        { setting, path, mode, fix },
        `${what} is open: others than its owner can ${problem}`,
      );
    }
  }
}
