// Stores jobs and assets: each write is durable when its promise resolves.

import type { Compilable, Kysely } from "kysely";

import type { GatewayDatabase } from "../database/database.ts";
import type { AssetTable, JobTable, Schema } from "../database/migrations/schema.ts";
import { FixedStatements } from "../database/fixed-statements.ts";
import { createWriter } from "../database/writer.ts";
import type { Writer } from "../database/writer.ts";
import { createJobQueries } from "./job-queries.ts";
import { Reservations } from "../keys/reservations.ts";
import type { JobQueries, OnUnreadable } from "./job-queries.ts";
import type { RecentRows } from "./recent-rows.ts";
import { toAssetRow, toColumns } from "./record.ts";
import type { JobRecord, StoredAsset } from "./record.ts";

/** Reads and writes jobs. */
export interface JobStore extends JobQueries {
  /** Stores new rows in one transaction, shared with other callers of the same moment. */
  create(records: JobRecord[]): Promise<void>;
  /** Stores those of the rows whose submit id no row has yet, and returns their ids. */
  adopt(records: JobRecord[]): Promise<ReadonlySet<string>>;
  /**
   * Changes a row if nobody changed it since it was read (compare-and-set on `version`), with new assets in the
   * same transaction. Returns the row as it is now, or undefined when somebody else was first.
   */
  update(
    record: JobRecord,
    changes: Partial<JobRecord>,
    now: number,
    assets?: StoredAsset[],
  ): Promise<JobRecord | undefined>;
  /**
   * Stores the assets whose items have no row yet, or only an incomplete file that the new one is better than, and gives
   * the others their place; returns the ids of all rows.
   */
  addAssets(assets: StoredAsset[]): Promise<ReadonlySet<string>>;
  /** Does the same with results that landed before their siblings, whose places are not final. */
  addPartialAssets(assets: StoredAsset[]): Promise<ReadonlySet<string>>;
}

/** Number of rows of one insert: SQLite has 32,766 parameters in a statement, far more than these need. */
export const rowsPerInsert = 64;

/** What a store may work with besides its database. */
export interface JobStoreOptions {
  writer?: Writer;
  onUnreadable?: OnUnreadable;
  /** The rows written last; absent where other processes write to the same tables. */
  recent?: RecentRows;
  /** Called when rows of assets were written. */
  onAssets?: () => void;
}

/** Makes the store of an open database. */
export function createJobStore(
  database: GatewayDatabase,
  { writer = createWriter(database), onUnreadable, recent, onAssets }: JobStoreOptions = {},
): JobStore {
  const statements = new FixedStatements();
  const isShared = database.postgres !== null;
  const reservations = new Reservations(isShared);
  const queries = createJobQueries(database.tables, { statements, onUnreadable });

  /** Runs a write of rows; where it fails, nobody knows whether it took effect. */
  async function writeRows<T>(ids: Iterable<string>, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      for (const id of ids) recent?.forget(id);
      throw error;
    }
  }

  async function writeAssets(
    assets: StoredAsset[],
    position: AssetPosition,
  ): Promise<ReadonlySet<string>> {
    try {
      return await writer.write(
        (transaction) => putAssets(transaction, statements, assets, position),
        { statements: "one" },
      );
    } finally {
      for (const { jobId } of assets) recent?.assetsChanged(jobId);
      if (assets.length > 0) onAssets?.();
    }
  }

  return {
    ...queries,

    get: async (id) => recent?.record(id) ?? (await queries.get(id)),

    async assetsOf(jobIds) {
      const known = jobIds.map((id) => [id, recent?.assets(id)] as const);
      if (known.every(([, assets]) => assets !== undefined))
        return new Map(known.map(([id, assets]) => [id, [...(assets ?? [])]]));
      return await queries.assetsOf(jobIds);
    },

    async create(records) {
      await writeRows(
        records.map(({ id }) => id),
        () =>
          writer.write(
            (transaction) => reserveAndInsert(transaction, { statements, reservations }, records),
            { statements: isOneInsert(records) ? "one" : "several" },
          ),
      );
      recent?.created(records);
    },

    adopt: (records) => writer.write((transaction) => insertUnknownRows(transaction, records)),

    async update(record, changes, now, assets = []) {
      const next = { ...changes, version: record.version + 1, updatedAt: now };
      const updated = { ...record, ...next };
      const isSpent = reservations.isNeeded(record, updated);
      const stored = await writeRows([record.id], () =>
        writer.write(
          async (transaction) => {
            // Files before the end of their job: the event log tells of them in this order.
            if (assets.length > 0 && !(await isCurrent(transaction, record, isShared)))
              return undefined;
            const ids = await putAssets(transaction, statements, assets, "excluded.position");
            if (!(await updateRow(transaction, statements, record, next))) return undefined;
            if (isSpent) await reservations.count(transaction, record, updated);
            return ids;
          },
          { statements: assets.length === 0 && !isSpent ? "one" : "several" },
        ),
      );
      if (stored === undefined) {
        recent?.forget(record.id);
        return undefined;
      }
      if (assets.length > 0) onAssets?.();
      recent?.changed(updated, knownAssets(recent.assets(record.id), assets, stored));
      return updated;
    },

    addAssets: (assets) => writeAssets(assets, "excluded.position"),

    addPartialAssets: (assets) => writeAssets(assets, "assets.position"),
  };
}

/** Returns true when new rows take one statement: nothing is reserved for the owner's own jobs. */
function isOneInsert(records: readonly JobRecord[]): boolean {
  return records.length <= rowsPerInsert && records.every(({ keyId }) => keyId === null);
}

