// Opens the gateway's database: PostgreSQL where an address is given, else SQLite in the data folder.

import type { Kysely } from "kysely";
import type { Pool } from "pg";

import { makeDataFolder } from "./data-folder.ts";
import type { Schema } from "./migrations/schema.ts";
import { openSqlite } from "./sqlite.ts";

/** An open database; close it after everything that uses it. */
export interface GatewayDatabase {
  tables: Kysely<Schema>;
  /** Direct access to PostgreSQL, for notifications and the queue; null on SQLite. */
  postgres: { url: string; pool: Pool } | null;
  close(): Promise<void>;
}

/**
 * Opens the database, or makes it, and brings its tables up to date. Throws `invalid_request` with one line when it
 * cannot be opened or was made by a newer version.
 */
export async function openDatabase(options: {
  dataDir: string;
  databaseUrl?: string | null;
}): Promise<GatewayDatabase> {
  const { dataDir, databaseUrl } = options;
  await makeDataFolder(dataDir);
  if (databaseUrl === undefined || databaseUrl === null) {
    const tables = await openSqlite(dataDir);
    return { tables, postgres: null, close: () => tables.destroy() };
  }
  // Loaded on first use: most owners never need it.
  const { openPostgres } = await import("./postgres.ts");
  const { tables, pool } = await openPostgres(databaseUrl);
  return { tables, postgres: { url: databaseUrl, pool }, close: () => tables.destroy() };
}
