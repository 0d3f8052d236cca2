// Adds which results a result was made from, and an index for counting the results of all callers by day. Forward only: a
// later change is a new file.

import { sql } from "kysely";
import type { Kysely } from "kysely";

/** Adds the column and the index; results that exist were made from none that is known. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable("assets").addColumn("made_from", "text").execute();
  await sql`
    create index assets_live on assets (sort_key) where trashed_at is null and deleted_at is null
  `.execute(database);
}
