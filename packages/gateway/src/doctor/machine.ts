// Examines this machine: the data folder, its secret files, the disk, the port and the database.

import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

import type { Config } from "../config/config.ts";
import { inspectPostgres, inspectSqlite } from "../database/inspect.ts";
import type { DatabaseReport } from "../database/inspect.ts";
import { databaseFile } from "../database/sqlite.ts";
import { measureFreeSpace } from "../storage/disk.ts";
import type { MeasureFreeSpace } from "../storage/disk.ts";
import { found, systemCodeOf } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { findOpenSecrets } from "./secret-places.ts";

const bytesPerMegabyte = 1024 * 1024;

/** Examines the data folder: it is there and can be written into, or will be made. */
export async function examineFolder(folder: string): Promise<Finding> {
  const isThere = await stat(folder).catch(() => undefined);
  if (isThere === undefined) return found("data_folder", "ok", "folder_absent", folder);
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    if (!isThere.isDirectory()) throw Object.assign(new Error("no folder"), { code: "ENOTDIR" });
    return found("data_folder", "ok", "folder_ok", folder);
  } catch (error) {
    return found("data_folder", "fail", "folder_unusable", folder, systemCodeOf(error));
  }
}

/** Examines who can read the files with secrets. */
export async function examineSecrets(
  config: Pick<Config, "dataDir" | "secretFiles">,
): Promise<Finding[]> {
  const { files, open } = await findOpenSecrets(config);
  if (open.length === 0) return [found("secret_files", "ok", "secrets_private", files)];
  return open.map(({ path, mode, fix }) =>
    found("secret_files", "warn", "secrets_open", path, mode, fix),
  );
}

/** Examines the free space of the data folder's disk. */
export async function examineDisk(
  folder: string,
  { minFreeMegabytes }: Pick<Config, "minFreeMegabytes">,
  measure: MeasureFreeSpace = measureFreeSpace,
): Promise<Finding> {
  const free = await measure(folder).catch(() => null);
  if (free === null) return found("disk", "ok", "disk_unknown");
  const megabytes = Math.floor(free.bytes / bytesPerMegabyte);
  const isLow = megabytes < minFreeMegabytes || !free.hasRoomForFiles;
  return isLow
    ? found("disk", "fail", "disk_low", megabytes, minFreeMegabytes)
    : found("disk", "ok", "disk_ok", megabytes);
}

/** Examines whether the port can be listened on; `runningUrl` is that of the gateway of this folder, if one runs. */
export async function examinePort(
  { host, port }: Pick<Config, "host" | "port">,
  runningUrl: string | undefined,
): Promise<Finding> {
  const place = `${host}:${port}`;
  const isOwn = runningUrl !== undefined && new URL(runningUrl).port === String(port);
  if (isOwn) return found("port", "ok", "port_own", place);
  try {
    await tryToListen(host, port);
    return found("port", "ok", "port_free", place);
  } catch (error) {
    const code = systemCodeOf(error);
    return code === "EADDRINUSE"
      ? found("port", "fail", "port_taken", place)
      : found("port", "fail", "port_unusable", place, code);
  }
}

async function tryToListen(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, resolve);
  });
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** Examines the database: reachable, sound, with which tables. */
export async function examineDatabase(
  folder: string,
  { databaseUrl }: Pick<Config, "databaseUrl">,
): Promise<Finding> {
  if (databaseUrl === null) {
    return toFinding(join(folder, databaseFile), await inspectSqlite(folder));
  }
  return toFinding("PostgreSQL", await inspectPostgres(databaseUrl));
}

function toFinding(place: string, report: DatabaseReport): Finding {
  switch (report.state) {
    case "absent":
      return found("database", "ok", "database_absent", place);
    case "damaged":
      return found("database", "fail", "database_damaged", place, report.problem);
    case "unreachable":
      return found("database", "fail", "database_unreachable", place, report.problem);
    case "sound":
      if (report.newer !== null)
        return found("database", "fail", "database_newer", place, report.newer);
      if (report.pending > 0)
        return found("database", "warn", "migrations_pending", place, report.pending);
      return found("database", "ok", "database_sound", place);
  }
}
