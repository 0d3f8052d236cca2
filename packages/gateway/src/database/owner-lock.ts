// Locks a data folder for one process, by an exclusive SQLite transaction that the kernel ends with the process, SIGKILL
// included.

import { join } from "node:path";

import { JimengError } from "@jimeng/sdk";

import { ServiceError, toOneLine } from "../errors.ts";
import { openPrivate } from "../private-files.ts";
import { makeDataFolder } from "./data-folder.ts";
import { DatabaseSync } from "./sqlite.ts";

/** The lock on a data folder, until it is released. */
export interface OwnerLock {
  release(): void;
}

const sqliteBusy = 5;
const primaryCodeMask = 0xff;

/**
 * Locks a data folder for this process. Throws `conflict` with one line naming the folder when another process
 * uses it, `invalid_request` when the folder cannot be written.
 */
export async function lockOwner(options: { dataDir: string }): Promise<OwnerLock> {
  await makeDataFolder(options.dataDir);
  let lock: DatabaseSync | undefined;
  try {
    const file = join(options.dataDir, "owner.lock");
    await (await openPrivate(file, "a")).close();
    lock = new DatabaseSync(file);
    lock.exec("PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;");
    const held = lock;
    return { release: () => held.close() };
  } catch (cause) {
    lock?.close();
    if (isBusy(cause)) {
      throw new ServiceError(
        "conflict",
        `Another process already uses the data folder ${options.dataDir}.`,
        {
          cause,
          fix: "Use the running gateway, stop it first, or choose another folder with JIMENG_DATA_DIR.",
        },
      );
    }
    throw new JimengError(
      "invalid_request",
      `The data folder ${options.dataDir} cannot be written: ${toOneLine(cause)}.`,
      { cause, param: "JIMENG_DATA_DIR", fix: "Choose a writable folder with JIMENG_DATA_DIR." },
    );
  }
}

function isBusy(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    "errcode" in cause &&
    typeof cause.errcode === "number" &&
    (cause.errcode & primaryCodeMask) === sqliteBusy
  );
}
