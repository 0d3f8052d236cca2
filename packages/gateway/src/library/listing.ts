// Lists and counts the assets of the library.

import type { GenerationKind } from "@jimeng/sdk";
import { PostgresAdapter, sql } from "kysely";
import type { Kysely, RawBuilder } from "kysely";

import type { AssetRow, Schema } from "../database/migrations/schema.ts";
import { toDays } from "./days.ts";
import type { Calendar, DayCount } from "./days.ts";
import { facet, inLibrary, inTrash, isStarred, tagFacet } from "./facets.ts";
import { parseLibraryRow } from "./record.ts";
import type { LibraryAsset } from "./record.ts";
import { sortKeysPerMs } from "./search-index.ts";
import type { SearchIndex, SearchPage, SearchQuery } from "./search-index.ts";
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
  /** Made from this result. */
  madeFrom?: string | undefined;
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

// The end of what a sort key can say; a sort key is an exact number up to here.
const maxTimeMs = Math.floor(Number.MAX_SAFE_INTEGER / sortKeysPerMs);

/** Returns the first sort key of a time; that of the last possible time for a later one. */
function sortKeyAt(timeMs: number): number {
  return Math.min(timeMs, maxTimeMs) * sortKeysPerMs;
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
  const wanted = { ...query, order, limit: limit + 1 };
  const rows = isWhole(page)
    ? await pageOfWhole(tables, page.keyId, wanted)
    : await index.page(tables, wanted);
  return { assets: rows.slice(0, limit).map(parseLibraryRow), hasMore: rows.length > limit };
}

/** Reads a page without the search index, which walks through everything that is newer than the page. */
async function pageOfWhole(
  tables: Kysely<Schema>,
  keyId: string | null | undefined,
  { above = 0, below = Number.MAX_SAFE_INTEGER, order, limit }: SearchPage,
): Promise<AssetRow[]> {
  const { rows } = await sql<AssetRow>`
    select * from ${liveOf(keyId)} and sort_key > ${above} and sort_key < ${below}
    order by sort_key ${order === "asc" ? sql`asc` : sql`desc`} limit ${limit}
  `.execute(tables);
  return rows;
}

/** Returns the beginning of a query for what is not in the trash, of an owner or of everybody. */
function liveOf(keyId: string | null | undefined): RawBuilder<unknown> {
  const owner =
    keyId === undefined
      ? sql``
      : keyId === null
        ? sql`and key_id is null`
        : sql`and key_id = ${keyId}`;
  return sql`assets where trashed_at is null and deleted_at is null ${owner}`;
}

/** Returns assets with the owners of their jobs, also those in the trash and those that were deleted. */
export async function getAssets(
  tables: Kysely<Schema>,
  ids: readonly string[],
): Promise<LibraryAsset[]> {
  if (ids.length === 0) return [];
  // One query, whether there are such assets or not; the job knows the owner before the row is filled.
  const rows = await tables
    .selectFrom("assets")
    .innerJoin("jobs", "jobs.id", "assets.job_id")
    .selectAll("assets")
    .select(["jobs.key_id as owner", "jobs.url_ttl_seconds as ttl"])
    .where("assets.id", "in", ids)
    .execute();
  return rows.map((row) => ({
    ...parseLibraryRow(row),
    keyId: row.owner,
    urlTtlSeconds: row.ttl,
  }));
}

/** Counts the assets of each day that has any, the latest first. */
export async function countAssets(
  tables: Kysely<Schema>,
  index: SearchIndex,
  { filter, calendar }: { filter: LibraryFilter; calendar: Calendar },
): Promise<DayCount[]> {
  if (isWhole(filter)) return await countWhole(tables, filter, calendar);
  const query = toSearchQuery(filter);
  return query === undefined ? [] : toDays(await index.count(tables, query), calendar);
}

/** Returns whether a filter leaves everything of its owner, or of all, apart from times. */
function isWhole(filter: LibraryFilter): boolean {
  const { kind, model, account, starred, tag, madeFrom, trashed, q } = filter;
  const narrowing = [kind, model, account, starred, tag, madeFrom, q];
  return trashed !== true && narrowing.every((value) => value === undefined);
}

/**
 * Counts without the search index: where nearly everything matches, an index in the order of time is faster. Each day is a
 * range of it, so that nothing is sorted, and few rows come back.
 */
async function countWhole(
  tables: Kysely<Schema>,
  { keyId, from = 0, to = maxTimeMs }: LibraryFilter,
  calendar: Calendar,
): Promise<DayCount[]> {
  const live = liveOf(keyId);
  const [lowest, highest] = [sortKeyAt(from), sortKeyAt(to)];
  const ends = await sql<{ first: number | null; last: number | null }>`
    select
      (select min(sort_key) from ${live} and sort_key >= ${lowest} and sort_key < ${highest}) as first,
      (select max(sort_key) from ${live} and sort_key >= ${lowest} and sort_key < ${highest}) as last
  `.execute(tables);
  const { first = null, last = null } = ends.rows[0] ?? {};
  if (first === null || last === null) return [];
  const days = calendar(first / sortKeysPerMs, last / sortKeysPerMs);
  const ranges = days.map((day) => ({
    low: Math.max(day.from * sortKeysPerMs, lowest),
    high: Math.min(day.to * sortKeysPerMs, highest),
  }));
  const counts = await sql<{ count: number }>`
    select (
      select count(*) from ${live} and sort_key >= day.low and sort_key < day.high
    ) as count from ${toRanges(tables, ranges)} order by day.low
  `.execute(tables);
  return days
    .map(({ name }, at) => ({ day: name, count: counts.rows[at]?.count ?? 0 }))
    .filter(({ count }) => count > 0)
    .toReversed();
}

/** Returns ranges of sort keys as a table `day` with the columns `low` and `high`. */
function toRanges(
  tables: Kysely<Schema>,
  ranges: readonly { low: number; high: number }[],
): RawBuilder<unknown> {
  const json = JSON.stringify(ranges);
  return tables.getExecutor().adapter instanceof PostgresAdapter
    ? sql`json_to_recordset(${json}::json) as day(low bigint, high bigint)`
    : sql`(select value ->> 'low' as low, value ->> 'high' as high from json_each(${json})) as day`;
}

/** Returns the search of a filter; undefined for one that nothing matches. */
function toSearchQuery(filter: LibraryFilter): SearchQuery | undefined {
  const { keyId, kind, model, account, starred, tag, madeFrom, trashed = false } = filter;
  const { from, to, q } = filter;
  const words = q === undefined ? [] : queryWordsOf(q);
  if (q !== undefined && words.length === 0) return undefined;
  const facets = [
    ...(keyId === undefined ? [] : [facet("owner", keyId)]),
    ...(kind === undefined ? [] : [facet("kind", kind)]),
    ...(model === undefined ? [] : [facet("model", model)]),
    ...(account === undefined ? [] : [facet("account", account)]),
    ...(starred === true ? [isStarred] : []),
    ...(tag === undefined ? [] : [tagFacet(tag)]),
    ...(madeFrom === undefined ? [] : [facet("origin", madeFrom)]),
  ];
  // Leaving out the few of the trash is faster than having all others looked up; something must be looked for, though.
  const isLeftOut = !trashed && facets.length + words.length > 0;
  return {
    facets: isLeftOut ? facets : [trashed ? inTrash : inLibrary, ...facets],
    without: [...(isLeftOut ? [inTrash] : []), ...(starred === false ? [isStarred] : [])],
    words,
    ...(from === undefined ? {} : { above: sortKeyAt(from) - 1 }),
    ...(to === undefined ? {} : { below: sortKeyAt(to) }),
  };
}
