// Moves the columns about answers from `jobs` to a table of their own, `job_responses`, and renames columns to the
// glossary's terms. Forward only: a later change is a new file.

import { sql } from "kysely";
import type { Kysely } from "kysely";

/** Creates `job_responses`, fills it from `jobs`, drops and renames columns. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const { schema } = database;
  await schema
    .createTable("job_responses")
    .addColumn("job_id", "text", (column) => column.primaryKey().references("jobs.id"))
    .addColumn("request_hash", "text", (column) => column.notNull())
    .addColumn("connection", "text")
    .addColumn("answered_at", "bigint")
    .addColumn("orphaned_at", "bigint")
    .execute();
  await sql`
    insert into job_responses (job_id, request_hash, connection, answered_at, orphaned_at)
    select id, body_hash, waiter, delivered_at, undelivered_at from jobs where body_hash is not null
  `.execute(database);
  await schema
    .createIndex("job_responses_request")
    .on("job_responses")
    .columns(["request_hash", "job_id"])
    .execute();
  await schema.dropIndex("jobs_body").execute();
  const dropped = ["body_hash", "waiter", "delivered_at", "undelivered_at", "idempotency_key"];
  for (const name of dropped) await schema.alterTable("jobs").dropColumn(name).execute();
  const renamed = [
    ["doubt_since", "uncertain_since"],
    ["settles_at", "resolve_by"],
    ["doubts", "uncertain_starts"],
  ] as const;
  for (const [from, to] of renamed) {
    await schema.alterTable("jobs").renameColumn(from, to).execute();
  }
  await schema.alterTable("watchers").renameTo("pollers").execute();
  await schema.alterTable("idempotency_keys").renameColumn("body_hash", "request_hash").execute();
}
