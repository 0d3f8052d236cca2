// Removes what was long enough in the trash, and what is older or larger than the owner wants to keep. A deleted row is
// marked before its bytes go, so a sweep that dies is finished by the next one, and nothing is restored without bytes.

import type { Logger } from "@jimeng/sdk";

import type { AssetRow } from "../database/migrations/schema.ts";
import type { Assets } from "../storage/assets.ts";
import { deleteAssets, forgetBytes, trashAssets } from "./changes.ts";
import type { ChangeParts, Condition } from "./changes.ts";
import { inLibrary, inTrash, isStarred } from "./facets.ts";
import { sortKeysPerMs } from "./search-index.ts";
import type { SearchPage } from "./search-index.ts";

/** What is kept; null without a limit. Starred assets are always kept. */
export interface Retention {
  days: number | null;
  gigabytes: number | null;
}

/** What a sweep works with. */
export interface SweepParts extends ChangeParts {
  assets: Pick<Assets, "discard">;
  retention: Retention;
  logger: Logger;
  /** Told about rows that were changed. */
  onChanged: (rows: readonly AssetRow[]) => void;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const bytesPerGigabyte = 1024 ** 3;
/** How long an asset can be restored from the trash, in milliseconds. */
export const trashMs = 30 * dayMs;
const rowsPerBatch = 100;
const rowsPerSum = 5000;
// A result that was made just now may be on its way to its caller.
const youngestMs = hourMs;

/** Removes everything that is due. */
export async function sweepLibrary(parts: SweepParts): Promise<void> {
  const now = parts.now();
  await finishDeleting(parts);
  const expired = await deleteExpired(parts, now);
  const aged = await trashAged(parts, now);
  const freed = await deleteExcess(parts, now);
  if (expired + aged + freed === 0) return;
  parts.logger.info(
    { expired, movedToTrash: aged, deletedForSize: freed },
    "Removed files from the library",
  );
}

/** Returns whether files wait for being removed. */
export async function hasFilesToRemove({ tables, now }: ChangeParts): Promise<boolean> {
  const pending = await tables
    .selectFrom("assets")
    .select("id")
    .where("trashed_at", "is not", null)
    .where("deleted_at", "is not", null)
    .limit(1)
    .execute();
  return pending.length > 0 || (await expiredIds({ tables }, now())).length > 0;
}

async function finishDeleting(parts: SweepParts): Promise<void> {
  for (;;) {
    const rows = await parts.tables
      .selectFrom("assets")
      .selectAll()
      .where("trashed_at", "is not", null)
      .where("deleted_at", "is not", null)
      .limit(rowsPerBatch)
      .execute();
    if (rows.length === 0) return;
    await removeBytes(parts, rows);
  }
}

async function removeBytes(parts: SweepParts, rows: readonly AssetRow[]): Promise<void> {
  await parts.assets.discard(rows.map((row) => ({ id: row.id, contentType: row.content_type })));
  await forgetBytes(
    parts,
    rows.map(({ id }) => id),
  );
  parts.onChanged(rows);
}

function expiredIds({ tables }: Pick<ChangeParts, "tables">, now: number): Promise<AssetRow[]> {
  return tables
    .selectFrom("assets")
    .selectAll()
    .where("trashed_at", "<=", now - trashMs)
    .where("deleted_at", "is", null)
    .limit(rowsPerBatch)
    .execute();
}

async function deleteExpired(parts: SweepParts, now: number): Promise<number> {
  let deleted = 0;
  for (;;) {
    const rows = await endedOnly(parts, await expiredIds(parts, now));
    if (rows.length === 0) return deleted;
    deleted += await remove(parts, rows, (where) => where("trashed_at", "<=", now - trashMs));
  }
}

/** Deletes assets for good, those of them that meet the condition still; returns how many. */
async function remove(
  parts: SweepParts,
  rows: readonly AssetRow[],
  condition: Condition,
): Promise<number> {
  const ids = rows.map(({ id }) => id);
  const deleted = await deleteAssets(parts, ids, condition);
  parts.onChanged(deleted);
  await removeBytes(parts, deleted);
  return deleted.length;
}

/** Moves what is too old into the trash: it can be restored as what its owner put there. */
async function trashAged(parts: SweepParts, now: number): Promise<number> {
  const { days } = parts.retention;
  if (days === null) return 0;
  let moved = 0;
  const below = (now - days * dayMs) * sortKeysPerMs;
  for await (const rows of batches(parts, { facets: [inLibrary], below })) {
    const trashed = await trashAssets(
      parts,
      rows.map(({ id }) => id),
    );
    parts.onChanged(trashed);
    moved += trashed.length;
  }
  return moved;
}

/**
 * Deletes the oldest assets until the rest is small enough: first those in the trash, then those that are not starred.
 * They do not go through the trash, for that would free no room.
 */
async function deleteExcess(parts: SweepParts, now: number): Promise<number> {
  const { gigabytes } = parts.retention;
  if (gigabytes === null) return 0;
  let excess = (await storedBytes(parts)) - gigabytes * bytesPerGigabyte;
  let deleted = 0;
  const below = (now - youngestMs) * sortKeysPerMs;
  for (const place of [inTrash, inLibrary]) {
    for await (const rows of batches(parts, { facets: [place], below })) {
      const enough = rows.slice(0, countUntil(rows, excess));
      if (enough.length === 0) return deleted;
      deleted += await remove(parts, enough, (where) => where("starred", "=", 0));
      excess -= enough.reduce((sum, row) => sum + row.bytes, 0);
    }
  }
  return deleted;
}

/** Returns how many of the rows have so many bytes together. */
function countUntil(rows: readonly AssetRow[], bytes: number): number {
  let left = bytes;
  for (const [at, row] of rows.entries()) {
    if (left <= 0) return at;
    left -= row.bytes;
  }
  return rows.length;
}

/** Yields the assets of a search that are not starred and whose jobs have ended, the oldest first. */
async function* batches(
  parts: SweepParts,
  query: Pick<SearchPage, "facets" | "below">,
): AsyncGenerator<AssetRow[]> {
  let above = 0;
  for (;;) {
    const page = {
      ...query,
      above,
      without: [isStarred],
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
async function endedOnly(parts: ChangeParts, rows: readonly AssetRow[]): Promise<AssetRow[]> {
  if (rows.length === 0) return [];
  const jobs = await parts.tables
    .selectFrom("jobs")
    .select("id")
    .where("id", "in", [...new Set(rows.map((row) => row.job_id))])
    .where("status", "not in", ["queued", "in_progress"])
    .execute();
  const ended = new Set(jobs.map(({ id }) => id));
  return rows.filter((row) => ended.has(row.job_id));
}

async function storedBytes({ tables }: ChangeParts): Promise<number> {
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
