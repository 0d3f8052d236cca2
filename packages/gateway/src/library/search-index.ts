// The search index of the library: which assets have all of some words, newest or oldest first. FTS5 on SQLite, a tsvector
// with a GIN index on PostgreSQL; both hold the words that words.ts and facets.ts make, as they are.

import { sql } from "kysely";
import type { Kysely, RawBuilder } from "kysely";

import type { AssetRow, Schema } from "../database/migrations/schema.ts";
import type { QueryWord } from "./words.ts";

type Tables = Kysely<Schema>;

/** The assets that are looked for. */
export interface SearchQuery {
  /** All must be there. */
  facets: readonly string[];
  /** None may be there. */
  without?: readonly string[];
  words?: readonly QueryWord[];
  /** Bounds of the sort key, both excluded. */
  above?: number;
  below?: number;
}

/** A page of a search. */
export interface SearchPage extends SearchQuery {
  order: "asc" | "desc";
  limit: number;
}

/** Quarters of an hour since 1970 with the number of assets that were made in each. */
export interface SearchCount {
  quarter: number;
  count: number;
}

/** The words of one asset. */
export interface SearchEntry {
  sortKey: number;
  words: readonly string[];
}

/** The index on one engine. */
export interface SearchIndex {
  /** Sets the words of assets, in place of those that they had. */
  put(tables: Tables, entries: readonly SearchEntry[]): Promise<void>;
  remove(tables: Tables, sortKeys: readonly number[]): Promise<void>;
  page(tables: Tables, page: SearchPage): Promise<AssetRow[]>;
  count(tables: Tables, query: SearchQuery): Promise<SearchCount[]>;
}

/** Makes the index of an engine. */
export function createSearchIndex(engine: "sqlite" | "postgres"): SearchIndex {
  return engine === "sqlite" ? sqliteIndex : postgresIndex;
}

/** How many numbers a millisecond of creation time has for assets that were made in it. */
export const sortKeysPerMs = 1024;
const quarterMs = 900_000;
/** The length of a `quarter` in sort keys. */
const quarterKeys: RawBuilder<number> = sql.lit(quarterMs * sortKeysPerMs);
const noKey = 0;
const lastKey = Number.MAX_SAFE_INTEGER;

const sqliteIndex: SearchIndex = {
  async put(tables, entries) {
    for (const { sortKey, words } of entries)
      await sql`
        insert or replace into asset_search (rowid, words) values (${sortKey}, ${words.join(" ")})
      `.execute(tables);
  },

  async remove(tables, sortKeys) {
    for (const key of sortKeys)
      await sql`delete from asset_search where rowid = ${key}`.execute(tables);
  },

  async page(tables, { order, limit, above = noKey, below = lastKey, ...query }) {
    const { rows } = await sql<AssetRow>`
      select assets.* from asset_search join assets on assets.sort_key = asset_search.rowid
      where asset_search match ${toMatch(query)}
        and asset_search.rowid > ${above} and asset_search.rowid < ${below}
      order by asset_search.rowid ${direction(order)} limit ${limit}
    `.execute(tables);
    return rows;
  },

  async count(tables, { above = noKey, below = lastKey, ...query }) {
    const { rows } = await sql<SearchCount>`
      select rowid / ${quarterKeys} as quarter, count(*) as count from asset_search
      where asset_search match ${toMatch(query)} and rowid > ${above} and rowid < ${below}
      group by quarter
    `.execute(tables);
    return rows;
  },
};

const postgresIndex: SearchIndex = {
  async put(tables, entries) {
    if (entries.length === 0) return;
    await sql`
      insert into asset_search (sort_key, words)
      select (entry->>'sortKey')::bigint,
        array_to_tsvector(array(select json_array_elements_text(entry->'words')))
      from json_array_elements(${JSON.stringify(entries)}::json) as entry
      on conflict (sort_key) do update set words = excluded.words
    `.execute(tables);
  },

  async remove(tables, sortKeys) {
    await sql`
      delete from asset_search where sort_key = any(${[...sortKeys]}::bigint[])
    `.execute(tables);
  },

  async page(tables, { order, limit, above = noKey, below = lastKey, ...query }) {
    const { rows } = await sql<AssetRow>`
      select assets.* from (
        select sort_key from asset_search
        where words @@ ${toTsquery(query)}::tsquery
          and sort_key > ${above}::bigint and sort_key < ${below}::bigint
        order by sort_key ${direction(order)} limit ${limit}
      ) as found join assets on assets.sort_key = found.sort_key
      order by found.sort_key ${direction(order)}
    `.execute(tables);
    return rows;
  },

  async count(tables, { above = noKey, below = lastKey, ...query }) {
    const { rows } = await sql<SearchCount>`
      select sort_key / ${quarterKeys} as quarter, count(*) as count from asset_search
      where words @@ ${toTsquery(query)}::tsquery
        and sort_key > ${above}::bigint and sort_key < ${below}::bigint
      group by quarter
    `.execute(tables);
    return rows;
  },
};

function direction(order: "asc" | "desc"): RawBuilder<unknown> {
  return order === "asc" ? sql`asc` : sql`desc`;
}

// Words have letters, digits and "=" only (words.ts, facets.ts), so quotes need no escape.
function toMatch({ facets, words = [], without = [] }: SearchQuery): string {
  const wanted = [
    ...facets.map((word) => `"${word}"`),
    ...words.map(({ word, isPrefix }) => (isPrefix ? `"${word}" *` : `"${word}"`)),
  ];
  return [wanted.join(" AND "), ...without.map((word) => `"${word}"`)].join(" NOT ");
}

function toTsquery({ facets, words = [], without = [] }: SearchQuery): string {
  return [
    ...facets.map((word) => `'${word}'`),
    ...words.map(({ word, isPrefix }) => (isPrefix ? `'${word}':*` : `'${word}'`)),
    ...without.map((word) => `!'${word}'`),
  ].join(" & ");
}
