// Opens the embedded database: one SQLite file in the data folder. The only file that imports node:sqlite; others take
// DatabaseSync from here.

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue, StatementSync } from "node:sqlite";

import { JimengError } from "@jimeng/sdk";
import { Kysely, SqliteDialect } from "kysely";
import type { SqliteDatabase, SqliteStatement } from "kysely";

import { toOneLine } from "../errors.ts";
import { openPrivate } from "../private-files.ts";
import { repairNumbers } from "./repair.ts";
import { migrate, migrateTo } from "./migrations/index.ts";
import type { Schema } from "./migrations/schema.ts";

/** Node's synchronous SQLite, exported so that node:sqlite is imported in one place: a later Node may rename it. */
export { DatabaseSync };

/** File name of the embedded database in a data folder. */
export const databaseFile = "jimeng.db";
// Another process (a backup, a sqlite3 shell) may hold the file for a moment.
const busyTimeoutMs = 5000;
const maxCachedStatements = 256;
// The write-ahead log grows while somebody reads for long (a backup), and would keep that size for ever.
const maxIdleLogBytes = 16 * 1024 * 1024;

/**
 * Opens (or makes) the SQLite file of a data folder and brings its tables up to date. WAL with synchronous=FULL: a
 * commit that returned survives power loss. Throws `invalid_request` with one line when it cannot be opened, or was
 * made by a newer version.
 */
export async function openSqlite(dataDir: string): Promise<Kysely<Schema>> {
  const file = join(dataDir, databaseFile);
  let connection: DatabaseSync | undefined;
  try {
    // In a folder that others may read, the prompts and the addresses of pictures stay private to their owner.
    await (await openPrivate(file, "a")).close();
    connection = new DatabaseSync(file, { enableForeignKeyConstraints: true });
    connection.exec(
      `PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = ${maxIdleLogBytes};`,
    );
    const dialect = new SqliteDialect({ database: adapt(connection) });
    const tables = new Kysely<Schema>({ dialect });
    // Every statement of a migration is a commit. They stay in order without a sync for each, and the first commit
    // of ours syncs them all: a power cut before it leaves an older shape, which the next start brings up to date.
    await migrate(tables, {
      title: `The database ${file}`,
      param: "JIMENG_DATA_DIR",
      bringBack: "an empty data folder and `jimeng restore --from <backup>`",
    });
    repairOnce(connection);
    connection.exec("PRAGMA synchronous = FULL;");
    return tables;
  } catch (cause) {
    connection?.close();
    if (JimengError.isInstance(cause)) throw cause;
    throw new JimengError(
      "invalid_request",
      `The database ${file} cannot be opened: ${toOneLine(cause)}.`,
      {
        cause,
        param: "JIMENG_DATA_DIR",
        fix: "Check that the folder is writable, or choose another JIMENG_DATA_DIR.",
      },
    );
  }
}

/**
 * Makes an SQLite file with the tables that a migration, by its name, left, and returns its open connection. Nothing is
 * synced, nor checked by foreign keys or logged by triggers before `finish`: it is for a copy that is thrown away when it
 * is cut off.
 */
export async function makeSqlite(
  file: string,
  migration: string,
): Promise<{ connection: DatabaseSync; finish: () => void }> {
  const connection = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  connection.exec("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;");
  await migrateTo(
    new Kysely<Schema>({ dialect: new SqliteDialect({ database: adapt(connection) }) }),
    migration,
  );
  const triggers = connection
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all() as { name: string; sql: string }[];
  for (const { name } of triggers) connection.exec(`DROP TRIGGER "${name}"`);
  return {
    connection,
    finish() {
      for (const { sql } of triggers) connection.exec(sql);
      connection.exec(`PRAGMA user_version = ${repairedVersion}`);
    },
  };
}

/** Adapts node's SQLite to what Kysely's SqliteDialect expects; exported for its test. */
export function adapt(connection: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => connection.close(),
    prepare(sql) {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const statement =
        sql === "rollback" ? adaptRollback(connection) : adaptStatement(connection.prepare(sql));
      // Statements with lists of varying length would fill the cache: the oldest is dropped.
      const oldest =
        statements.size >= maxCachedStatements ? statements.keys().next().value : undefined;
      if (oldest !== undefined) statements.delete(oldest);
      statements.set(sql, statement);
      return statement;
    },
  };
}

// What older versions stored is repaired once; since then every number is checked before it is stored.
const repairedVersion = 1;

function repairOnce(connection: DatabaseSync): void {
  const version = connection.prepare("PRAGMA user_version").get()?.["user_version"];
  if (Number(version) >= repairedVersion) return;
  repairNumbers(connection);
  connection.exec(`PRAGMA user_version = ${repairedVersion}`);
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => readAll(statement, parameters.map(toInput)),
    run: (parameters) => statement.run(...parameters.map(toInput)),
    iterate: (parameters) => statement.iterate(...parameters.map(toInput)),
  };
}

/** SQLite rolls back by itself when the disk is full; Kysely's rollback would then hide that error behind its own. */
function adaptRollback(connection: DatabaseSync): SqliteStatement {
  const statement = adaptStatement(connection.prepare("rollback"));
  return {
    ...statement,
    run: (parameters) =>
      connection.isTransaction ? statement.run(parameters) : { changes: 0, lastInsertRowid: 0 },
  };
}

type Row = ReturnType<StatementSync["all"]>[number];

/** Reads rows; one number that JavaScript cannot hold must not break the reading of all others. */
function readAll(statement: StatementSync, parameters: SQLInputValue[]): Row[] {
  try {
    return statement.all(...parameters);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ERR_OUT_OF_RANGE"))
      throw error;
  }
  statement.setReadBigInts(true);
  try {
    return statement.all(...parameters).map(withSafeNumbers);
  } finally {
    statement.setReadBigInts(false);
  }
}

function withSafeNumbers(row: Row): Row {
  const max = BigInt(Number.MAX_SAFE_INTEGER);
  const entries = Object.entries(row).map(([name, value]) => {
    if (typeof value !== "bigint") return [name, value] as const;
    return [name, Number(value > max ? max : value < -max ? -max : value)] as const;
  });
  return Object.fromEntries(entries);
}

// node:sqlite takes an object in first place (a Date, say) for named parameters and silently shifts the rest, and stores
// numbers that it then cannot read: beyond 2^53 a row would break every list that it is part of.
function toInput(value: unknown): SQLInputValue {
  const isNumber = typeof value === "number" || typeof value === "bigint";
  if (isNumber && !(Math.abs(Number(value)) <= Number.MAX_SAFE_INTEGER)) {
    throw new RangeError("A number for the database must lie between -2^53 and 2^53.");
  }
  if (
    value === null ||
    typeof value === "number" ||
    typeof value === "bigint" ||
    typeof value === "string" ||
    value instanceof Uint8Array
  ) {
    return value;
  }
  throw new TypeError(
    `A database parameter must be null, a number, a bigint, a string or bytes, not ${typeof value}.`,
  );
}
