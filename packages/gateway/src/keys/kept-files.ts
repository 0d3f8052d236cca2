// Counts the files and results that a key keeps, and refuses more than its limits allow.

import type { Kysely } from "kysely";

import { ServiceError } from "../errors.ts";
import type { Schema } from "../database/migrations/schema.ts";
import type { KeyRules } from "./key.ts";

/** What a key keeps. */
export interface Kept {
  files: number;
  bytes: number;
}

/** Counts the uploaded files that have not expired and the results of a key's jobs. */
export async function readKept(tables: Kysely<Schema>, keyId: string, now: number): Promise<Kept> {
  const uploaded = await tables
    .selectFrom("files")
    .select(({ fn }) => [fn.countAll<number | string>().as("files"), fn.sum("bytes").as("bytes")])
    .where("key_id", "=", keyId)
    .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", now)]))
    .executeTakeFirstOrThrow();
  const made = await tables
    .selectFrom("jobs")
    .innerJoin("assets", "assets.job_id", "jobs.id")
    .select(({ fn }) => [
      fn.countAll<number | string>().as("files"),
      fn.sum("assets.bytes").as("bytes"),
    ])
    .where("jobs.key_id", "=", keyId)
    .where("assets.deleted_at", "is", null)
    .executeTakeFirstOrThrow();
  return {
    files: Number(uploaded.files) + Number(made.files),
    bytes: Number(uploaded.bytes ?? 0) + Number(made.bytes ?? 0),
  };
}

/** Throws `budget_exceeded` when a key keeps as much as it may. */
export function checkKept(
  { maxBytes, maxFiles }: Pick<KeyRules, "maxBytes" | "maxFiles">,
  kept: Kept,
): void {
  if (maxBytes !== null && kept.bytes >= maxBytes)
    throw full("max_bytes", `This key may keep ${maxBytes} bytes, and keeps ${kept.bytes}.`);
  if (maxFiles !== null && kept.files >= maxFiles)
    throw full("max_files", `This key may keep ${maxFiles} files, and keeps ${kept.files}.`);
}

function full(reason: string, message: string): ServiceError {
  return new ServiceError("budget_exceeded", message, {
    reason,
    charged: "no",
    fix: "Delete files or results of this key, or ask the gateway's owner for a higher limit.",
  });
}
