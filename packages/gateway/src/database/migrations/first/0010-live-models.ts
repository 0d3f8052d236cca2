// Creates the table live_models. Forward only: a later change is a new file.

import type { Kysely } from "kysely";

/** Creates the table of the sites' live lists of models: one row per region. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("live_models")
    .addColumn("region", "text", (column) => column.primaryKey())
    .addColumn("lists", "text")
    .addColumn("changes", "text", (column) => column.notNull())
    .addColumn("read_at", "bigint")
    .addColumn("attempted_at", "bigint", (column) => column.notNull())
    .addColumn("failures", "integer", (column) => column.notNull())
    .execute();
}
