// Translates the rows of batches and of their lines from and to the database.

import type { BatchLineTable, BatchTable } from "../database/migrations/schema.ts";
import type { Batch, BatchLine, BatchStatus, BatchWait, LineState } from "./batch.ts";

/** The columns of a line that are read where its text is not needed. */
export const lineColumns = [
  "number",
  "custom_id",
  "state",
  "state_at",
  "job_ids",
  "error",
] as const;

/** Reads the row of a batch. */
export function parseBatch(row: BatchTable): Batch {
  return {
    id: row.id,
    owner: { keyId: row.key_id, seesEverything: row.sees_everything === 1 },
    status: row.status as BatchStatus,
    endpoint: row.endpoint,
    inputFileId: row.input_file_id,
    completionWindow: row.completion_window,
    metadata: row.metadata === null ? null : (JSON.parse(row.metadata) as Record<string, string>),
    ownBase: row.own_base,
    maxCredits: row.max_credits,
    confirmed: row.confirmed === 1,
    idempotencyKey: row.idempotency_key,
    contentHash: row.content_hash,
    receivedLines: row.received_lines,
    estimatedCredits: row.estimated_credits,
    unpricedLines: row.unpriced_lines,
    committedCredits: row.committed_credits,
    counts: {
      total: row.lines_total,
      open: row.lines_open,
      completed: row.lines_completed,
      failed: row.lines_failed,
      cancelled: row.lines_cancelled,
    },
    waiting: row.waiting === null ? null : (JSON.parse(row.waiting) as BatchWait),
    answeredAt: row.answered_at,
    createdAt: row.created_at,
    startedAt: row.started_at,
    cancellingAt: row.cancelling_at,
    endedAt: row.ended_at,
  };
}

/** Builds the row of a batch; `upload` may add lines to it. */
export function toBatchRow(batch: Batch, upload: string): BatchTable {
  const { counts, owner } = batch;
  return {
    id: batch.id,
    key_id: owner.keyId,
    owner: owner.keyId ?? "",
    sees_everything: owner.seesEverything ? 1 : 0,
    status: batch.status,
    endpoint: batch.endpoint,
    input_file_id: batch.inputFileId,
    completion_window: batch.completionWindow,
    metadata: batch.metadata === null ? null : JSON.stringify(batch.metadata),
    own_base: batch.ownBase,
    idempotency_key: batch.idempotencyKey,
    upload,
    content_hash: batch.contentHash,
    received_lines: batch.receivedLines,
    max_credits: batch.maxCredits,
    confirmed: batch.confirmed ? 1 : 0,
    estimated_credits: batch.estimatedCredits,
    unpriced_lines: batch.unpricedLines,
    committed_credits: batch.committedCredits,
    lines_total: counts.total,
    lines_open: counts.open,
    lines_completed: counts.completed,
    lines_failed: counts.failed,
    lines_cancelled: counts.cancelled,
    waiting: batch.waiting === null ? null : JSON.stringify(batch.waiting),
    run_at: null,
    answered_at: batch.answeredAt,
    created_at: batch.createdAt,
    started_at: batch.startedAt,
    cancelling_at: batch.cancellingAt,
    ended_at: batch.endedAt,
  };
}

/** Reads the row of a line. */
export function parseLine(row: Pick<BatchLineTable, (typeof lineColumns)[number]>): BatchLine {
  return {
    number: row.number,
    customId: row.custom_id,
    state: row.state as LineState,
    stateAt: row.state_at,
    jobIds: row.job_ids === null ? [] : (JSON.parse(row.job_ids) as string[]),
    error: row.error === null ? null : (JSON.parse(row.error) as BatchLine["error"]),
  };
}
