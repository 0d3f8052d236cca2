// Changes assets of the library: stars, tags, the trash, and deleting for good. A row and its words in the search index
// change together.

import type { ExpressionBuilder, ExpressionWrapper, Kysely, SqlBool, Updateable } from "kysely";

import type { EventType } from "../api/event-words.ts";
import { maxTags } from "../api/library/library.ts";
import { appendEvents } from "../events/append.ts";
import type { NewEvent } from "../events/append.ts";
import type { AssetRow, Schema } from "../database/migrations/schema.ts";
import type { Writer } from "../database/writer.ts";
import { facetsOf, parseNames } from "./facets.ts";
import type { SearchEntry, SearchIndex } from "./search-index.ts";
import { wordsOf } from "./words.ts";

/** What changing needs. */
export interface ChangeParts {
  tables: Kysely<Schema>;
  writer: Writer;
  index: SearchIndex;
  /** Returns Unix milliseconds. */
  now: () => number;
  /** Told that the event log has news. */
  hintEvents: () => void;
}

type Changes = Updateable<Schema["assets"]>;
type Builder = ExpressionBuilder<Schema, "assets">;
/** What must hold of a row, so that it is changed. */
export type Condition = (where: Builder) => ExpressionWrapper<Schema, "assets", SqlBool>;

/** What an owner may change. */
export interface AssetUpdate {
  starred?: boolean | undefined;
  /** All tags, in place of those before. */
  tags?: readonly string[] | undefined;
  /** Tags beside those before; upper and lower case are the same tag. */
  addTags?: readonly string[] | undefined;
  removeTags?: readonly string[] | undefined;
}

const isThere: Condition = (where) => where("deleted_at", "is", null);

/** Sets stars and tags; returns the rows as they are then. A deleted asset has neither. */
export async function updateAssets(
  parts: ChangeParts,
  ids: readonly string[],
  { starred, tags, addTags = [], removeTags = [] }: AssetUpdate,
): Promise<AssetRow[]> {
  const star = starred === undefined ? {} : { starred: starred ? 1 : 0 };
  if (addTags.length === 0 && removeTags.length === 0) {
    const changes = { ...star, ...(tags === undefined ? {} : { tags: JSON.stringify(tags) }) };
    return await change(parts, ids, { changes, condition: isThere, event: "asset.updated" });
  }
  // What differs from row to row is set for all rows that become alike together.
  const changed: AssetRow[] = [];
  for (const [text, alike] of await tagsAfter(parts, ids, { addTags, removeTags })) {
    const changes = { ...star, tags: text };
    changed.push(
      ...(await change(parts, alike, { changes, condition: isThere, event: "asset.updated" })),
    );
  }
  return changed;
}

/** Returns the assets by the tags that they will have, as the column holds them. */
async function tagsAfter(
  { tables }: ChangeParts,
  ids: readonly string[],
  { addTags, removeTags }: { addTags: readonly string[]; removeTags: readonly string[] },
): Promise<Map<string, string[]>> {
  const rows = await tables
    .selectFrom("assets")
    .select(["id", "tags"])
    .where("id", "in", ids)
    .execute();
  const removed = new Set(removeTags.map((tag) => tag.toLowerCase()));
  const byTags = new Map<string, string[]>();
  for (const { id, tags } of rows) {
    const kept = new Map(parseNames(tags).map((tag) => [tag.toLowerCase(), tag]));
    for (const tag of addTags) if (!kept.has(tag.toLowerCase())) kept.set(tag.toLowerCase(), tag);
    for (const tag of removed) kept.delete(tag);
    const text = JSON.stringify([...kept.values()].slice(0, maxTags));
    byTags.set(text, [...(byTags.get(text) ?? []), id]);
  }
  return byTags;
}

