// Adds what is known of the previews of stored files: the placeholder, a video's poster, and when they are to be made.
// Forward only: a later change is a new file.

import { sql } from "kysely";
import type { Kysely } from "kysely";

/**
 * Adds the columns to `assets`, and an index of the files whose previews are still to be made. Pictures that are there
 * already are due at once; their videos have no cover that could still be downloaded.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  const { schema } = database;
  await schema.alterTable("assets").addColumn("thumbhash", "text").execute();
  await schema.alterTable("assets").addColumn("cover_url", "text").execute();
  await schema.alterTable("assets").addColumn("poster_bytes", "bigint").execute();
  await schema.alterTable("assets").addColumn("preview_at", "bigint").execute();
  await schema
    .alterTable("assets")
    .addColumn("preview_attempts", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
  await sql`update assets set preview_at = 0 where content_type like 'image/%'`.execute(database);
  await sql`create index assets_preview on assets (preview_at) where preview_at is not null`.execute(
    database,
  );
}
