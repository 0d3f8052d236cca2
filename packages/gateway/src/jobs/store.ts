// The SQL of jobs and assets.

import type { GatewayDatabase } from "../database/database.ts";
import { GroupCommit } from "../database/group-commit.ts";
import type { Write, Writer } from "../database/group-commit.ts";
import { PooledWrites } from "../database/pooled-writes.ts";
import type { JobFilter } from "./job.ts";
import { parseAssetRow, parseRow, toAssetRow, toColumns } from "./record.ts";
import type { JobRecord, StoredAsset } from "./record.ts";
import type { JobTable } from "../database/migrations/schema.ts";

/** Reads and writes jobs; every write is durable when its promise resolves. */
export interface JobStore {
  /** Stores new rows in one transaction, shared with other callers of the same moment. */
  create(records: JobRecord[]): Promise<void>;
  /** Stores those of the rows whose submit id no row has yet; gives their ids. */
  adopt(records: JobRecord[]): Promise<ReadonlySet<string>>;
  get(id: string): Promise<JobRecord | undefined>;
  list(filter: JobFilter): Promise<{ records: JobRecord[]; hasMore: boolean }>;
  /**
   * Changes a row if nobody changed it since it was read (compare-and-set on `version`), with new assets in the
   * same transaction. Gives the row as it is now, or undefined when somebody else was first.
   */
  update(
    record: JobRecord,
    changes: Partial<JobRecord>,
    now: number,
    assets?: StoredAsset[],
  ): Promise<JobRecord | undefined>;
  addAssets(assets: StoredAsset[]): Promise<void>;
  /** Gives a page of the rows that have not ended, by id, after the given one. */
  unfinished(afterId: string, limit: number): Promise<JobRecord[]>;
  /** Gives those of the rows that have ended. */
  ended(ids: string[]): Promise<JobRecord[]>;
  /** Counts the rows that wait for their start. */
  queued(): Promise<number>;
  /** Counts the generations of an account and model that the upstream may be running, but for one job's. */
  running(account: string, model: string, exceptId: string): Promise<number>;
  /** Gives the ids of unfinished rows whose next step was due before a time, the longest due first. */
  overdue(before: number, limit: number): Promise<string[]>;
  /** Gives the assets of several jobs, each list by index. */
  assetsOf(jobIds: string[]): Promise<Map<string, StoredAsset[]>>;
  asset(id: string): Promise<StoredAsset | undefined>;
}

/** How many rows one insert takes: SQLite has 32,766 parameters in a statement, far more than these need. */
export const rowsPerInsert = 64;

// Far below the parameters that a statement may have.
const idsPerQuery = 500;

function insertJobs(writer: Writer, records: JobRecord[]): Promise<void> {
  return writer.write((transaction) => insertRows(transaction, records), {
    statements: records.length <= rowsPerInsert ? "one" : "several",
  });
}

/** Stores new rows within a transaction; those that an earlier try has stored already stay as they are. */
export async function insertRows(
  transaction: Parameters<Write<void>>[0],
  records: JobRecord[],
): Promise<void> {
  for (let at = 0; at < records.length; at += rowsPerInsert) {
    const rows = records
      .slice(at, at + rowsPerInsert)
      .map((record) => toColumns(record) as JobTable);
    await transaction
      .insertInto("jobs")
      .values(rows)
      .onConflict((conflict) => conflict.column("id").doNothing())
      .execute();
  }
}

/** Makes the way to write: one connection is shared by grouping, many connections group at the server. */
export function createWriter({ tables, postgres }: GatewayDatabase): Writer {
  return postgres === null ? new GroupCommit(tables) : new PooledWrites(tables);
}