/** Puts assets into the trash; those that lie there already keep their time. */
export function trashAssets(parts: ChangeParts, ids: readonly string[]) {
  const condition: Condition = (where) =>
    where.and([where("trashed_at", "is", null), where("deleted_at", "is", null)]);
  return change(parts, ids, {
    changes: { trashed_at: parts.now() },
    condition,
    event: "asset.trashed",
  });
}

/** Takes assets out of the trash; one that was deleted for good stays deleted. */
export function restoreAssets(parts: ChangeParts, ids: readonly string[]) {
  const condition: Condition = (where) =>
    where.and([where("trashed_at", "is not", null), where("deleted_at", "is", null)]);
  return change(parts, ids, { changes: { trashed_at: null }, condition, event: "asset.updated" });
}

interface Change {
  changes: Changes;
  condition: Condition;
  event: EventType;
}

async function change(
  { writer, index, now, hintEvents }: ChangeParts,
  ids: readonly string[],
  { changes, condition, event }: Change,
): Promise<AssetRow[]> {
  if (ids.length === 0 || Object.keys(changes).length === 0) return [];
  const changed = await writer.write(async (transaction) => {
    const rows = await transaction
      .updateTable("assets")
      .set(changes)
      .where("id", "in", ids)
      .where(condition)
      .returningAll()
      .execute();
    await index.put(transaction, rows.flatMap(toEntry));
    await appendEvents(transaction, now(), await toEvents(transaction, event, rows));
    return rows;
  });
  if (changed.length > 0) hintEvents();
  return changed;
}

/** Builds an event for each row, with the owner and account of its job. */
async function toEvents(
  tables: Kysely<Schema>,
  type: EventType,
  rows: readonly AssetRow[],
): Promise<NewEvent[]> {
  if (rows.length === 0) return [];
  const ids = [...new Set(rows.map((row) => row.job_id))];
  const jobs = await tables
    .selectFrom("jobs")
    .select(["id", "key_id", "account_id"])
    .where("id", "in", ids)
    .execute();
  const jobOf = new Map(jobs.map((job) => [job.id, job]));
  return rows.flatMap((row) => {
    const job = jobOf.get(row.job_id);
    if (job === undefined) return [];
    return [{ type, subject: row.id, keyId: job.key_id, account: job.account_id }];
  });
}

/** Returns the words of a row; what is not in the index yet gets there with its words of then. */
function toEntry(row: AssetRow): SearchEntry[] {
  if (row.sort_key === null || row.indexed < 1) return [];
  return [{ sortKey: row.sort_key, words: [...facetsOf(row), ...wordsOf(row.prompt ?? "")] }];
}

/**
 * Marks assets as deleted for good, if the condition still holds, and takes them out of the search index. Their bytes
 * are still there: `forgetBytes` notes that they are gone.
 */
export async function deleteAssets(
  { writer, index, now }: ChangeParts,
  ids: readonly string[],
  condition: Condition,
): Promise<AssetRow[]> {
  if (ids.length === 0) return [];
  return await writer.write(async (transaction) => {
    const rows = await transaction
      .updateTable("assets")
      .set(({ fn, val }) => ({
        deleted_at: now(),
        trashed_at: fn.coalesce("trashed_at", val(now())),
        prompt: null,
        tags: null,
        starred: 0,
        preview_at: null,
      }))
      .where("id", "in", ids)
      .where("deleted_at", "is", null)
      .where(condition)
      .returningAll()
      .execute();
    const keys = rows.flatMap((row) => (row.sort_key === null ? [] : [row.sort_key]));
    if (keys.length > 0) await index.remove(transaction, keys);
    return rows;
  });
}

/** Notes that the bytes of deleted assets are removed. */
export async function forgetBytes(
  { writer }: Pick<ChangeParts, "writer">,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await writer.write(
    (transaction) =>
      transaction
        .updateTable("assets")
        .set({ trashed_at: null })
        .where("id", "in", ids)
        .where("deleted_at", "is not", null)
        .execute(),
    { statements: "one" },
  );
}
