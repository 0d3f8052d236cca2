// Has the results that were made with reference files looked at again: which results those files were was not recognised.
// Forward only: a later change is a new file.

import { sql } from "kysely";
import type { Kysely } from "kysely";

/** Marks the results as not filled; the library fills them after the start. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    update assets set indexed = 0
    where made_from is null and job_id in (select id from jobs where request like '%jimeng-file:%')
  `.execute(database);
}
