// Lists the files with secrets of a gateway that others on this machine can read or replace.

import { join } from "node:path";

import type { Logger } from "@jimeng/sdk";

import type { Config } from "../config/config.ts";
import { databaseFile } from "../database/sqlite.ts";
import { secretFile } from "../encryption/secret-keys.ts";
import { gatewayFile } from "../http/gateway-file.ts";
import { findLoosePlaces } from "../private-files.ts";
import type { LoosePlace } from "../private-files.ts";

/** A place that is open, and the setting that names it. */
export interface OpenSecret extends LoosePlace {
  setting: string;
  isFolder: boolean;
}

/** What was looked at, and what is open. */
export interface SecretPlaces {
  files: number;
  open: OpenSecret[];
}

/** Looks at the files that settings name, and at those of a data folder. */
export async function findOpenSecrets({
  dataDir,
  secretFiles,
}: Pick<Config, "dataDir" | "secretFiles">): Promise<SecretPlaces> {
  const own = [secretFile, gatewayFile, databaseFile].map((name) => join(dataDir, name));
  const files = [...secretFiles, ...own.map((path) => ({ setting: "JIMENG_DATA_DIR", path }))];
  const open = new Map<string, OpenSecret>();
  for (const { setting, path } of files) {
    for (const place of await findLoosePlaces(path)) {
      if (!open.has(place.path))
        open.set(place.path, { ...place, setting, isFolder: place.path !== path });
    }
  }
  return { files: files.length, open: [...open.values()] };
}

/** Warns of secrets that others on this machine can read or replace; the log names files, never what is in them. */
export async function warnOfOpenSecrets(
  config: Pick<Config, "dataDir" | "secretFiles">,
  logger: Logger,
): Promise<void> {
  const { open } = await findOpenSecrets(config);
  for (const { setting, path, mode, problem, fix, isFolder } of open) {
    const what = isFolder ? "A folder with secrets" : "A file with secrets";
    logger.warn(
      { setting, path, mode, fix },
      `${what} is open: others than its owner can ${problem}`,
    );
  }
}
