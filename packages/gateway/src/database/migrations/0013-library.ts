// Adds what the library of results needs: columns of assets that are listed without reading jobs, and the search index.
// Forward only: a later change is a new file.

import { PostgresAdapter, sql } from "kysely";
import type { Kysely } from "kysely";

/** Adds the columns, their indexes and the table asset_search. Rows that exist are filled by library/fill.ts. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const { schema } = database;
  for (const name of ["kind", "model", "key_id", "account_id", "prompt", "tags"]) {
    await schema.alterTable("assets").addColumn(name, "text").execute();
  }
  for (const name of ["trashed_at", "deleted_at", "sort_key"]) {
    await schema.alterTable("assets").addColumn(name, "bigint").execute();
  }
  await schema.alterTable("assets").addColumn("url_ttl_seconds", "integer").execute();
  for (const name of ["starred", "indexed"]) {
    await schema
      .alterTable("assets")
      .addColumn(name, "integer", (column) => column.notNull().defaultTo(0))
      .execute();
  }
  await schema.createIndex("assets_sort_key").unique().on("assets").column("sort_key").execute();
  await sql`create index assets_to_index on assets (id) where indexed < 1`.execute(database);
  await sql`
    create index assets_trashed on assets (deleted_at, trashed_at) where trashed_at is not null
  `.execute(database);
  // What a timeline counts; it has all columns that are looked at, so no row is read.
  await sql`
    create index assets_timeline on assets (key_id, sort_key, trashed_at, deleted_at)
      where trashed_at is null and deleted_at is null
  `.execute(database);
  await createSearch(database);
}

/** Creates the search index: a sort key with its words, which our own code makes (library/words.ts). */
async function createSearch(database: Kysely<unknown>): Promise<void> {
  if (database.getExecutor().adapter instanceof PostgresAdapter) {
    await sql`
      create table asset_search (sort_key bigint primary key, words tsvector not null)
    `.execute(database);
    await sql`create index asset_search_words on asset_search using gin (words)`.execute(database);
    return;
  }
  // The rowid is the sort key. The words have letters, digits, characters beyond ASCII, and "=" only.
  await sql`
    create virtual table asset_search using fts5(
      words, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '='"
    )
  `.execute(database);
}
