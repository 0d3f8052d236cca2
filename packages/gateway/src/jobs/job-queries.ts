// Reads jobs and their assets from the database.

import type { Kysely } from "kysely";

import type { FixedStatements } from "../database/fixed-statements.ts";
import type { JobStatus } from "../api/job-words.ts";
import type { JobTable, Schema } from "../database/migrations/schema.ts";
import type { JobFilter, JobOwner } from "./job.ts";
import { parseAssetRow, parseRow } from "./record.ts";
import type { JobRecord, StoredAsset } from "./record.ts";

type Tables = Kysely<Schema>;

/** What can be asked about stored jobs. */
export interface JobQueries {
  get(id: string): Promise<JobRecord | undefined>;
  list(filter: JobFilter): Promise<{ records: JobRecord[]; hasMore: boolean }>;
  /** Returns a page of the rows that have not ended, by id, after the given one. */
  unfinished(afterId: string, limit: number): Promise<JobRecord[]>;
  /** Returns whose a row is. */
  ownerOf(id: string): Promise<JobOwner | undefined>;
  /** Returns those of the rows that have ended. */
  ended(ids: string[]): Promise<JobRecord[]>;
  /** Returns those of the rows that exist. */
  getMany(ids: readonly string[]): Promise<JobRecord[]>;
  /** Returns the final status of those of the rows that have ended, by id. */
  endings(ids: readonly string[]): Promise<Map<string, JobStatus>>;
  /** Counts the rows that wait for their start. */
  queued(): Promise<number>;
  /** Counts the generations of an account and model that the upstream may be running, without one job's. */
  running(account: string, model: string, exceptId: string): Promise<number>;
  /**
   * Returns the ids of unfinished rows whose next step was due before a time, or which were written after another, the
   * longest due first.
   */
  overdue(query: OverdueRows): Promise<string[]>;
  /** Returns the accounts with generations that must be polled. */
  accountsToPoll(): Promise<string[]>;
  /** Returns the assets of several jobs, each list by index. */
  assetsOf(jobIds: string[]): Promise<Map<string, StoredAsset[]>>;
  asset(id: string): Promise<StoredAsset | undefined>;
}

/** Which unfinished rows are overdue. Times are Unix milliseconds. */
interface OverdueRows {
  before: number;
  writtenAfter: number | undefined;
  limit: number;
}

// Far below the parameters that a statement may have.
const idsPerQuery = 500;

/** Called with the id of a row that cannot be read. The row is left out, so that the others can still be read. */
export type OnUnreadable = (id: string, error: unknown) => void;

/** What the queries may work with besides their tables. */
export interface JobQueriesOptions {
  statements: FixedStatements;
  onUnreadable?: OnUnreadable;
}

/** Makes the queries of an open database. */
export function createJobQueries(
  tables: Tables,
  { statements, onUnreadable = () => undefined }: JobQueriesOptions,
): JobQueries {
  const parse = (rows: JobTable[]): JobRecord[] =>
    rows.flatMap((row) => tryParse(row, onUnreadable));
  return {
    get: async (id) => parse(await get(tables, statements, id))[0],
    ownerOf: (id) => ownerOf(tables, statements, id),
    async list(filter) {
      const { rows, hasMore } = await list(tables, filter);
      return { records: parse(rows), hasMore };
    },
    unfinished: async (afterId, limit) => parse(await unfinished(tables, afterId, limit)),
    ended: async (ids) => parse(await ended(tables, ids)),
    getMany: async (ids) => parse(await getMany(tables, ids)),
    endings: (ids) => endings(tables, ids),
    queued: () => countQueued(tables),
    running: (account, model, exceptId) => countRunning(tables, account, model, exceptId),
    overdue: (query) => overdue(tables, query),
    accountsToPoll: () => accountsToPoll(tables),
    assetsOf: (jobIds) => assetsOf(tables, statements, jobIds),
    asset: (id) => asset(tables, statements, id),
  };
}

function tryParse(row: JobTable, onUnreadable: OnUnreadable): JobRecord[] {
  try {
    return [parseRow(row)];
  } catch (error) {
    onUnreadable(row.id, error);
    return [];
  }
}

async function get(tables: Tables, statements: FixedStatements, id: string): Promise<JobTable[]> {
  const { rows } = await statements.run(tables, "job", [id], () =>
    tables.selectFrom("jobs").selectAll().where("id", "=", id),
  );
  return rows;
}

async function ownerOf(
  tables: Tables,
  statements: FixedStatements,
  id: string,
): Promise<JobOwner | undefined> {
  const { rows } = await statements.run(tables, "owner", [id], () =>
    tables.selectFrom("jobs").select("key_id").where("id", "=", id),
  );
  return rows[0] && { keyId: rows[0].key_id };
}

