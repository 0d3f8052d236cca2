// Adds the columns that tell a result whose file is incomplete, and how often a job's files came broken. Forward only: a
// later change is a new file.

import type { Kysely } from "kysely";

/** Adds `assets.incomplete` and `jobs.broken_downloads`. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable("assets")
    .addColumn("incomplete", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
  await database.schema
    .alterTable("jobs")
    .addColumn("broken_downloads", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
}