/** Returns the assets that a job has after a write; undefined where they must be read. */
function knownAssets(
  before: readonly StoredAsset[] | undefined,
  written: readonly StoredAsset[],
  stored: ReadonlySet<string>,
): readonly StoredAsset[] | undefined {
  if (written.length === 0) return before;
  // What replaced or joined earlier files is read again: which of two files was kept is the statement's decision.
  const isFirst = before?.length === 0 && written.every(({ id }) => stored.has(id));
  return isFirst ? written.toSorted((one, other) => one.index - other.index) : undefined;
}

/** Tells whether a row is as it was read; on a shared database nobody changes it before the transaction ends. */
async function isCurrent(
  transaction: Kysely<Schema>,
  { id, version }: JobRecord,
  isShared: boolean,
): Promise<boolean> {
  const query = transaction
    .selectFrom("jobs")
    .select("id")
    .where("id", "=", id)
    .where("version", "=", version);
  return (await (isShared ? query.forUpdate() : query).executeTakeFirst()) !== undefined;
}

/** Changes a row by compare-and-set on its version; false when somebody else was first. */
async function updateRow(
  transaction: Kysely<Schema>,
  statements: FixedStatements,
  { id, version }: JobRecord,
  changes: Partial<JobRecord>,
): Promise<boolean> {
  const columns = Object.entries(toColumns(changes)).filter(([, value]) => value !== undefined);
  const names = columns.map(([name]) => name);
  const values = [...columns.map(([, value]) => value), id, version];
  const result = await statements.run(transaction, `update ${names.join(" ")}`, values, () =>
    transaction
      .updateTable("jobs")
      .set(Object.fromEntries(columns))
      .where("id", "=", id)
      .where("version", "=", version),
  );
  return (result.numAffectedRows ?? 0n) > 0n;
}

/** Reserves for new rows, then stores them, within a transaction. */
export async function reserveAndInsert(
  transaction: Kysely<Schema>,
  { statements, reservations }: { statements: FixedStatements; reservations: Reservations },
  records: JobRecord[],
): Promise<void> {
  await reservations.reserve(transaction, records);
  await insertRows(transaction, statements, records);
}

/** Stores new rows within a transaction; those that an earlier attempt has stored already stay as they are. */
async function insertRows(
  transaction: Kysely<Schema>,
  statements: FixedStatements,
  records: JobRecord[],
): Promise<void> {
  for (const rows of toPages(records)) {
    const build = () =>
      transaction
        .insertInto("jobs")
        .values(rows)
        .onConflict((conflict) => conflict.column("id").doNothing());
    const [only, ...others] = rows;
    if (only === undefined || others.length > 0) await build().execute();
    else await statements.run(transaction, "insert job", Object.values(only), build);
  }
}

/** Stores those of the rows whose submit id no row has yet, and returns their ids. */
async function insertUnknownRows(
  transaction: Kysely<Schema>,
  records: JobRecord[],
): Promise<ReadonlySet<string>> {
  const stored = new Set<string>();
  for (const rows of toPages(records)) {
    const inserted = await transaction
      .insertInto("jobs")
      .values(rows)
      .onConflict((conflict) => conflict.column("submit_id").doNothing())
      .returning("id")
      .execute();
    for (const { id } of inserted) stored.add(id);
  }
  return stored;
}

function* toPages(records: JobRecord[]): Generator<JobTable[]> {
  for (let at = 0; at < records.length; at += rowsPerInsert) {
    yield records.slice(at, at + rowsPerInsert).map((record) => toColumns(record) as JobTable);
  }
}

/** Which place an item that has a row already gets: the new one, or the one it has. */
type AssetPosition = "excluded.position" | "assets.position";

// What an asset's row says of its file.
const fileColumns = [
  "id",
  "content_type",
  "width",
  "height",
  "duration_ms",
  "bytes",
  "upstream_url",
  "upstream_expires_at",
  "created_at",
  "incomplete",
  "thumbhash",
  "cover_url",
  "poster_bytes",
  "preview_at",
  "preview_attempts",
] as const satisfies readonly (keyof AssetTable)[];

/**
 * Stores assets; an item that has a row already gets the given place and keeps its file, unless that is incomplete and
 * the new one is whole or longer. Returns the ids of the rows.
 */
async function putAssets(
  transaction: Kysely<Schema>,
  statements: FixedStatements,
  assets: StoredAsset[],
  position: AssetPosition,
): Promise<ReadonlySet<string>> {
  if (assets.length === 0) return new Set();
  const rows = assets.map(toAssetRow);
  const name = `put ${rows.length} assets, ${position}`;
  // Each column of a file that is there already is judged by the same two values (buildPutAssets).
  const judged = fileColumns.flatMap(() => [1, 0]);
  const values = [...rows.flatMap((row): unknown[] => Object.values(row)), ...judged];
  const stored = await statements.run(transaction, name, values, () =>
    buildPutAssets(transaction, rows, position),
  );
  return new Set(stored.rows.map(({ id }) => id));
}

function buildPutAssets(
  transaction: Kysely<Schema>,
  rows: AssetTable[],
  position: AssetPosition,
): Compilable<{ id: string }> {
  return transaction
    .insertInto("assets")
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(["job_id", "item_id"]).doUpdateSet((row) => {
        const isBetter = row.and([
          row("assets.incomplete", "=", 1),
          row.or([
            row("excluded.incomplete", "=", 0),
            row("excluded.bytes", ">", row.ref("assets.bytes")),
          ]),
        ]);
        const better = (column: (typeof fileColumns)[number]) =>
          row
            .case()
            .when(isBetter)
            .then(row.ref(`excluded.${column}`))
            .else(row.ref(`assets.${column}`))
            .end();
        const file = Object.fromEntries(fileColumns.map((column) => [column, better(column)]));
        return { ...file, position: row.ref(position) };
      }),
    )
    .returning("id");
}
