// Watches the disks on which a gateway stores its files.

import { join } from "node:path";

import type { Logger } from "@jimeng/sdk";

import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { databaseFile } from "../database/sqlite.ts";
import { createDisk } from "./disk.ts";
import type { Disk, MeasureFreeSpace } from "./disk.ts";

/** Watches the data folder, which every result passes through, and the shared folder where results are kept there. */
export function openDisk({
  config: { dataDir, assets, databaseUrl, minFreeMegabytes },
  ...options
}: {
  config: Pick<Config, "dataDir" | "assets" | "databaseUrl" | "minFreeMegabytes">;
  logger: Logger;
  clock: Clock;
  /** Replaces the measuring of the free space on a folder's disk. */
  measure: MeasureFreeSpace | undefined;
}): Disk {
  const holds = databaseUrl === null ? join(dataDir, databaseFile) : undefined;
  const shared = assets.kind === "shared-folder" ? [{ path: assets.folder }] : [];
  const folders = [{ path: dataDir, holds }, ...shared];
  return createDisk({ folders, minFreeMegabytes, ...options });
}
