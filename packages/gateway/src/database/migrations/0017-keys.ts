// Creates the tables of gateway keys, and adds the columns of jobs that the ledger reads. Forward only: a later change is
// a new file.

import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Creates the tables, adds the columns with their indexes, and fills in what ended jobs cost. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await createKeys(database);
  await addLedger(database);
  await fillLedger(database);
}

async function createKeys({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("gateway_keys")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .addColumn("previous_hash", "text")
    .addColumn("previous_until", "bigint")
    .addColumn("hint", "text", (column) => column.notNull())
    .addColumn("rules", "text", (column) => column.notNull())
    .addColumn("disabled", "integer", (column) => column.notNull())
    .addColumn("expires_at", "bigint")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addColumn("rotated_at", "bigint")
    .addColumn("revoked_at", "bigint")
    .execute();
  await schema
    .createIndex("gateway_keys_name")
    .unique()
    .on("gateway_keys")
    .column("name")
    .where(sql.ref("revoked_at"), "is", null)
    .execute();
  await schema
    .createTable("key_spend")
    .addColumn("key_id", "text", (column) => column.notNull())
    .addColumn("day", "bigint", (column) => column.notNull())
    .addColumn("credits", "double precision", (column) => column.notNull())
    .addPrimaryKeyConstraint("key_spend_day", ["key_id", "day"])
    .execute();
  await schema
    .createTable("key_rates")
    .addColumn("key_id", "text", (column) => column.primaryKey())
    .addColumn("next_at", "bigint", (column) => column.notNull())
    .execute();
}

async function addLedger(database: Kysely<unknown>): Promise<void> {
  const { schema } = database;
  for (const name of ["reserved", "charged", "refunded"]) {
    await schema.alterTable("jobs").addColumn(name, "double precision").execute();
  }
  for (const name of ["request_id", "metadata"]) {
    await schema.alterTable("jobs").addColumn(name, "text").execute();
  }
  // Sums over a time are read from the index alone: the rows themselves are wide.
  await schema
    .createIndex("jobs_ledger")
    .on("jobs")
    .columns([
      "created_at",
      "key_id",
      "model",
      "account_id",
      "kind",
      "reserved",
      "charged",
      "refunded",
    ])
    .execute();
  await sql`create index jobs_open_of_key on jobs (key_id) where completed_at is null`.execute(
    database,
  );
  await sql`create index jobs_unpriced on jobs (key_id) where reserved is null`.execute(database);
  await sql`
    create index jobs_of_request on jobs (request_id) where request_id is not null
  `.execute(database);
}

interface FilledRow {
  id: string;
  cost: string;
}

const rowsPerPage = 1000;

/** Copies what the cost of each job says into the new columns; a cost that cannot be read is left out. */
export async function fillLedger(database: Kysely<unknown>): Promise<void> {
  // An ended job holds no credits, whatever it cost.
  await sql`update jobs set reserved = 0 where completed_at is not null`.execute(database);
  for (let after = ""; ;) {
    const { rows } = await sql<FilledRow>`
      select id, cost from jobs where id > ${after} order by id limit ${rowsPerPage}
    `.execute(database);
    for (const { id, cost } of rows) {
      const [charged, refunded] = readCost(cost);
      if (charged === null && refunded === null) continue;
      await sql`
        update jobs set charged = ${charged}, refunded = ${refunded} where id = ${id}
      `.execute(database);
    }
    const last = rows.at(-1)?.id;
    if (last === undefined || rows.length < rowsPerPage) return;
    after = last;
  }
}

function readCost(text: string): [charged: number | null, refunded: number | null] {
  try {
    const { charged, refunded } = JSON.parse(text) as Record<string, unknown>;
    return [toNumber(charged), toNumber(refunded)];
  } catch {
    // A row that nobody can read costs nothing that could be told.
    return [null, null];
  }
}

function toNumber(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
