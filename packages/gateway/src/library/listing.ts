// Lists and counts the assets of the library.

import type { GenerationKind } from "@jimeng/sdk";
import { sql } from "kysely";
import type { Kysely } from "kysely";

import type { Schema } from "../database/migrations/schema.ts";
import { facet, inLibrary, inTrash, isStarred, tagFacet } from "./facets.ts";
import { parseLibraryRow } from "./record.ts";
import type { LibraryAsset } from "./record.ts";
import { quarterKeys, sortKeysPerMs } from "./search-index.ts";
import type { SearchCount, SearchIndex, SearchQuery } from "./search-index.ts";
import { queryWordsOf } from "./words.ts";

/** Which assets are wanted; times are Unix milliseconds. */
export interface LibraryFilter {
  /** The owner; undefined for everybody's. */
  keyId?: string | null | undefined;
  kind?: GenerationKind | undefined;
  model?: string | undefined;
  account?: string | undefined;
  starred?: boolean | undefined;
  tag?: string | undefined;
  /** True for what lies in the trash; default false. */
  trashed?: boolean | undefined;
  /** Made at this time or later. */
  from?: number | undefined;
  /** Made before this time. */
  to?: number | undefined;
  /** Words of the prompt. */
  q?: string | undefined;
}

/** A page of a list. */
export interface LibraryPage extends LibraryFilter {
  /** The sort key after which the page begins. */
  after?: number | undefined;
  limit: number;
  order: "asc" | "desc";
}

/** Returns a page of assets, by the time at which they were made. */
export async function listAssets(
  tables: Kysely<Schema>,
  index: SearchIndex,
  page: LibraryPage,
): Promise<{ assets: LibraryAsset[]; hasMore: boolean }> {
  const query = toSearchQuery(page);
  if (query === undefined) return { assets: [], hasMore: false };
  const { after, limit, order } = page;
  if (after !== undefined && order === "desc") query.below = Math.min(after, query.below ?? after);
  if (after !== undefined && order === "asc") query.above = Math.max(after, query.above ?? after);
  const rows = await index.page(tables, { ...query, order, limit: limit + 1 });
  return { assets: rows.slice(0, limit).map(parseLibraryRow), hasMore: rows.length > limit };
}

/** Counts the assets in quarters of hours. */
export async function countAssets(
  tables: Kysely<Schema>,
  index: SearchIndex,
  filter: LibraryFilter,
): Promise<SearchCount[]> {
  if (isWhole(filter)) return await countWhole(tables, filter);
  const query = toSearchQuery(filter);
  return query === undefined ? [] : await index.count(tables, query);
}

/** Returns whether a filter leaves everything of its owner, or of all, apart from times. */
function isWhole({ kind, model, account, starred, tag, trashed, q }: LibraryFilter): boolean {
  const narrowing = [kind, model, account, starred, tag, q];
  return trashed !== true && narrowing.every((value) => value === undefined);
}

/** Counts without the search index: where nearly everything matches, an index in the order of time is faster. */
async function countWhole(
  tables: Kysely<Schema>,
  { keyId, from = 0, to }: LibraryFilter,
): Promise<SearchCount[]> {
  let query = tables
    .selectFrom("assets")
    .select(({ fn }) => [
      sql<number>`sort_key / ${quarterKeys}`.as("quarter"),
      fn.countAll<number>().as("count"),
    ])
    .where("trashed_at", "is", null)
    .where("deleted_at", "is", null)
    .where("sort_key", ">=", from * sortKeysPerMs)
    .groupBy("quarter");
  if (to !== undefined) query = query.where("sort_key", "<", to * sortKeysPerMs);
  if (keyId === null) query = query.where("key_id", "is", null);
  else if (keyId !== undefined) query = query.where("key_id", "=", keyId);
  return await query.execute();
}

/** Returns the search of a filter; undefined for one that nothing matches. */
function toSearchQuery(filter: LibraryFilter): SearchQuery | undefined {
  const { keyId, kind, model, account, starred, tag, trashed = false, from, to, q } = filter;
  const words = q === undefined ? [] : queryWordsOf(q);
  if (q !== undefined && words.length === 0) return undefined;
  return {
    facets: [
      trashed ? inTrash : inLibrary,
      ...(keyId === undefined ? [] : [facet("owner", keyId)]),
      ...(kind === undefined ? [] : [facet("kind", kind)]),
      ...(model === undefined ? [] : [facet("model", model)]),
      ...(account === undefined ? [] : [facet("account", account)]),
      ...(starred === true ? [isStarred] : []),
      ...(tag === undefined ? [] : [tagFacet(tag)]),
    ],
    without: starred === false ? [isStarred] : [],
    words,
    ...(from === undefined ? {} : { above: from * sortKeysPerMs - 1 }),
    ...(to === undefined ? {} : { below: to * sortKeysPerMs }),
  };
}
