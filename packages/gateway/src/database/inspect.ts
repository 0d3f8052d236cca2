// Looks at a database without changing it: whether it can be read, is sound, and has the newest tables.

import { existsSync } from "node:fs";
import { join } from "node:path";

import { Kysely, PostgresDialect, SqliteDialect } from "kysely";

import { toOneLine } from "../errors.ts";
import { listMigrations } from "./migrations/index.ts";
import type { Schema } from "./migrations/schema.ts";
import { quickCheck } from "./quick-check.ts";
import { DatabaseSync, adapt, databaseFile } from "./sqlite.ts";

/** What was seen of a database. */
export type DatabaseReport =
  | { state: "absent" }
  | { state: "damaged" | "unreachable"; problem: string }
  /** The number of migrations that the next start makes, and a migration that a newer version made. */
  | { state: "sound"; pending: number; newer: string | null };

const connectTimeoutMs = 5000;

/** Inspects the embedded database of a data folder, also while a gateway works on it. */
export async function inspectSqlite(dataDir: string): Promise<DatabaseReport> {
  if (!existsSync(join(dataDir, databaseFile))) return { state: "absent" };
  try {
    const result = await quickCheck(join(dataDir, databaseFile));
    if (result !== "ok") return { state: "damaged", problem: result };
    return await withReadOnlySqlite(dataDir, async (tables) => ({
      state: "sound",
      ...(await readMigrations(tables)),
    }));
  } catch (error) {
    return { state: "damaged", problem: toOneLine(error) };
  }
}

/** Inspects a PostgreSQL; the problem never repeats its address. */
export async function inspectPostgres(url: string): Promise<DatabaseReport> {
  try {
    return await withPostgres(url, async (tables) => ({
      state: "sound",
      ...(await readMigrations(tables)),
    }));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    return { state: "unreachable", problem: code ?? toOneLine(error) };
  }
}

/** Runs work on the tables of an existing database, which it must not change. */
export async function withTables<Result>(
  { dataDir, databaseUrl }: { dataDir: string; databaseUrl: string | null },
  work: (tables: Kysely<Schema>) => Promise<Result>,
): Promise<Result> {
  return databaseUrl === null
    ? await withReadOnlySqlite(dataDir, work)
    : await withPostgres(databaseUrl, work);
}

async function withReadOnlySqlite<Result>(
  dataDir: string,
  work: (tables: Kysely<Schema>) => Promise<Result>,
): Promise<Result> {
  const connection = new DatabaseSync(join(dataDir, databaseFile), { readOnly: true });
  try {
    const dialect = new SqliteDialect({ database: adapt(connection) });
    return await work(new Kysely<Schema>({ dialect }));
  } finally {
    connection.close();
  }
}

async function withPostgres<Result>(
  url: string,
  work: (tables: Kysely<Schema>) => Promise<Result>,
): Promise<Result> {
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    connectionTimeoutMillis: connectTimeoutMs,
  });
  pool.on("error", () => undefined);
  const tables = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  try {
    return await work(tables);
  } finally {
    await tables.destroy();
  }
}

async function readMigrations(
  tables: Kysely<Schema>,
): Promise<{ pending: number; newer: string | null }> {
  const { pending, newer } = await listMigrations(tables);
  return { pending: pending.length, newer: newer[0] ?? null };
}
