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
import { migrate } from "./migrations/index.ts";
import type { Schema } from "./migrations/schema.ts";

/** Node's synchronous SQLite, exported so that node:sqlite is imported in one place: a later Node may rename it. */
export { DatabaseSync };

/** File name of the embedded database in a data folder. */
export const databaseFile = "jimeng.db";
// Another process (a backup, a sqlite3 shell) may hold the file for a moment.
const busyTimeoutMs = 5000;
const maxCachedStatements = 256;

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
      `PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;`,
    );
    const dialect = new SqliteDialect({ database: adapt(connection) });
    const tables = new Kysely<Schema>({ dialect });
    // Every statement of a migration is a commit. They stay in order without a sync for each, and the first commit
    // of ours syncs them all: a power cut before it leaves an older shape, which the next start brings up to date.
    await migrate(tables);
    connection.exec("PRAGMA synchronous = FULL;");
    return tables;
  } catch (cause) {
    connection?.close();
    throw new JimengError(
      "invalid_request",
      `The database ${file} cannot be opened: ${toOneLine(cause)}.`,
      {
        cause,
        param: "JIMENG_DATA_DIR",
        fix: "Check that the folder is writable and was not used by a newer version, or choose another JIMENG_DATA_DIR.",
      },
    );
  }
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
      // Statements with lists of varying length would fill the cache: the oldest is dropped.
      const oldest =
        statements.size >= maxCachedStatements ? statements.keys().next().value : undefined;
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
