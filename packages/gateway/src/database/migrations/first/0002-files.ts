// Creates the tables of reference files and of their uploads. Forward only: a later change is a new file.

import type { Kysely } from "kysely";

/** Creates the tables and their indexes. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("files")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("sha256", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("content_type", "text", (column) => column.notNull())
    .addColumn("width", "integer")
    .addColumn("height", "integer")
    .addColumn("duration_ms", "integer")
    .addColumn("bytes", "bigint", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("key_id", "text")
    .addColumn("purpose", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint")
    .execute();
  await database.schema.createIndex("files_sha256").on("files").column("sha256").execute();
  await database.schema.createIndex("files_expiry").on("files").column("expires_at").execute();
  await database.schema
    .createTable("uploads")
    .addColumn("sha256", "text", (column) => column.notNull())
    .addColumn("account_id", "text", (column) => column.notNull())
    .addColumn("handle", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("uploads_key", ["sha256", "account_id"])
    .execute();
}
