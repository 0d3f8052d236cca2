// Reads batches.

import type { Kysely } from "kysely";

import type { Schema } from "../database/migrations/schema.ts";
import { parseBatch } from "./batch-rows.ts";
import type { Batch, BatchStatus } from "./batch.ts";

/** Which batches a list shows; `keyId` undefined means everybody's. */
export interface BatchFilter {
  keyId?: string | null;
  after?: string;
  limit: number;
  order: "asc" | "desc";
}

/** What can be asked about batches. */
export interface BatchQueries {
  get(id: string): Promise<Batch | undefined>;
  /** Finds the batch of an Idempotency-Key. */
  byKey(owner: string | null, key: string): Promise<Batch | undefined>;
  /** Finds another batch of the same lines whose answer nobody received, made after `since`. */
  unanswered(batch: Batch, since: number): Promise<Batch | undefined>;
  /** Finds the latest batch of an uploaded file, made after `since`. */
  ofFile(owner: string | null, fileId: string, since: number): Promise<Batch | undefined>;
  list(filter: BatchFilter): Promise<{ batches: Batch[]; hasMore: boolean }>;
  /** Returns the ids of uploads that broke off: those that began before a time, without a key and with one. */
  brokenOff(before: { keyless: number; keyed: number }): Promise<string[]>;
  /** Returns the ids of the batches that are worked on. */
  active(): Promise<string[]>;
  /** Returns the ids of active batches whose time passed before `before`, the longest due first. */
  overdue(before: number, limit: number): Promise<string[]>;
}

/** The statuses of the batches that are worked on. */
export const activeStatuses: readonly BatchStatus[] = ["in_progress", "cancelling"];

/** Makes the queries of an open database. */
export function createBatchQueries(tables: Kysely<Schema>): BatchQueries {
  const all = tables.selectFrom("batches").selectAll();
  const ids = tables.selectFrom("batches").select("id");
  const first = async (query: typeof all): Promise<Batch | undefined> => {
    const row = await query.limit(1).executeTakeFirst();
    return row && parseBatch(row);
  };
  const idsOf = async (query: typeof ids): Promise<string[]> =>
    (await query.execute()).map(({ id }) => id);

  return {
    get: (id) => first(all.where("id", "=", id)),

    byKey: (owner, key) =>
      first(all.where("owner", "=", owner ?? "").where("idempotency_key", "=", key)),

    unanswered: ({ id, owner, contentHash }, since) =>
      first(
        all
          .where("owner", "=", owner.keyId ?? "")
          .where("content_hash", "=", contentHash)
          .where("id", "<>", id)
          .where("answered_at", "is", null)
          .where("status", "<>", "validating")
          .where("created_at", ">", since),
      ),

    ofFile: (owner, fileId, since) =>
      first(
        all
          .where("owner", "=", owner ?? "")
          .where("input_file_id", "=", fileId)
          .where("created_at", ">", since)
          .where("status", "<>", "validating")
          .orderBy("id", "desc"),
      ),

    async list({ keyId, after, limit, order }) {
      let query = all.orderBy("id", order).limit(limit + 1);
      if (after !== undefined) query = query.where("id", order === "asc" ? ">" : "<", after);
      if (keyId === null) query = query.where("key_id", "is", null);
      else if (keyId !== undefined) query = query.where("key_id", "=", keyId);
      const rows = await query.execute();
      return { batches: rows.slice(0, limit).map(parseBatch), hasMore: rows.length > limit };
    },

    brokenOff: ({ keyless, keyed }) =>
      idsOf(
        ids
          .where("status", "=", "validating")
          .where(({ or, and, eb }) =>
            or([
              and([eb("idempotency_key", "is", null), eb("created_at", "<", keyless)]),
              eb("created_at", "<", keyed),
            ]),
          ),
      ),

    active: () => idsOf(ids.where("status", "in", activeStatuses)),

    overdue: (before, limit) =>
      idsOf(
        ids
          .where("status", "in", activeStatuses)
          .where("run_at", "<=", before)
          .orderBy("run_at")
          .limit(limit),
      ),
  };
}
