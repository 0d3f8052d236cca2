// Brings assets into the library: copies what lists need from their jobs, gives them their place, and indexes their words.
// A row says itself whether that was done, so new results and those of older versions are filled alike, after any crash.

import { sql } from "kysely";
import type { Kysely } from "kysely";

import type { AssetRow, JobTable, Schema } from "../database/migrations/schema.ts";
import type { Writer } from "../database/writer.ts";
import { facetsOf } from "./facets.ts";
import { sortKeysPerMs } from "./search-index.ts";
import { originsOf } from "./origins.ts";
import type { SearchEntry, SearchIndex } from "./search-index.ts";
import { wordsOf } from "./words.ts";

/** What filling needs. */
export interface FillParts {
  tables: Kysely<Schema>;
  writer: Writer;
  index: SearchIndex;
  isPostgres: boolean;
  /** Returns the ids of the reference files that a stored request names. */
  filesIn: (request: string) => string[];
}

/** Number of rows of one transaction; on SQLite it holds the only connection for about 10 ms. */
export const rowsPerFill = 50;
// Any number: no other lock of ours is an advisory one.
const fillLock = 7_403_013;
const notIndexed = sql<boolean>`indexed < 1`;

/** Fills some rows, the newest first; returns how many it found. */
export async function fillSome(parts: FillParts): Promise<number> {
  if (!(await hasRowsToFill(parts.tables))) return 0;
  return await parts.writer.write((transaction) => fillIn(transaction, parts));
}

/** Returns whether there are rows to fill. */
export async function hasRowsToFill(tables: Kysely<Schema>): Promise<boolean> {
  const rows = await tables.selectFrom("assets").select("id").where(notIndexed).limit(1).execute();
  return rows.length > 0;
}

async function fillIn(tables: Kysely<Schema>, parts: FillParts): Promise<number> {
  // Two nodes must not give the same sort key.
  if (parts.isPostgres) await sql`select pg_advisory_xact_lock(${fillLock})`.execute(tables);
  const rows = await tables
    .selectFrom("assets")
    .selectAll()
    .where(notIndexed)
    .orderBy("id", "desc")
    .limit(rowsPerFill)
    .execute();
  const jobs = await jobsOf(tables, rows);
  const keys = new SortKeys(tables);
  const entries: SearchEntry[] = [];
  for (const row of rows.toSorted(byCreation)) {
    const job = jobs.get(row.job_id);
    const origins = job === undefined ? [] : await originsOf(tables, job, parts.filesIn);
    const entry = job && (await fillRow(tables, row, { job, keys, origins }));
    if (entry !== undefined) entries.push(entry);
  }
  await parts.index.put(tables, entries);
  return rows.length;
}

const jobColumns = [
  "id",
  "kind",
  "model",
  "key_id",
  "account_id",
  "request",
  "url_ttl_seconds",
  "deleted_at",
] as const satisfies readonly (keyof JobTable)[];
type JobColumns = Pick<JobTable, (typeof jobColumns)[number]>;

async function jobsOf(
  tables: Kysely<Schema>,
  rows: readonly AssetRow[],
): Promise<Map<string, JobColumns>> {
  const ids = [...new Set(rows.map((row) => row.job_id))];
  if (ids.length === 0) return new Map();
  const jobs = await tables.selectFrom("jobs").select(jobColumns).where("id", "in", ids).execute();
  return new Map(jobs.map((job) => [job.id, job]));
}

function byCreation(one: AssetRow, other: AssetRow): number {
  return (
    one.created_at - other.created_at ||
    one.position - other.position ||
    (one.id < other.id ? -1 : 1)
  );
}

/** Fills the columns of a row; returns the words under which it is found. */
async function fillRow(
  tables: Kysely<Schema>,
  row: AssetRow,
  { job, keys, origins }: { job: JobColumns; keys: SortKeys; origins: readonly string[] },
): Promise<SearchEntry | undefined> {
  const { kind, model, key_id, account_id, url_ttl_seconds } = job;
  const isDeleted = row.deleted_at !== null;
  const prompt = isDeleted ? null : promptIn(job.request);
  const sortKey = row.sort_key ?? (await keys.next(row.created_at));
  // What arrives for a job that was deleted goes where the job's other results went.
  const trashed_at = row.trashed_at ?? (isDeleted ? null : job.deleted_at);
  const made_from = origins.length === 0 ? null : JSON.stringify(origins);
  const copied = {
    kind,
    model,
    key_id,
    account_id,
    url_ttl_seconds,
    prompt,
    made_from,
    trashed_at,
  };
  const filled = { ...copied, sort_key: sortKey, indexed: 1 };
  const { numUpdatedRows } = await tables
    .updateTable("assets")
    .set(filled)
    .where("id", "=", row.id)
    .executeTakeFirst();
  // A better file came in its place meanwhile, under an id of its own: that row is filled later.
  if (numUpdatedRows === 0n || isDeleted) return undefined;
  return { sortKey, words: [...facetsOf({ ...row, ...filled }), ...wordsOf(prompt ?? "")] };
}

/** Returns the prompt of a stored request; empty where there is none. PostgreSQL's text takes no zero character. */
function promptIn(request: string): string {
  try {
    const { prompt } = JSON.parse(request) as { prompt?: unknown };
    return typeof prompt === "string" ? prompt.replaceAll("\0", "") : "";
  } catch {
    // A row that no version can have written (jobs/record.ts); it has no place in a search.
    return "";
  }
}

/** Gives sort keys: a creation time, and a number for each asset of that millisecond. */
class SortKeys {
  readonly #tables: Kysely<Schema>;
  readonly #last = new Map<number, number>();

  constructor(tables: Kysely<Schema>) {
    this.#tables = tables;
  }

  async next(createdAt: number): Promise<number> {
    // A millisecond that is full lends from the next one.
    for (let at = createdAt; ; at++) {
      const key = (this.#last.get(at) ?? (await this.#lastStored(at))) + 1;
      if (key >= (at + 1) * sortKeysPerMs) continue;
      this.#last.set(at, key);
      return key;
    }
  }

  async #lastStored(at: number): Promise<number> {
    const { key } = await this.#tables
      .selectFrom("assets")
      .select(({ fn }) => fn.max<number | null>("sort_key").as("key"))
      .where("sort_key", ">=", at * sortKeysPerMs)
      .where("sort_key", "<", (at + 1) * sortKeysPerMs)
      .executeTakeFirstOrThrow();
    return key ?? at * sortKeysPerMs;
  }
}
