// Creates the table of upload links: pages on which a person gives one file. Forward only: a later change is a new file.

import type { Kysely } from "kysely";

/** Creates the table. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("upload_links")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("token_hash", "text", (column) => column.notNull().unique())
    .addColumn("key_id", "text")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("claimed_at", "bigint")
    .addColumn("file_id", "text")
    .execute();
  await schema.createIndex("upload_links_end").on("upload_links").column("expires_at").execute();
}
