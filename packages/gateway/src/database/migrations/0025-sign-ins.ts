// Creates the table of sign-ins: browsers that hold a cookie instead of a key. Forward only: a later change is a new file.

import type { Kysely } from "kysely";

/** Creates the table. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("sign_ins")
    .addColumn("token_hash", "text", (column) => column.primaryKey())
    .addColumn("key_id", "text")
    .addColumn("secret_hash", "text")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .execute();
  await schema.createIndex("sign_ins_end").on("sign_ins").column("expires_at").execute();
}
