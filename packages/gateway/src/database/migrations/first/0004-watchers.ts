// Creates the table watchers. Forward only: a later change is a new file.

import type { Kysely } from "kysely";

/** Creates the table of leases on polling: one row per account, with the node that polls it. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("watchers")
    .addColumn("account", "text", (column) => column.primaryKey())
    .addColumn("node", "text", (column) => column.notNull())
    .addColumn("lease_until", "bigint", (column) => column.notNull())
    .addColumn("fence", "bigint", (column) => column.notNull())
    .execute();
}
