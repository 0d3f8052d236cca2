// Creates the tables jobs, assets and accounts. Forward only: a later change is a new file.

import type { Kysely } from "kysely";

/** Creates the tables and their indexes. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await createJobs(database);
  await createAssets(database);
  await createAccounts(database);
}

async function createJobs(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("jobs")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("request", "text", (column) => column.notNull())
    .addColumn("warnings", "text", (column) => column.notNull())
    .addColumn("account_id", "text")
    .addColumn("submit_id", "text")
    .addColumn("operation", "text")
    .addColumn("forecast", "text")
    .addColumn("queue", "text")
    .addColumn("progress", "integer", (column) => column.notNull())
    .addColumn("result", "text")
    .addColumn("error", "text")
    .addColumn("attempts", "integer", (column) => column.notNull())
    .addColumn("run_at", "bigint")
    .addColumn("priority", "integer", (column) => column.notNull())
    .addColumn("deadline_at", "bigint", (column) => column.notNull())
    .addColumn("submitted_at", "bigint")
    .addColumn("doubt_since", "bigint")
    .addColumn("settles_at", "bigint")
    .addColumn("doubts", "integer", (column) => column.notNull())
    .addColumn("started_at", "bigint")
    .addColumn("cancel_requested", "integer", (column) => column.notNull())
    .addColumn("idempotency_key", "text")
    .addColumn("key_id", "text")
    .addColumn("group_id", "text")
    .addColumn("delivered_at", "bigint")
    .addColumn("cost", "text", (column) => column.notNull())
    .addColumn("logid", "text")
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addColumn("completed_at", "bigint")
    .execute();
  // Without this index a lookup by submit id reads the whole table, and two rows could share one paid start.
  await database.schema
    .createIndex("jobs_submit_id")
    .unique()
    .on("jobs")
    .column("submit_id")
    .execute();
  await database.schema.createIndex("jobs_status").on("jobs").columns(["status", "id"]).execute();
  await database.schema
    .createIndex("jobs_account")
    .on("jobs")
    .columns(["account_id", "status"])
    .execute();
  await database.schema.createIndex("jobs_created").on("jobs").column("created_at").execute();
  await database.schema.createIndex("jobs_key").on("jobs").columns(["key_id", "id"]).execute();
}

async function createAssets(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("assets")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("job_id", "text", (column) => column.notNull().references("jobs.id"))
    .addColumn("position", "integer", (column) => column.notNull())
    .addColumn("item_id", "text", (column) => column.notNull())
    .addColumn("content_type", "text", (column) => column.notNull())
    .addColumn("width", "integer")
    .addColumn("height", "integer")
    .addColumn("duration_ms", "integer")
    .addColumn("bytes", "bigint", (column) => column.notNull())
    .addColumn("upstream_url", "text", (column) => column.notNull())
    .addColumn("upstream_expires_at", "bigint")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();
  await database.schema
    .createIndex("assets_item")
    .unique()
    .on("assets")
    .columns(["job_id", "item_id"])
    .execute();
}

async function createAccounts(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("accounts")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("region", "text", (column) => column.notNull())
    .addColumn("fingerprint", "text", (column) => column.notNull())
    .addColumn("session", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();
}
