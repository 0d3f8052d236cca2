// The choice of the database, and the embedded one: its file, its durability settings, Kysely's way to it. The only
// import of node:sqlite for data (owner-lock.ts borrows it from here).

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue, StatementSync } from "node:sqlite";

import { JimengError } from "@jimeng/sdk";
import { Kysely, SqliteDialect } from "kysely";
import type { SqliteDatabase, SqliteStatement } from "kysely";
import type { Pool } from "pg";

import { mkdirPrivate, openPrivate } from "../private-files.ts";
import { migrate } from "./migrations/index.ts";
import type { Schema } from "./migrations/schema.ts";

/** The way to the tables; close it last. */
export interface GatewayDatabase {
  tables: Kysely<Schema>;
  /** The way to PostgreSQL beside the tables (notifications, the queue); null on SQLite. */
  postgres: { url: string; pool: Pool } | null;
  close(): Promise<void>;
}

/** Node's synchronous SQLite; handed on so that node:sqlite is imported once (it may be renamed in later majors). */
export { DatabaseSync };

/** The name of the embedded database in a data folder. */
export const databaseFile = "jimeng.db";
// Another process (a backup, a curious sqlite3 shell) may hold the file for a moment.
const busyTimeoutMs = 5000;
const cachedStatements = 256;

/**
 * Opens (or makes) the database and brings its tables up to date: PostgreSQL where `databaseUrl` is given, else
 * SQLite in the data folder, WAL with synchronous=FULL: a commit that returned survives power loss. Throws
 * `invalid_request` with one line when it cannot be opened, or was made by a newer version.
 */
export async function openDatabase(options: {
  dataDir: string;
  databaseUrl?: string | null;
}): Promise<GatewayDatabase> {
  await makeDataDir(options.dataDir);
  if (options.databaseUrl !== undefined && options.databaseUrl !== null) {
    // Loaded on first use: most owners never need it.
    const { openPostgres } = await import("./postgres.ts");
    return openPostgres(options.databaseUrl);
  }
  const file = join(options.dataDir, databaseFile);
  let connection: DatabaseSync | undefined;
  try {
    // In a folder that others may read, the prompts and pictures' addresses are still their owner's alone.
    await (await openPrivate(file, "a")).close();
    connection = new DatabaseSync(file, { enableForeignKeyConstraints: true });
    connection.exec(
      `PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;`,
    );
    const dialect = new SqliteDialect({ database: adapt(connection) });
    const tables = new Kysely<Schema>({ dialect });
    // Every statement of a migration is a commit. They stay in order without a sync for each, and the first commit
    // of ours syncs them all: a power cut before it leaves an older shape, which the next start brings up to date.
    await migrate(tables);
    connection.exec("PRAGMA synchronous = FULL;");
    return { tables, postgres: null, close: () => tables.destroy() };
  } catch (cause) {
    connection?.close();
    throw new JimengError(
      "invalid_request",
      `The database ${file} cannot be opened: ${wordsOf(cause)}.`,
      {
        cause,
        param: "JIMENG_DATA_DIR",
        fix: "Check that the folder is writable and was not used by a newer version, or choose another JIMENG_DATA_DIR.",
      },
    );
  }
}

/** Makes the data folder, readable by its owner only. Throws `invalid_request` with one line when it cannot. */
export async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await mkdirPrivate(dataDir);
  } catch (cause) {
    throw new JimengError(
      "invalid_request",
      `The data folder ${dataDir} cannot be made: ${wordsOf(cause)}.`,
      {
        cause,
        param: "JIMENG_DATA_DIR",
        fix: "Choose a writable folder with JIMENG_DATA_DIR.",
      },
    );
  }
}

/** Gives the words of an unknown failure, for a message of one line. */
export function wordsOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, " ");
}

/** Adapts node's SQLite to what Kysely's SqliteDialect expects; exported for its test. */
export function adapt(connection: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => connection.close(),
    prepare(sql) {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const statement = adaptStatement(connection.prepare(sql));
      // Statements with lists of varying length would fill the cache; the oldest goes.
      const oldest =
        statements.size >= cachedStatements ? statements.keys().next().value : undefined;
      if (oldest !== undefined) statements.delete(oldest);
      statements.set(sql, statement);
      return statement;
    },
  };
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...parameters.map(toInput)),
    run: (parameters) => statement.run(...parameters.map(toInput)),
    iterate: (parameters) => statement.iterate(...parameters.map(toInput)),
  };
}

// node:sqlite takes an object in first place (a Date, say) for named parameters and silently shifts the rest.
function toInput(value: unknown): SQLInputValue {
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
