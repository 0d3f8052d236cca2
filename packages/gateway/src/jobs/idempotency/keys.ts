// Reads and writes the table `idempotency_keys`: the jobs of each Idempotency-Key that a caller sent.

import type { Kysely } from "kysely";

import type { Schema } from "../../database/migrations/schema.ts";
import { ServiceError } from "../../errors.ts";
import type { IdempotencyContext } from "../job.ts";
import { requestLifetimeMs } from "./joining.ts";

/** Returns the ids of a key's jobs; undefined for a new key. Throws `idempotency_key_reused` for another request. */
export async function findByKey(
  tables: Kysely<Schema>,
  context: IdempotencyContext,
  now: number,
): Promise<string[] | undefined> {
  const row = await tables
    .selectFrom("idempotency_keys")
    .select(["request_hash", "job_ids"])
    .where("owner", "=", ownerOf(context))
    .where("key", "=", context.key ?? "")
    .where("expires_at", ">", now)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.request_hash === context.requestHash) return JSON.parse(row.job_ids) as string[];
  throw new ServiceError(
    "idempotency_key_reused",
    "This Idempotency-Key was used for another request within the last 24 hours.",
    {
      param: "Idempotency-Key",
      charged: "no",
      fix: "Use a new key for a new request; send the same request with the old one.",
    },
  );
}

/**
 * Claims a key for new jobs; returns false when it is taken. Of two requests of one moment, on any nodes, the unique
 * index lets one succeed; the other waits here for that commit and then finds its jobs.
 */
export async function claimKey(
  transaction: Kysely<Schema>,
  context: IdempotencyContext,
  { jobIds, now }: { jobIds: readonly string[]; now: number },
): Promise<boolean> {
  const owner = ownerOf(context);
  const key = context.key ?? "";
  await transaction
    .deleteFrom("idempotency_keys")
    .where("owner", "=", owner)
    .where("key", "=", key)
    .where("expires_at", "<=", now)
    .execute();
  const inserted = await transaction
    .insertInto("idempotency_keys")
    .values({
      owner,
      key,
      request_hash: context.requestHash,
      job_ids: JSON.stringify(jobIds),
      expires_at: now + requestLifetimeMs,
    })
    .onConflict((conflict) => conflict.columns(["owner", "key"]).doNothing())
    .returning("key")
    .execute();
  return inserted.length > 0;
}

/** Removes expired keys. */
export async function removeExpiredKeys(tables: Kysely<Schema>, now: number): Promise<void> {
  await tables.deleteFrom("idempotency_keys").where("expires_at", "<=", now).execute();
}

// A column of a primary key cannot be null: the local user is the empty string.
function ownerOf({ keyId }: IdempotencyContext): string {
  return keyId ?? "";
}
