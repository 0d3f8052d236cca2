// Writes batches while their lines come in, and removes them.

import type { Kysely } from "kysely";

import type { GatewayDatabase } from "../database/database.ts";
import { createWriter } from "../database/writer.ts";
import type { Schema } from "../database/migrations/schema.ts";
import { parseBatch, toBatchRow } from "./batch-rows.ts";
import type { Batch, BatchLine, BatchOptions } from "./batch.ts";

/** A line that came in. */
export interface NewLine {
  number: number;
  content: string;
  customId: string | null;
  /** Why the line cannot be met; null for any other. */
  error: BatchLine["error"];
}

/** How far an upload has come. */
export interface UploadProgress {
  receivedLines: number;
  contentHash: string;
  estimatedCredits: number;
  unpricedLines: number;
}

/** Lines that are added, and the progress that they are. */
export interface AddedLines {
  lines: readonly NewLine[];
  progress: UploadProgress;
  /** Unix milliseconds. */
  now: number;
}

/** Writes batches that come in. */
export interface UploadStore {
  /** Stores a batch without lines; returns false when its key is taken. */
  create(batch: Batch, upload: string): Promise<boolean>;
  /** Takes the key from a batch of the caller that is older than `since`. */
  forgetKey(owner: string | null, key: string, since: number): Promise<void>;
  /** Gives an upload the right to add lines, and takes it from the one before; what it says of costs holds. */
  takeOver(
    id: string,
    upload: string,
    costs: Pick<BatchOptions, "maxCredits" | "confirmed">,
  ): Promise<Batch | undefined>;
  /** Adds lines with the progress that they are; returns false when the upload has lost its right. */
  addLines(id: string, upload: string, added: AddedLines): Promise<boolean>;
  /** Lets the lines become jobs; returns false when the upload has lost its right. */
  activate(id: string, upload: string, now: number): Promise<boolean>;
  /** Notes that the answer about a batch went out. */
  answered(id: string, now: number): Promise<void>;
  /** Removes a batch with its lines, some at a time. */
  remove(id: string): Promise<void>;
}

const linesPerRemoval = 2000;

/** Makes the writes of an open database. */
export function createUploadStore(database: GatewayDatabase): UploadStore {
  const writer = createWriter(database);
  const one = { statements: "one" } as const;
  return {
    create: (batch, upload) =>
      writer.write((transaction) => insert(transaction, batch, upload), one),

    async forgetKey(owner, key, since) {
      await writer.write(
        (transaction) =>
          transaction
            .updateTable("batches")
            .set({ idempotency_key: null })
            .where("owner", "=", owner ?? "")
            .where("idempotency_key", "=", key)
            .where("created_at", "<", since)
            .execute(),
        one,
      );
    },

    async takeOver(id, upload, { maxCredits, confirmed }) {
      const [row] = await writer.write(
        (transaction) =>
          transaction
            .updateTable("batches")
            .set({ upload, max_credits: maxCredits, confirmed: confirmed ? 1 : 0 })
            .where("id", "=", id)
            .where("status", "=", "validating")
            .returningAll()
            .execute(),
        one,
      );
      return row && parseBatch(row);
    },

    addLines: (id, upload, added) =>
      writer.write((transaction) => addLines(transaction, id, upload, added)),

    async activate(id, upload, now) {
      const rows = await writer.write(
        (transaction) =>
          transaction
            .updateTable("batches")
            .set({ status: "in_progress", started_at: now, run_at: now })
            .where("id", "=", id)
            .where("upload", "=", upload)
            .where("status", "=", "validating")
            .returning("id")
            .execute(),
        one,
      );
      return rows.length > 0;
    },

    async answered(id, now) {
      await writer.write(
        (transaction) =>
          transaction
            .updateTable("batches")
            .set({ answered_at: now })
            .where("id", "=", id)
            .execute(),
        one,
      );
    },

    async remove(id) {
      for (;;) {
        const removed = await writer.write((transaction) => removeLines(transaction, id), one);
        if (removed < linesPerRemoval) break;
      }
      await writer.write(
        (transaction) => transaction.deleteFrom("batches").where("id", "=", id).execute(),
        one,
      );
    },
  };
}

async function insert(transaction: Kysely<Schema>, batch: Batch, upload: string): Promise<boolean> {
  const rows = await transaction
    .insertInto("batches")
    .values(toBatchRow(batch, upload))
    .onConflict((conflict) => conflict.columns(["owner", "idempotency_key"]).doNothing())
    .returning("id")
    .execute();
  return rows.length > 0;
}

async function addLines(
  transaction: Kysely<Schema>,
  id: string,
  upload: string,
  { lines, progress, now }: AddedLines,
): Promise<boolean> {
  const failed = lines.filter(({ error }) => error !== null).length;
  const changed = await transaction
    .updateTable("batches")
    .set((row) => ({
      received_lines: progress.receivedLines,
      content_hash: progress.contentHash,
      estimated_credits: progress.estimatedCredits,
      unpriced_lines: progress.unpricedLines,
      lines_total: row("lines_total", "+", lines.length),
      lines_failed: row("lines_failed", "+", failed),
    }))
    .where("id", "=", id)
    .where("upload", "=", upload)
    .where("status", "=", "validating")
    .returning("id")
    .execute();
  if (changed.length === 0) return false;
  const rows = lines.map(({ number, content, customId, error }) => ({
    batch_id: id,
    number,
    content,
    custom_id: customId,
    state: error === null ? "pending" : "failed",
    state_at: now,
    job_ids: null,
    credits: null,
    error: error === null ? null : JSON.stringify(error),
  }));
  await transaction.insertInto("batch_lines").values(rows).execute();
  return true;
}

/** Removes some lines of a batch and returns how many. */
async function removeLines(transaction: Kysely<Schema>, id: string): Promise<number> {
  const rows = await transaction
    .deleteFrom("batch_lines")
    .where("batch_id", "=", id)
    .where("number", "in", (query) =>
      query
        .selectFrom("batch_lines")
        .select("number")
        .where("batch_id", "=", id)
        .orderBy("number")
        .limit(linesPerRemoval),
    )
    .returning("number")
    .execute();
  return rows.length;
}
