// Reads and writes batches and their lines.

import { sql } from "kysely";

import type { GatewayDatabase } from "../database/database.ts";
import { createWriter } from "../database/writer.ts";
import { activeStatuses, createBatchQueries } from "./batch-queries.ts";
import type { BatchQueries } from "./batch-queries.ts";
import type { BatchStatus, BatchWait } from "./batch.ts";
import { createLineStore } from "./line-store.ts";
import type { LineStore } from "./line-store.ts";
import { createUploadStore } from "./upload-store.ts";
import type { UploadStore } from "./upload-store.ts";

/** Reads and writes batches. */
export interface BatchStore extends BatchQueries, UploadStore, LineStore {
  /** Stops further lines from becoming jobs; returns false when the batch is not at work. */
  cancel(id: string, now: number): Promise<boolean>;
  /** Notes when the batch is worked on next, and why nothing becomes a job now. */
  plan(id: string, runAt: number, waiting: BatchWait | null): Promise<void>;
  /** Ends a batch whose lines have all ended; returns whether it has. */
  end(id: string, now: number): Promise<boolean>;
}

/** Makes the store of an open database. */
export function createBatchStore(database: GatewayDatabase): BatchStore {
  const writer = createWriter(database);
  const change = async (
    id: string,
    from: readonly BatchStatus[],
    values: Record<string, unknown>,
    condition = sql<boolean>`true`,
  ): Promise<boolean> => {
    const rows = await writer.write(
      (transaction) =>
        transaction
          .updateTable("batches")
          .set(values)
          .where("id", "=", id)
          .where("status", "in", from)
          .where(condition)
          .returning("id")
          .execute(),
      { statements: "one" },
    );
    return rows.length > 0;
  };
  const allEnded = sql<boolean>`lines_total = lines_completed + lines_failed + lines_cancelled`;

  return {
    ...createBatchQueries(database.tables),
    ...createUploadStore(database),
    ...createLineStore(database),

    cancel: (id, now) =>
      change(id, ["in_progress"], {
        status: "cancelling",
        cancelling_at: now,
        run_at: now,
        waiting: null,
      }),

    async plan(id, runAt, waiting) {
      const reason = waiting === null ? null : JSON.stringify(waiting);
      await change(id, activeStatuses, { run_at: runAt, waiting: reason });
    },

    end(id, now) {
      const status = sql`case when status = 'cancelling' then 'cancelled' else 'completed' end`;
      const values = { status, ended_at: now, run_at: null, waiting: null };
      return change(id, activeStatuses, values, allEnded);
    },
  };
}
