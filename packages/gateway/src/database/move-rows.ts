// The rows that belong to a gateway's data: counts them, and moves them from an SQLite file into a PostgreSQL.

import { sql } from "kysely";
import type { Kysely, Selectable, Transaction } from "kysely";

import type { Schema } from "./migrations/schema.ts";

type TableName = keyof Schema;

// Whether the rows of each table move; a table that others refer to comes before them.
const tables: Record<TableName, "move" | "stay"> = {
  jobs: "move",
  assets: "move",
  accounts: "move",
  account_states: "move",
  sign_ins: "move",
  audit: "move",
  files: "move",
  uploads: "move",
  upload_links: "move",
  claims: "move",
  idempotency_keys: "move",
  job_responses: "move",
  credit_reads: "move",
  live_models: "move",
  gateway_keys: "move",
  key_spend: "move",
  key_rates: "move",
  events: "move",
  event_cursors: "move",
  batches: "move",
  batch_lines: "move",
  webhooks: "move",
  webhook_deliveries: "move",
  // Both describe running processes.
  pollers: "stay",
  nodes: "stay",
};

/** The tables whose rows are data, not running processes; one that others refer to comes before them. */
export const moving = (Object.keys(tables) as TableName[]).filter(
  (name) => tables[name] === "move",
);
const rowsPerInsert = 200;

/** Moves all rows of an SQLite file within a transaction on PostgreSQL, as they are: the event log hears nothing of it. */
export async function moveRows(
  source: Kysely<Schema>,
  transaction: Transaction<Schema>,
): Promise<void> {
  await switchTriggers(transaction, "disable");
  for (const name of moving) {
    let rows: Selectable<Schema[TableName]>[] = [];
    for await (const row of source.selectFrom(name).selectAll().stream()) {
      // The search index does not move: the rows say so, and the target's gateway makes it anew.
      rows.push("indexed" in row ? { ...row, indexed: 0 } : row);
      if (rows.length < rowsPerInsert) continue;
      await transaction.insertInto(name).values(rows).execute();
      rows = [];
    }
    if (rows.length > 0) await transaction.insertInto(name).values(rows).execute();
  }
  await switchTriggers(transaction, "enable");
  await startPositions(source, transaction);
}

/** Lets new events come after those that readers have seen, also where all of them were removed since. */
async function startPositions(
  source: Kysely<Schema>,
  transaction: Transaction<Schema>,
): Promise<void> {
  const { rows } = await sql<{ last: number | null }>`
    select max(seq) as last from sqlite_sequence where name = 'events'
  `.execute(source);
  const last = rows[0]?.last ?? null;
  if (last === null || last < 1) return;
  await sql`select setval('event_positions', ${last})`.execute(transaction);
}

async function switchTriggers(
  transaction: Transaction<Schema>,
  state: "enable" | "disable",
): Promise<void> {
  for (const name of ["jobs", "assets"] as const) {
    await sql`alter table ${sql.table(name)} ${sql.raw(state)} trigger user`.execute(transaction);
  }
}

/** Counts the rows by table, of tables that have any. */
export async function countRows(database: Kysely<Schema>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of moving) {
    const { rows } = await database
      .selectFrom(name)
      .select(({ fn }) => fn.countAll<number>().as("rows"))
      .executeTakeFirstOrThrow();
    if (rows > 0) counts[name] = rows;
  }
  return counts;
}
