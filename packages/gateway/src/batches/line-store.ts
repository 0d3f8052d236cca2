// Reads and changes the lines of batches, with the counts of their batch.

import { sql } from "kysely";
import type { Kysely } from "kysely";

import type { GatewayDatabase } from "../database/database.ts";
import { createWriter } from "../database/writer.ts";
import type { BatchTable, Schema } from "../database/migrations/schema.ts";
import { lineColumns, parseLine } from "./batch-rows.ts";
import type { BatchLine, LineState } from "./batch.ts";

/** A change of a line. */
export interface LineChange {
  number: number;
  from: readonly LineState[];
  to: LineState;
  jobIds?: string[];
  /** The expected credits of the jobs that were made. */
  credits?: number;
  error?: BatchLine["error"];
}

/** Which lines are read: those after a number, of some states. */
export interface LineQuery {
  states?: readonly LineState[];
  after?: number;
  limit: number;
}

/** Reads and changes lines. */
export interface LineStore {
  /** Returns lines in their order. */
  lines(id: string, query: LineQuery): Promise<BatchLine[]>;
  /** Returns the lines that were refused, in their order. */
  refused(id: string, limit: number): Promise<BatchLine[]>;
  /** Returns the text of a line. */
  content(id: string, number: number): Promise<string>;
  /** Changes those of the lines that are still in the states they are changed from, with the counts of the batch. */
  change(id: string, changes: readonly LineChange[], now: number): Promise<void>;
  /** Cancels lines of which nothing was made; returns how many were. */
  cancelPending(id: string, limit: number, now: number): Promise<number>;
}

/** Makes the store of an open database. */
export function createLineStore(database: GatewayDatabase): LineStore {
  const { tables } = database;
  const writer = createWriter(database);
  const select = (id: string) =>
    tables.selectFrom("batch_lines").select(lineColumns).where("batch_id", "=", id);
  return {
    async lines(id, { states, after = 0, limit }) {
      let query = select(id).where("number", ">", after).orderBy("number").limit(limit);
      if (states !== undefined) query = query.where("state", "in", states);
      return (await query.execute()).map(parseLine);
    },

    async refused(id, limit) {
      const rows = await select(id)
        .where("state", "=", "failed")
        .where("error", "is not", null)
        .orderBy("number")
        .limit(limit)
        .execute();
      return rows.map(parseLine);
    },

    async content(id, number) {
      const row = await tables
        .selectFrom("batch_lines")
        .select("content")
        .where("batch_id", "=", id)
        .where("number", "=", number)
        .executeTakeFirstOrThrow();
      return row.content;
    },

    change: (id, changes, now) =>
      writer.write(async (transaction) => {
        const moved = new Map<LineState, number>();
        let credits = 0;
        for (const change of changes) {
          const before = await changeLine(transaction, id, change, now);
          if (before === undefined) continue;
          moved.set(before, (moved.get(before) ?? 0) - 1);
          moved.set(change.to, (moved.get(change.to) ?? 0) + 1);
          credits += change.credits ?? 0;
        }
        await addToCounts(transaction, id, moved, credits);
      }),

    cancelPending: (id, limit, now) =>
      writer.write(async (transaction) => {
        const rows = await transaction
          .updateTable("batch_lines")
          .set({ state: "cancelled", state_at: now })
          .where("batch_id", "=", id)
          .where("number", "in", (query) =>
            query
              .selectFrom("batch_lines")
              .select("number")
              .where("batch_id", "=", id)
              .where("state", "=", "pending")
              .orderBy("number")
              .limit(limit),
          )
          .returning("number")
          .execute();
        await addToCounts(transaction, id, new Map([["cancelled", rows.length]]), 0);
        return rows.length;
      }),
  };
}

/** Changes a line; returns the state that it was in, undefined when that is none of those it is changed from. */
async function changeLine(
  transaction: Kysely<Schema>,
  id: string,
  { number, from, to, jobIds, credits, error }: LineChange,
  now: number,
): Promise<LineState | undefined> {
  for (const state of from) {
    const rows = await transaction
      .updateTable("batch_lines")
      .set({
        state: to,
        state_at: now,
        ...(jobIds === undefined ? {} : { job_ids: JSON.stringify(jobIds) }),
        ...(credits === undefined ? {} : { credits }),
        ...(error === undefined ? {} : { error: JSON.stringify(error) }),
      })
      .where("batch_id", "=", id)
      .where("number", "=", number)
      .where("state", "=", state)
      .returning("number")
      .execute();
    if (rows.length > 0) return state;
  }
  return undefined;
}

const countColumns: Partial<Record<LineState, keyof BatchTable>> = {
  open: "lines_open",
  completed: "lines_completed",
  failed: "lines_failed",
  cancelled: "lines_cancelled",
};

async function addToCounts(
  transaction: Kysely<Schema>,
  id: string,
  moved: ReadonlyMap<LineState, number>,
  credits: number,
): Promise<void> {
  const added = [...moved].flatMap(([state, count]) => {
    const column = countColumns[state];
    return column === undefined || count === 0 ? [] : [[column, count] as const];
  });
  if (credits !== 0) added.push(["committed_credits", credits]);
  if (added.length === 0) return;
  const set = Object.fromEntries(
    added.map(([column, count]) => [column, sql<number>`${sql.ref(column)} + ${count}`]),
  );
  await transaction.updateTable("batches").set(set).where("id", "=", id).execute();
}
