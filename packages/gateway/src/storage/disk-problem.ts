// Recognises failures of a disk (full, over quota, read-only, not permitted, gone) in what files, SQLite and PostgreSQL
// throw, and turns them into the error for callers.

import { JimengError } from "@jimeng/sdk";
import type { Charged } from "@jimeng/sdk";

import { ServiceError } from "../errors.ts";
import type { ExpectedError } from "../errors.ts";

/** What is wrong with a disk; stable and machine-readable. */
export type DiskReason =
  | "disk_full"
  | "quota_exceeded"
  | "read_only"
  | "no_access"
  | "folder_missing"
  | "disk_failure";

/** Why nothing can be written, in words that name no path: callers read them. */
export interface DiskProblem {
  reason: DiskReason;
  message: string;
  /** What the owner can do, in one sentence. */
  fix: string;
}

const retryAfterMs = 30_000;
// How many errors deep the reason is looked for.
const maxCauses = 5;

const texts: Record<DiskReason, { message: string; fix: string }> = {
  disk_full: {
    message: "The gateway's disk is full.",
    fix: "Free some space on the disk of the data folder; then everything goes on by itself.",
  },
  quota_exceeded: {
    message: "The gateway's user has used up its quota on the disk.",
    fix: "Raise the quota of the gateway's user, or remove files of it; then everything goes on by itself.",
  },
  read_only: {
    message: "The gateway's data folder is read-only.",
    fix: "Mount the data folder writable again; a disk with errors is mounted read-only by the system.",
  },
  no_access: {
    message: "The gateway may not write into its data folder.",
    fix: "Give the gateway's user the right to write into the data folder and what is in it.",
  },
  folder_missing: {
    message: "The gateway's data folder is not where it was.",
    fix: "Mount or move the data folder back to its place, and restart the gateway if it stays away.",
  },
  disk_failure: {
    message: "The gateway's disk cannot be written.",
    fix: "Look at the gateway's log and at the system's messages about the disk.",
  },
};

const systemReasons: Record<string, DiskReason | undefined> = {
  ENOSPC: "disk_full",
  EDQUOT: "quota_exceeded",
  EROFS: "read_only",
  EACCES: "no_access",
  EPERM: "no_access",
  EIO: "disk_failure",
};

// https://www.sqlite.org/rescode.html; the low byte is the primary code.
const sqliteReasons: Record<number, DiskReason | undefined> = {
  8: "read_only",
  10: "disk_failure",
  13: "disk_full",
  14: "disk_failure",
};
const sqlitePrimaryMask = 0xff;
/** SQLITE_READONLY_DBMOVED: the file was moved or removed under an open connection. */
const sqliteMoved = 1032;

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const readOnlyTransaction = "25006";
const postgresReasons: Record<string, DiskReason | undefined> = {
  "53100": "disk_full",
  [readOnlyTransaction]: "read_only",
  "58030": "disk_failure",
};

/** A PostgreSQL that takes no writes: a standby after a failover, or one that was set so. */
export const readOnlyDatabase: DiskProblem = {
  reason: "read_only",
  message: "The gateway's database is read-only.",
  fix: "Let DATABASE_URL lead to a PostgreSQL that takes writes; then everything goes on by itself.",
};

/** Returns the problem of a reason; `message` replaces its general words. */
export function diskProblem(reason: DiskReason, message = texts[reason].message): DiskProblem {
  return { reason, message, fix: texts[reason].fix };
}

/** Returns the problem with a disk that an error tells of; undefined for every other error. */
export function toDiskProblem(error: unknown): DiskProblem | undefined {
  let cause = error;
  for (let depth = 0; depth < maxCauses && cause instanceof Error; depth++) {
    // An expected error was judged by whoever made it.
    if (JimengError.isInstance(cause)) {
      return cause.code === storageUnavailable ? toKnownProblem(cause) : undefined;
    }
    const reason = reasonOf(cause);
    if (reason === undefined) cause = cause.cause;
    else
      return "code" in cause && cause.code === readOnlyTransaction
        ? readOnlyDatabase
        : diskProblem(reason);
  }
  return undefined;
}

const storageUnavailable: string = "storage_unavailable";

function toKnownProblem({ message, detail }: JimengError): DiskProblem {
  const reason = Object.hasOwn(texts, detail.reason ?? "")
    ? (detail.reason as DiskReason)
    : "disk_failure";
  return { reason, message, fix: detail.fix ?? texts[reason].fix };
}

interface DriverError extends Error {
  code?: unknown;
  errcode?: unknown;
  syscall?: unknown;
  address?: unknown;
}

function reasonOf(error: Error): DiskReason | undefined {
  const { code, errcode, syscall, address } = error as DriverError;
  if (code === "ERR_SQLITE_ERROR" && typeof errcode === "number") {
    if (errcode === sqliteMoved) return "folder_missing";
    return sqliteReasons[errcode & sqlitePrimaryMask];
  }
  if (typeof code !== "string") return undefined;
  // A refused connection has the same codes as a refused file.
  if (address !== undefined || syscall === "connect" || syscall === "listen") return undefined;
  return systemReasons[code] ?? postgresReasons[code];
}

/** Returns the error (503) for callers while nothing can be written. */
export function toStorageUnavailable(
  { reason, message, fix }: DiskProblem,
  { charged = "no", cause }: { charged?: Charged; cause?: unknown } = {},
): ExpectedError {
  return new ServiceError("storage_unavailable", message, {
    reason,
    retryAfterMs,
    charged,
    fix,
    cause,
  });
}
