// Adds what a job's answers depend on: whether it was deleted, which video it was remixed from, and how long its files'
// addresses work. Forward only: a later change is a new file.

import type { Kysely } from "kysely";

/** Adds `jobs.deleted_at`, `jobs.remix_of` and `jobs.url_ttl_seconds`, all null for jobs that exist. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const { schema } = database;
  await schema.alterTable("jobs").addColumn("deleted_at", "bigint").execute();
  await schema.alterTable("jobs").addColumn("remix_of", "text").execute();
  await schema.alterTable("jobs").addColumn("url_ttl_seconds", "integer").execute();
}
