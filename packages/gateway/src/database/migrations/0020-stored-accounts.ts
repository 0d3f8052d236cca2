// Adds what is kept of accounts that their owner stored, beside those of visitors. Forward only: a later change is a new file.

import type { Kysely } from "kysely";

/** Adds columns to `accounts`; all of them are null for visitors. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const column of ["added_at", "updated_at", "ends_at"]) {
    await database.schema.alterTable("accounts").addColumn(column, "bigint").execute();
  }
  for (const column of ["user_id", "proxy"]) {
    await database.schema.alterTable("accounts").addColumn(column, "text").execute();
  }
}
