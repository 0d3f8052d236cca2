// Tells before a gateway starts whether its owner has stored accounts: without any it would run on the simulator.

import { statSync } from "node:fs";
import { join } from "node:path";

import { DatabaseSync, databaseFile } from "../../database/sqlite.ts";

const question = "select 1 from accounts where added_at is not null limit 1";

/** Where the accounts may be stored. */
export interface AccountsPlace {
  dataDir: string;
  /** The address of a PostgreSQL server; null for the embedded database. */
  databaseUrl: string | null;
}

/** Returns whether an owner's account is stored. Throws what the server's driver throws where it cannot be reached. */
export async function hasStoredAccounts({ dataDir, databaseUrl }: AccountsPlace): Promise<boolean> {
  return databaseUrl === null
    ? isInFile(join(dataDir, databaseFile))
    : await isOnServer(databaseUrl);
}

function isInFile(file: string): boolean {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return false;
  try {
    const connection = new DatabaseSync(file, { readOnly: true });
    try {
      return connection.prepare(question).all().length > 0;
    } finally {
      connection.close();
    }
  } catch {
    // An older database has no such column; what else is wrong with it is told by whoever opens it.
    return false;
  }
}

async function isOnServer(url: string): Promise<boolean> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(question)).rowCount === 1;
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const isOlder = code === undefinedTable || code === undefinedColumn;
    if (isOlder) return false;
    throw error;
  } finally {
    await client.end();
  }
}

const undefinedTable = "42P01";
const undefinedColumn = "42703";
