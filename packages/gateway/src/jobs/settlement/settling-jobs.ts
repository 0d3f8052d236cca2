// Reads and changes the part of the jobs' rows that settlement works with.

import type { Kysely } from "kysely";

import type { Schema } from "../../database/migrations/schema.ts";
import type { Writer } from "../../database/writer.ts";
import type { RecentRows } from "../recent-rows.ts";

/** An ended job whose charge is not settled. Times are Unix milliseconds. */
export interface SettlingJob {
  id: string;
  submitId: string;
  /** When its first start was sent. */
  startedAt: number;
  endedAt: number;
  /** When the credit history is read for it. */
  settleAt: number;
}

/** The rows that wait to settle. */
export interface SettlingJobs {
  /** Returns an account's jobs that wait, the longest due first. */
  of(account: string): Promise<SettlingJob[]>;
  /** Returns when each account's history must be read next. */
  accounts(): Promise<{ account: string; at: number }[]>;
  /** Moves the times of rows that nobody changed meanwhile; null ends the waiting. */
  reschedule(moves: { job: SettlingJob; to: number | null }[]): Promise<void>;
}

// What is beyond waits for its slot; a page answers for all of these at once.
const maxJobs = 2000;

/** Creates the access over the tables of a database; `recent` forgets the rows that it changes. */
export function createSettlingJobs(
  tables: Kysely<Schema>,
  writer: Writer,
  recent?: Pick<RecentRows, "forget">,
): SettlingJobs {
  return {
    async of(account) {
      const rows = await tables
        .selectFrom("jobs")
        .select(["id", "submit_id", "submitted_at", "created_at", "completed_at", "updated_at"])
        .select("settle_at")
        .where("account_id", "=", account)
        .where("settle_at", "is not", null)
        .orderBy("settle_at")
        .limit(maxJobs)
        .execute();
      return rows.flatMap((row) =>
        row.submit_id === null || row.settle_at === null
          ? []
          : [
              {
                id: row.id,
                submitId: row.submit_id,
                startedAt: row.submitted_at ?? row.created_at,
                endedAt: row.completed_at ?? row.updated_at,
                settleAt: row.settle_at,
              },
            ],
      );
    },

    async accounts() {
      const rows = await tables
        .selectFrom("jobs")
        .select(({ fn }) => ["account_id", fn.min("settle_at").as("at")])
        .where("settle_at", "is not", null)
        .where("account_id", "is not", null)
        .groupBy("account_id")
        .execute();
      return rows.flatMap(({ account_id: account, at }) =>
        account === null || at === null ? [] : [{ account, at: Number(at) }],
      );
    },

    async reschedule(moves) {
      if (moves.length === 0) return;
      try {
        await writer.write(async (transaction) => {
          for (const { job, to } of moves) {
            await transaction
              .updateTable("jobs")
              .set({ settle_at: to })
              .where("id", "=", job.id)
              .where("settle_at", "=", job.settleAt)
              .execute();
          }
        });
      } finally {
        for (const { job } of moves) recent?.forget(job.id);
      }
    },
  };
}
