// Adds what settlement needs: when a job's charge is looked for, when it was certain, and when each account's credit
// history may be read next. Forward only: a later change is a new file.

import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Adds the columns and the table with their indexes. Jobs that ended before stay as they are: nobody knows. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const { schema } = database;
  await schema.alterTable("jobs").addColumn("settle_at", "bigint").execute();
  await schema.alterTable("jobs").addColumn("settled_at", "bigint").execute();
  await sql`
    create index jobs_to_settle on jobs (account_id, settle_at) where settle_at is not null
  `.execute(database);
  // What an account was charged for a model, the latest first.
  await sql`
    create index jobs_prices on jobs (account_id, model, settled_at) where settled_at is not null
  `.execute(database);
  await schema
    .createTable("credit_reads")
    .addColumn("account", "text", (column) => column.primaryKey())
    .addColumn("next_at", "bigint", (column) => column.notNull())
    .execute();
}
