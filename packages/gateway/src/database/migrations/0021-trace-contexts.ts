// Adds the context of the trace to which a job belongs, so that it is followed across restarts and nodes. Forward only: a
// later change is a new file.

import type { Kysely } from "kysely";

/** Adds `jobs.traceparent`, null for jobs that exist. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable("jobs").addColumn("traceparent", "text").execute();
}
