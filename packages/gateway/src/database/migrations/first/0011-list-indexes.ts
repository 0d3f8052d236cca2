// Adds the indexes that lists and removals need: without them a page of an account's jobs, of one kind's, or of files
// reads and sorts every row there is. Forward only: a later change is a new file.

import type { Kysely } from "kysely";

/** Creates the indexes; that of an account's statuses is made anew with the order of its lists. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const { schema } = database;
  await schema.dropIndex("jobs_account").execute();
  await schema
    .createIndex("jobs_account")
    .on("jobs")
    .columns(["account_id", "status", "id"])
    .execute();
  await schema.createIndex("jobs_of_account").on("jobs").columns(["account_id", "id"]).execute();
  await schema.createIndex("jobs_kind").on("jobs").columns(["kind", "id"]).execute();
  await schema.createIndex("files_key").on("files").columns(["key_id", "id"]).execute();
  await schema.createIndex("files_purpose").on("files").columns(["purpose", "id"]).execute();
  await schema.createIndex("uploads_created").on("uploads").column("created_at").execute();
}
