// Fills an empty PostgreSQL with the rows of a backup: all of them in one transaction, or none. Loaded only when
// DATABASE_URL is set.

import { rm } from "node:fs/promises";
import { join } from "node:path";

import { JimengError } from "@jimeng/sdk";
import { sql } from "kysely";
import type { Kysely } from "kysely";
import pg from "pg";

import { ServiceError, toOneLine } from "../errors.ts";
import { isDatabaseAway } from "../database/away.ts";
import { withTables } from "../database/inspect.ts";
import type { Schema } from "../database/migrations/schema.ts";
import { countRows, moveRows, moving } from "../database/move-rows.ts";
import { openPostgres, unusable } from "../database/postgres.ts";
import { databaseFile, openSqlite } from "../database/sqlite.ts";
import { notABackup } from "./manifest.ts";

/**
 * Throws `conflict` (param DATABASE_URL) for a database that holds rows or that gateways use, and `invalid_request` for one
 * that cannot be reached; changes nothing.
 */
export async function requireEmptyPostgres(url: string): Promise<void> {
  try {
    await withTables({ dataDir: "", databaseUrl: url }, async (tables) => {
      await requireNoGateway(tables);
      const found = new Set((await tables.introspection.getTables()).map(({ name }) => name));
      for (const name of moving) {
        if (!found.has(name)) continue;
        const row = await tables
          .selectFrom(name)
          .select(sql<number>`1`.as("one"))
          .limit(1)
          .executeTakeFirst();
        if (row !== undefined) throw notEmpty(name);
      }
    });
  } catch (cause) {
    if (JimengError.isInstance(cause)) throw cause;
    throw unusable(`cannot be opened: ${toOneLine(cause)}`, cause);
  }
}

async function requireNoGateway(tables: Kysely<Schema>): Promise<void> {
  const { rows } = await sql`
    select 1 from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
      and application_name in ('jimeng', 'jimeng-queue', 'jimeng-listen', 'jimeng-presence')
    limit 1
  `.execute(tables);
  if (rows.length === 0) return;
  throw new ServiceError("conflict", "A gateway uses the database of DATABASE_URL.", {
    param: "DATABASE_URL",
    fix: "Stop all nodes, and start them again when the backup is restored.",
  });
}

function notEmpty(table: string): JimengError {
  return new ServiceError(
    "conflict",
    `The database of DATABASE_URL is in use: it holds rows in ${table}.`,
    {
      param: "DATABASE_URL",
      fix: "Name an empty database (createdb); two cannot be merged, and nothing is replaced.",
    },
  ) as JimengError;
}

async function removeCopy(folder: string): Promise<void> {
  for (const ending of ["", "-wal", "-shm"]) {
    await rm(join(folder, `${databaseFile}${ending}`), { force: true });
  }
}

/** What is brought into a PostgreSQL. */
export interface PostgresFilling {
  url: string;
  /** The folder with a copy of the backup's database, which is brought to the newest shape. */
  folder: string;
  /** The backup, for errors. */
  from: string;
  /** Runs when all rows are there, and nobody else sees them yet. */
  beforeCommit: () => Promise<void>;
}

/** Fills the database and returns the number of rows. Throws as `requireEmptyPostgres`, and for rows that no gateway wrote. */
export async function fillPostgres(filling: PostgresFilling): Promise<number> {
  const { url, folder, from, beforeCommit } = filling;
  const source = await openSqlite(folder);
  try {
    const { tables } = await openPostgres(url);
    try {
      return await tables.transaction().execute(async (transaction) => {
        // A node that starts meanwhile waits here for its first row.
        const names = sql.join(moving.map((name) => sql.table(name)));
        await sql`lock table ${names} in access exclusive mode`.execute(transaction);
        const [used] = Object.keys(await countRows(transaction));
        if (used !== undefined) throw notEmpty(used);
        await moveRows(source, transaction);
        const counts = await countRows(transaction);
        // The copy is removed before the commit; some systems keep what is open.
        await source.destroy();
        await removeCopy(folder);
        await beforeCommit();
        return Object.values(counts).reduce((sum, rows) => sum + rows, 0);
      });
    } finally {
      await tables.destroy();
    }
  } catch (cause) {
    if (!(cause instanceof Error) || JimengError.isInstance(cause)) throw cause;
    if (isDatabaseAway(cause)) throw unusable(`went away: ${toOneLine(cause)}`, cause);
    // Classes 22 and 23: values of a wrong type or length, rows that contradict each other; 42: other columns.
    if (cause instanceof pg.DatabaseError && /^(22|23|42)/.test(cause.code ?? "")) {
      throw notABackup(from, `its database holds rows that no gateway wrote (${cause.code})`);
    }
    throw cause;
  } finally {
    await source.destroy();
  }
}
