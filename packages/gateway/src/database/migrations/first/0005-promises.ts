// Creates the tables of idempotency keys and of running processes, and adds the columns of jobs for joining, cancelling,
// retrying and continuing. Forward only: a later change is a new file.

import type { Kysely } from "kysely";

/** Adds the columns and creates the tables and indexes. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const texts = ["model", "body_hash", "waiter", "retry_of"];
  const numbers = [
    "undelivered_at",
    "start_before",
    "cancel_sent_at",
    "continued_count",
    "continued_at",
  ];
  for (const name of texts) {
    await database.schema.alterTable("jobs").addColumn(name, "text").execute();
  }
  for (const name of numbers) {
    await database.schema.alterTable("jobs").addColumn(name, "bigint").execute();
  }
  await database.schema
    .createIndex("jobs_body")
    .on("jobs")
    .columns(["body_hash", "key_id", "id"])
    .execute();
  await database.schema.createIndex("jobs_group").on("jobs").column("group_id").execute();
  await database.schema
    .createTable("idempotency_keys")
    .addColumn("owner", "text", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("body_hash", "text", (column) => column.notNull())
    .addColumn("job_ids", "text", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("idempotency_keys_holder", ["owner", "key"])
    .execute();
  await database.schema
    .createIndex("idempotency_keys_expiry")
    .on("idempotency_keys")
    .column("expires_at")
    .execute();
  await database.schema
    .createTable("nodes")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("alive_until", "bigint", (column) => column.notNull())
    .execute();
}
