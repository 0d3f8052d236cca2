// Creates the table of what stopped accounts and what their last check told. Forward only: a later change is a new file.

import type { Kysely } from "kysely";

/** Creates the table. Accounts of settings have rows here, too. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("account_states")
    .addColumn("account", "text", (column) => column.primaryKey())
    .addColumn("stop", "text")
    .addColumn("strikes", "integer", (column) => column.notNull())
    .addColumn("refused_models", "text")
    .addColumn("checked", "text")
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .execute();
}