async function list(
  tables: Tables,
  filter: JobFilter,
): Promise<{ rows: JobTable[]; hasMore: boolean }> {
  let query = tables
    .selectFrom("jobs")
    .selectAll()
    .orderBy("id", filter.order)
    .limit(filter.limit + 1);
  // Ids are version 7 UUIDs: their order is the order of creation.
  if (filter.after !== undefined)
    query = query.where("id", filter.order === "asc" ? ">" : "<", filter.after);
  if (filter.keyId === null) query = query.where("key_id", "is", null);
  else if (filter.keyId !== undefined) query = query.where("key_id", "=", filter.keyId);
  if (filter.status !== undefined) query = query.where("status", "=", filter.status);
  if (filter.kind !== undefined) query = query.where("kind", "=", filter.kind);
  if (filter.account !== undefined) query = query.where("account_id", "=", filter.account);
  if (filter.withoutDeleted === true) query = query.where("deleted_at", "is", null);
  if (filter.createdAfter !== undefined)
    query = query.where("created_at", ">=", filter.createdAfter);
  if (filter.createdBefore !== undefined)
    query = query.where("created_at", "<", filter.createdBefore);
  const rows = await query.execute();
  return {
    rows: rows.slice(0, filter.limit),
    hasMore: rows.length > filter.limit,
  };
}

function unfinished(tables: Tables, afterId: string, limit: number): Promise<JobTable[]> {
  return tables
    .selectFrom("jobs")
    .selectAll()
    .where("status", "in", ["queued", "in_progress"])
    .where("id", ">", afterId)
    .orderBy("id")
    .limit(limit)
    .execute();
}

async function ended(tables: Tables, ids: string[]): Promise<JobTable[]> {
  const found: JobTable[] = [];
  for (let at = 0; at < ids.length; at += idsPerQuery) {
    const rows = await tables
      .selectFrom("jobs")
      .selectAll()
      .where("id", "in", ids.slice(at, at + idsPerQuery))
      .where("status", "not in", ["queued", "in_progress"])
      .execute();
    found.push(...rows);
  }
  return found;
}

async function getMany(tables: Tables, ids: readonly string[]): Promise<JobTable[]> {
  const found: JobTable[] = [];
  for (let at = 0; at < ids.length; at += idsPerQuery) {
    const some = ids.slice(at, at + idsPerQuery);
    found.push(...(await tables.selectFrom("jobs").selectAll().where("id", "in", some).execute()));
  }
  return found;
}

async function endings(tables: Tables, ids: readonly string[]): Promise<Map<string, JobStatus>> {
  const found = new Map<string, JobStatus>();
  for (let at = 0; at < ids.length; at += idsPerQuery) {
    const rows = await tables
      .selectFrom("jobs")
      .select(["id", "status"])
      .where("id", "in", ids.slice(at, at + idsPerQuery))
      .where("status", "not in", ["queued", "in_progress"])
      .execute();
    for (const { id, status } of rows) found.set(id, status);
  }
  return found;
}

async function countQueued(tables: Tables): Promise<number> {
  const { count } = await tables
    .selectFrom("jobs")
    .select(({ fn }) => fn.countAll<number | string>().as("count"))
    .where("status", "=", "queued")
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function countRunning(
  tables: Tables,
  account: string,
  model: string,
  exceptId: string,
): Promise<number> {
  const { count } = await tables
    .selectFrom("jobs")
    .select(({ fn }) => fn.countAll<number | string>().as("count"))
    .where("account_id", "=", account)
    .where("status", "=", "in_progress")
    .where("model", "=", model)
    .where("id", "<>", exceptId)
    .where("submit_id", "is not", null)
    .where("result", "is", null)
    // A start that was not found and waits to be sent again does not run: two such must not wait for each other.
    .where((where) =>
      where.or([where("operation", "is not", null), where("uncertain_since", "is not", null)]),
    )
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function overdue(
  tables: Tables,
  { before, writtenAfter, limit }: OverdueRows,
): Promise<string[]> {
  const rows = await tables
    .selectFrom("jobs")
    .select("id")
    .where("status", "in", ["queued", "in_progress"])
    .where((where) => {
      const isDue = where("run_at", "<=", before);
      if (writtenAfter === undefined) return isDue;
      return where.or([isDue, where("updated_at", ">", writtenAfter)]);
    })
    .orderBy("run_at")
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

async function accountsToPoll(tables: Tables): Promise<string[]> {
  const rows = await tables
    .selectFrom("jobs")
    .select("account_id")
    .distinct()
    .where("status", "=", "in_progress")
    .where("account_id", "is not", null)
    .where("result", "is", null)
    .where((where) =>
      where.or([where("operation", "is not", null), where("uncertain_since", "is not", null)]),
    )
    .execute();
  return rows.flatMap((row) => row.account_id ?? []);
}

async function assetsOf(
  tables: Tables,
  statements: FixedStatements,
  jobIds: string[],
): Promise<Map<string, StoredAsset[]>> {
  const found = new Map<string, StoredAsset[]>(jobIds.map((id) => [id, []]));
  if (jobIds.length === 0) return found;
  const build = () =>
    tables.selectFrom("assets").selectAll().where("job_id", "in", jobIds).orderBy("position");
  const rows =
    jobIds.length === 1
      ? (await statements.run(tables, "assets of a job", jobIds, build)).rows
      : await build().execute();
  for (const row of rows) found.get(row.job_id)?.push(parseAssetRow(row));
  return found;
}

async function asset(
  tables: Tables,
  statements: FixedStatements,
  id: string,
): Promise<StoredAsset | undefined> {
  const { rows } = await statements.run(tables, "asset", [id], () =>
    tables.selectFrom("assets").selectAll().where("id", "=", id),
  );
  return rows[0] && parseAssetRow(rows[0]);
}
