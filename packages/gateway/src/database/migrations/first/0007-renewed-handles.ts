// Adds the column that remembers when the upload handles of a job were renewed. Forward only: a later change is a new
// file.

import type { Kysely } from "kysely";

/** Adds `jobs.handles_renewed_at`. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable("jobs").addColumn("handles_renewed_at", "bigint").execute();
}