/** Makes the store over an open database. */
export function createJobStore(
  database: GatewayDatabase,
  group: Writer = createWriter(database),
): JobStore {
  const { tables } = database;

  return {
    create: (records) => insertJobs(group, records),

    adopt: (records) =>
      group.write(async (transaction) => {
        const stored = new Set<string>();
        for (let at = 0; at < records.length; at += rowsPerInsert) {
          const rows = records
            .slice(at, at + rowsPerInsert)
            .map((record) => toColumns(record) as JobTable);
          const inserted = await transaction
            .insertInto("jobs")
            .values(rows)
            .onConflict((conflict) => conflict.column("submit_id").doNothing())
            .returning("id")
            .execute();
          for (const { id } of inserted) stored.add(id);
        }
        return stored;
      }),

    async get(id) {
      const row = await tables
        .selectFrom("jobs")
        .selectAll()
        .where("id", "=", id)
        .executeTakeFirst();
      return row && parseRow(row);
    },

    async list(filter) {
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
      if (filter.createdAfter !== undefined)
        query = query.where("created_at", ">=", filter.createdAfter);
      if (filter.createdBefore !== undefined)
        query = query.where("created_at", "<", filter.createdBefore);
      const rows = await query.execute();
      return {
        records: rows.slice(0, filter.limit).map(parseRow),
        hasMore: rows.length > filter.limit,
      };
    },

    update: (record, changes, now, assets = []) =>
      group.write(
        async (transaction) => {
          const next = { ...changes, version: record.version + 1, updatedAt: now };
          const result = await transaction
            .updateTable("jobs")
            .set(toColumns(next))
            .where("id", "=", record.id)
            .where("version", "=", record.version)
            .executeTakeFirst();
          if (result.numUpdatedRows === 0n) return undefined;
          await putAssets(transaction, assets);
          return { ...record, ...next };
        },
        { statements: assets.length === 0 ? "one" : "several" },
      ),

    addAssets: (assets) =>
      group.write((transaction) => putAssets(transaction, assets), { statements: "one" }),

    async unfinished(afterId, limit) {
      const rows = await tables
        .selectFrom("jobs")
        .selectAll()
        .where("status", "in", ["queued", "in_progress"])
        .where("id", ">", afterId)
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.map(parseRow);
    },

    async ended(ids) {
      const found: JobRecord[] = [];
      for (let at = 0; at < ids.length; at += idsPerQuery) {
        const rows = await tables
          .selectFrom("jobs")
          .selectAll()
          .where("id", "in", ids.slice(at, at + idsPerQuery))
          .where("status", "not in", ["queued", "in_progress"])
          .execute();
        found.push(...rows.map(parseRow));
      }
      return found;
    },

    async queued() {
      const { count } = await tables
        .selectFrom("jobs")
        .select(({ fn }) => fn.countAll<number | string>().as("count"))
        .where("status", "=", "queued")
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    async running(account, model, exceptId) {
      const { count } = await tables
        .selectFrom("jobs")
        .select(({ fn }) => fn.countAll<number | string>().as("count"))
        .where("account_id", "=", account)
        .where("status", "=", "in_progress")
        .where("model", "=", model)
        .where("id", "<>", exceptId)
        .where("submit_id", "is not", null)
        .where("result", "is", null)
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    async overdue(before, limit) {
      const rows = await tables
        .selectFrom("jobs")
        .select("id")
        .where("status", "in", ["queued", "in_progress"])
        .where("run_at", "<=", before)
        .orderBy("run_at")
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    },

    async assetsOf(jobIds) {
      const found = new Map<string, StoredAsset[]>(jobIds.map((id) => [id, []]));
      if (jobIds.length === 0) return found;
      const rows = await tables
        .selectFrom("assets")
        .selectAll()
        .where("job_id", "in", jobIds)
        .orderBy("position")
        .execute();
      for (const row of rows) found.get(row.job_id)?.push(parseAssetRow(row));
      return found;
    },

    async asset(id) {
      const row = await tables
        .selectFrom("assets")
        .selectAll()
        .where("id", "=", id)
        .executeTakeFirst();
      return row && parseAssetRow(row);
    },
  };
}

async function putAssets(
  transaction: Parameters<Write<void>>[0],
  assets: StoredAsset[],
): Promise<void> {
  if (assets.length === 0) return;
  await transaction
    .insertInto("assets")
    .values(assets.map(toAssetRow))
    // A picture saved while its neighbours were still being made keeps its file and gets its final place.
    .onConflict((conflict) =>
      conflict
        .columns(["job_id", "item_id"])
        .doUpdateSet((row) => ({ position: row.ref("excluded.position") })),
    )
    .execute();
}
