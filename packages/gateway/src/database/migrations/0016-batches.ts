// Creates the tables of batches and of their lines. Forward only: a later change is a new file.

import type { Kysely } from "kysely";

/** Creates the tables and their indexes. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await createBatches(database);
  await createLines(database);
}

async function createBatches({ schema }: Kysely<unknown>): Promise<void> {
  let table = schema
    .createTable("batches")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("key_id", "text");
  for (const name of ["owner", "status", "endpoint", "own_base", "upload", "content_hash"]) {
    table = table.addColumn(name, "text", (column) => column.notNull());
  }
  for (const name of ["input_file_id", "completion_window", "metadata"]) {
    table = table.addColumn(name, "text");
  }
  table = table.addColumn("idempotency_key", "text").addColumn("waiting", "text");
  for (const name of ["sees_everything", "confirmed", "received_lines", "unpriced_lines"]) {
    table = table.addColumn(name, "integer", (column) => column.notNull());
  }
  for (const name of ["total", "open", "completed", "failed", "cancelled"]) {
    table = table.addColumn(`lines_${name}`, "integer", (column) => column.notNull());
  }
  table = table.addColumn("max_credits", "double precision");
  for (const name of ["estimated_credits", "committed_credits"]) {
    table = table.addColumn(name, "double precision", (column) => column.notNull());
  }
  table = table.addColumn("created_at", "bigint", (column) => column.notNull());
  for (const name of ["run_at", "answered_at", "started_at", "cancelling_at", "ended_at"]) {
    table = table.addColumn(name, "bigint");
  }
  await table.execute();
  await schema
    .createIndex("batches_idempotency")
    .unique()
    .on("batches")
    .columns(["owner", "idempotency_key"])
    .execute();
  await schema
    .createIndex("batches_content")
    .on("batches")
    .columns(["owner", "content_hash"])
    .execute();
  await schema
    .createIndex("batches_file")
    .on("batches")
    .columns(["owner", "input_file_id", "id"])
    .execute();
  await schema.createIndex("batches_key").on("batches").columns(["key_id", "id"]).execute();
  await schema.createIndex("batches_status").on("batches").columns(["status", "run_at"]).execute();
}

async function createLines({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("batch_lines")
    .addColumn("batch_id", "text", (column) => column.notNull().references("batches.id"))
    .addColumn("number", "integer", (column) => column.notNull())
    .addColumn("content", "text", (column) => column.notNull())
    .addColumn("custom_id", "text")
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("state_at", "bigint", (column) => column.notNull())
    .addColumn("job_ids", "text")
    .addColumn("credits", "double precision")
    .addColumn("error", "text")
    .addPrimaryKeyConstraint("batch_lines_place", ["batch_id", "number"])
    .execute();
  await schema
    .createIndex("batch_lines_state")
    .on("batch_lines")
    .columns(["batch_id", "state", "number"])
    .execute();
}
