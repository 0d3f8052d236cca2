// Stores jobs and assets: each write is durable when its promise resolves.

import type { Kysely } from "kysely";

import type { GatewayDatabase } from "../database/database.ts";
import type { AssetTable, JobTable, Schema } from "../database/migrations/schema.ts";
import { createWriter } from "../database/writer.ts";
import type { Writer } from "../database/writer.ts";
import { createJobQueries } from "./job-queries.ts";
import type { JobQueries, OnUnreadable } from "./job-queries.ts";
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

/** Makes the store of an open database. */
export function createJobStore(
  database: GatewayDatabase,
  writer: Writer = createWriter(database),
  onUnreadable?: OnUnreadable,
): JobStore {
  return {
    ...createJobQueries(database.tables, onUnreadable),

    create: (records) =>
      writer.write((transaction) => insertRows(transaction, records), {
        statements: records.length <= rowsPerInsert ? "one" : "several",
      }),

    adopt: (records) => writer.write((transaction) => insertUnknownRows(transaction, records)),

    update: (record, changes, now, assets = []) =>
      writer.write(
        async (transaction) => {
          const next = { ...changes, version: record.version + 1, updatedAt: now };
          const result = await transaction
            .updateTable("jobs")
            .set(toColumns(next))
            .where("id", "=", record.id)
            .where("version", "=", record.version)
            .executeTakeFirst();
          if (result.numUpdatedRows === 0n) return undefined;
          await putAssets(transaction, assets, "excluded.position");
          return { ...record, ...next };
        },
        { statements: assets.length === 0 ? "one" : "several" },
      ),

    addAssets: (assets) =>
      writer.write((transaction) => putAssets(transaction, assets, "excluded.position"), {
        statements: "one",
      }),

    addPartialAssets: (assets) =>
      writer.write((transaction) => putAssets(transaction, assets, "assets.position"), {
        statements: "one",
      }),
  };
}

/** Stores new rows within a transaction; those that an earlier attempt has stored already stay as they are. */
export async function insertRows(transaction: Kysely<Schema>, records: JobRecord[]): Promise<void> {
  for (const rows of toPages(records)) {
    await transaction
      .insertInto("jobs")
      .values(rows)
      .onConflict((conflict) => conflict.column("id").doNothing())
      .execute();
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
] as const satisfies readonly (keyof AssetTable)[];

/**
 * Stores assets; an item that has a row already gets the given place and keeps its file, unless that is incomplete and
 * the new one is whole or longer. Returns the ids of the rows.
 */
async function putAssets(
  transaction: Kysely<Schema>,
  assets: StoredAsset[],
  position: "excluded.position" | "assets.position",
): Promise<ReadonlySet<string>> {
  if (assets.length === 0) return new Set();
  const rows = await transaction
    .insertInto("assets")
    .values(assets.map(toAssetRow))
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
    .returning("id")
    .execute();
  return new Set(rows.map(({ id }) => id));
}
