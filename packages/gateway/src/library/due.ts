// Finds what is due for removal: what was long enough in the trash, what is too old, and what is the oldest while all of it
// is too large. Changes nothing.

import type { Kysely } from "kysely";

import type { AssetRow, Schema } from "../database/migrations/schema.ts";
import type { ChangeParts } from "./changes.ts";
import { inLibrary, inTrash, isStarred } from "./facets.ts";
import { sortKeysPerMs } from "./search-index.ts";
import type { SearchPage } from "./search-index.ts";

/** What is kept; null without a limit. Starred assets are always kept. */
export interface Retention {
  days: number | null;
  gigabytes: number | null;
}

/** Files and the bytes of all of them. */
export interface Amount {
  files: number;
  bytes: number;
}

/** What a sweep removes, or would remove. */
export interface SweepReport {
  /** Deleted for good: they were in the trash for 30 days. */
  expired: Amount;
  /** Moved into the trash: they are older than what is kept. */
  aged: Amount;
  /** Deleted for good: the oldest of too much. Some of them may have been moved into the trash just before. */
  excess: Amount;
}

/** What finding needs. */
export type DueParts = Pick<ChangeParts, "tables" | "index" | "now">;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const bytesPerGigabyte = 1024 ** 3;
/** How long an asset can be restored from the trash, in milliseconds. */
export const trashMs = 30 * dayMs;
/** How many rows are looked at in one query. */
export const rowsPerBatch = 100;
const rowsPerSum = 5000;
// A result that was made just now may be on its way to its caller.
const youngestMs = hourMs;

/** Returns an amount of rows. */
export function amountOf(rows: readonly { bytes: number }[]): Amount {
  return { files: rows.length, bytes: rows.reduce((sum, row) => sum + row.bytes, 0) };
}

/** Returns the sum of two amounts. */
export function add(one: Amount, other: Amount): Amount {
  return { files: one.files + other.files, bytes: one.bytes + other.bytes };
}

/** The amount of nothing. */
export const nothing: Amount = { files: 0, bytes: 0 };

/** Returns the first assets whose time in the trash is over. */
export function expiredRows(
  { tables }: Pick<DueParts, "tables">,
  now: number,
): Promise<AssetRow[]> {
  return tables
    .selectFrom("assets")
    .selectAll()
    .where("trashed_at", "<=", now - trashMs)
    .where("deleted_at", "is", null)
    .limit(rowsPerBatch)
    .execute();
}

/** Yields what is older than so many days and not in the trash. */
export function agedRows(parts: DueParts, now: number, days: number): AsyncGenerator<AssetRow[]> {
  return batches(parts, { facets: [inLibrary], below: (now - days * dayMs) * sortKeysPerMs });
}

/** Yields what may be deleted for its size, in the order of deleting: first the trash, then what is not starred. */
export async function* rowsBySize(parts: DueParts, now: number): AsyncGenerator<AssetRow[]> {
  const below = (now - youngestMs) * sortKeysPerMs;
  for (const place of [inTrash, inLibrary]) yield* batches(parts, { facets: [place], below });
}

/** Returns by how many bytes all stored assets are larger than so many gigabytes. */
export async function excessBytes(parts: DueParts, gigabytes: number): Promise<number> {
  return (await storedBytes(parts.tables)) - gigabytes * bytesPerGigabyte;
}

/** Returns how many of the rows have so many bytes together. */
export function countUntil(rows: readonly AssetRow[], bytes: number): number {
  let left = bytes;
  for (const [at, row] of rows.entries()) {
    if (left <= 0) return at;
    left -= row.bytes;
  }
  return rows.length;
}

/** Tells what a sweep with this retention would remove now. */
export async function planSweep(parts: DueParts, retention: Retention): Promise<SweepReport> {
  const now = parts.now();
  const { days, gigabytes } = retention;
  const expiredIds = new Set<string>();
  const trashedAt = now - trashMs;
  let expired = nothing;
  for await (const rows of batches(parts, { facets: [inTrash] }, { alsoStarred: true })) {
    const due = rows.filter((row) => row.trashed_at !== null && row.trashed_at <= trashedAt);
    for (const { id } of due) expiredIds.add(id);
    expired = add(expired, amountOf(due));
  }
  const agedIds = new Set<string>();
  let aged = nothing;
  if (days !== null) {
    for await (const rows of agedRows(parts, now, days)) {
      for (const { id } of rows) agedIds.add(id);
      aged = add(aged, amountOf(rows));
    }
  }
  if (gigabytes === null) return { expired, aged, excess: nothing };
  const excess = (await excessBytes(parts, gigabytes)) - expired.bytes;
  return { expired, aged, excess: await planExcess(parts, { excess, expiredIds, agedIds, now }) };
}

/** Tells what would be deleted for its size, once the rest of the sweep was done. */
async function planExcess(
  parts: DueParts,
  plan: { excess: number; expiredIds: Set<string>; agedIds: Set<string>; now: number },
): Promise<Amount> {
  const { excess, expiredIds, agedIds, now } = plan;
  if (excess <= 0) return nothing;
  const trash: AssetRow[] = [];
  const rest: AssetRow[] = [];
  for await (const rows of rowsBySize(parts, now)) {
    for (const row of rows) {
      if (expiredIds.has(row.id)) continue;
      (row.trashed_at !== null || agedIds.has(row.id) ? trash : rest).push(row);
    }
  }
  const inOrder = [
    ...trash.toSorted((one, other) => (one.sort_key ?? 0) - (other.sort_key ?? 0)),
    ...rest,
  ];
  return amountOf(inOrder.slice(0, countUntil(inOrder, excess)));
}

/** Yields the assets of a search whose jobs have ended, the oldest first; those that are starred where asked. */
async function* batches(
  parts: DueParts,
  query: Pick<SearchPage, "facets" | "below">,
  { alsoStarred = false } = {},
): AsyncGenerator<AssetRow[]> {
  let above = 0;
  for (;;) {
    const page = {
      ...query,
      above,
      without: alsoStarred ? [] : [isStarred],
      order: "asc",
      limit: rowsPerBatch,
    } as const;
    const rows = await parts.index.page(parts.tables, page);
    const last = rows.at(-1)?.sort_key;
    if (last == null) return;
    above = last;
    const ended = await endedOnly(parts, rows);
    if (ended.length > 0) yield ended;
  }
}

/** Returns the rows whose jobs have ended: an unfinished job still works with its results. */
export async function endedOnly(
  { tables }: Pick<DueParts, "tables">,
  rows: readonly AssetRow[],
): Promise<AssetRow[]> {
  if (rows.length === 0) return [];
  const jobs = await tables
    .selectFrom("jobs")
    .select("id")
    .where("id", "in", [...new Set(rows.map((row) => row.job_id))])
    .where("status", "not in", ["queued", "in_progress"])
    .execute();
  const ended = new Set(jobs.map(({ id }) => id));
  return rows.filter((row) => ended.has(row.job_id));
}

async function storedBytes(tables: Kysely<Schema>): Promise<number> {
  let sum = 0;
  let above = 0;
  for (;;) {
    const rows = await tables
      .selectFrom("assets")
      .select(["sort_key", "bytes"])
      .where("sort_key", ">", above)
      .where("deleted_at", "is", null)
      .orderBy("sort_key")
      .limit(rowsPerSum)
      .execute();
    const last = rows.at(-1)?.sort_key;
    if (last == null) return sum;
    above = last;
    for (const { bytes } of rows) sum += bytes;
  }
}
