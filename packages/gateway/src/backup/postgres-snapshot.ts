// Takes a snapshot of a PostgreSQL as an SQLite file, the one form that backups have. Loaded only when DATABASE_URL is set.

import { dirname } from "node:path";

import { JimengError } from "@jimeng/sdk";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";

import { toOneLine } from "../errors.ts";
import { isDatabaseAway } from "../database/away.ts";
import { listMigrations } from "../database/migrations/index.ts";
import type { Schema } from "../database/migrations/schema.ts";
import { moving } from "../database/move-rows.ts";
import { types, unusable } from "../database/postgres.ts";
import { makeSqlite } from "../database/sqlite.ts";
import type { DatabaseSync } from "../database/sqlite.ts";
import { mkdirPrivate, openPrivate } from "../private-files.ts";
import { syncAndMeasure } from "./backup-files.ts";

const connectTimeoutMs = 10_000;
const rowsPerFetch = 500;
// A line has up to 8 MB.
const rowsPerFetchOf: Readonly<Record<string, number>> = { batch_lines: 16 };
// A server may be set to end what takes long; a snapshot may take minutes.
const timeouts = [
  "statement_timeout",
  "idle_in_transaction_session_timeout",
  "transaction_timeout",
];

/**
 * Copies all rows of one moment into an SQLite file that does not exist yet, in the form that the database's version had,
 * and returns its length. One read-only transaction, beside which others go on writing; a standby serves as well. Throws
 * `invalid_request` (param DATABASE_URL), never repeating the address.
 */
export async function snapshotPostgres(
  url: string,
  target: string,
  change?: (copy: DatabaseSync) => void,
): Promise<number> {
  await mkdirPrivate(dirname(target));
  await (await openPrivate(target, "wx")).close();
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: "jimeng-backup",
    types,
  });
  // A broken connection fails the query that waits; without a listener it would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect().catch((cause: unknown) => {
      throw unusable(`cannot be opened: ${toOneLine(cause)}`, cause);
    });
    await copyAll(client, target, change);
  } catch (cause) {
    if (!(cause instanceof pg.DatabaseError) && !isDatabaseAway(cause)) throw cause;
    throw unusable(`cannot be read: ${toOneLine(cause)}`, cause);
  } finally {
    await client.end().catch(() => undefined);
  }
  return await syncAndMeasure(target);
}

async function copyAll(
  client: pg.Client,
  target: string,
  change: ((copy: DatabaseSync) => void) | undefined,
): Promise<void> {
  await client.query(
    "select set_config(name, '0', false) from pg_settings where name = any($1::text[])",
    [timeouts],
  );
  await client.query("begin isolation level repeatable read, read only");
  const { connection, finish } = await makeSqlite(target, await lastMigration(client));
  try {
    connection.exec("BEGIN");
    await startPositions(client, connection);
    for (const table of moving) await copyTable(client, connection, table);
    finish();
    change?.(connection);
    connection.exec("COMMIT");
  } finally {
    connection.close();
  }
  await client.query("commit");
}

/** Returns the name of the newest migration. Throws for a database that is not ours, or a newer version's. */
async function lastMigration(client: pg.Client): Promise<string> {
  const borrowed = {
    query: client.query.bind(client),
    release: () => undefined,
  } as unknown as pg.PoolClient;
  const pool = {
    connect: () => Promise.resolve(borrowed),
    end: () => Promise.resolve(),
    options: {},
  };
  const tables = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  const { newer, made } = await listMigrations(tables);
  const last = made.at(-1);
  if (last === undefined) throw unusable("holds no jobs of jimeng");
  if (newer[0] !== undefined) {
    throw new JimengError(
      "invalid_request",
      `DATABASE_URL: the database was changed by a newer version of jimeng (${newer[0]}).`,
      { param: "DATABASE_URL", fix: "Make the backup with that version." },
    );
  }
  return last;
}

/** Lets events of the copy come after all that readers have seen, also those that were removed since. */
async function startPositions(client: pg.Client, copy: DatabaseSync): Promise<void> {
  if (columnsOf(copy, "events").length === 0) return;
  const { rows } = await client.query<{ last: number }>(
    "select case when is_called then last_value else 0 end as last from event_positions",
  );
  copy
    .prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('events', ?)")
    .run(rows[0]?.last ?? 0);
}

type Value = string | number | null;

async function copyTable(client: pg.Client, copy: DatabaseSync, table: string): Promise<void> {
  // An older version has fewer tables and columns.
  const columns = columnsOf(copy, table);
  if (columns.length === 0) return;
  const names = columns.map((name) => `"${name}"`).join(", ");
  // Events that nobody has read yet have no position: the copy gives them one, in this order.
  const order = table === "events" ? "order by position nulls last, id" : "";
  await client.query(
    `declare copied no scroll cursor for select ${names} from "${table}" ${order}`,
  );
  const values = columns.map(() => "?").join(", ");
  const insert = copy.prepare(`INSERT INTO "${table}" (${names}) VALUES (${values})`);
  const indexed = columns.indexOf("indexed");
  const limit = rowsPerFetchOf[table] ?? rowsPerFetch;
  for (;;) {
    const { rows } = await client.query<Value[]>({
      text: `fetch ${limit} from copied`,
      rowMode: "array",
    });
    for (const row of rows) {
      // The search index is not copied: the row says so, and the gateway of the copy makes it anew.
      if (indexed >= 0) row[indexed] = 0;
      insert.run(...row);
    }
    if (rows.length < limit) break;
  }
  await client.query("close copied");
}

function columnsOf(copy: DatabaseSync, table: string): string[] {
  const rows = copy.prepare("SELECT name FROM pragma_table_info(?)").all(table);
  return rows.map(({ name }) => String(name));
}
