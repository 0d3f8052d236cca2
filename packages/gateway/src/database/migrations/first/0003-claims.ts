// Creates the table claims. Forward only: a later change is a new file.

import type { Kysely } from "kysely";

/** Creates the table of daily claims: one row per account and local day. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("claims")
    .addColumn("account", "text", (column) => column.notNull())
    .addColumn("day", "text", (column) => column.notNull())
    .addColumn("amount", "integer", (column) => column.notNull())
    .addColumn("time_zone", "text", (column) => column.notNull())
    .addColumn("claimed_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("claims_account_day", ["account", "day"])
    .execute();
}
