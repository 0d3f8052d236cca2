// Reads the accounts that the owner stored (jimeng login), to examine them; nothing is changed.

import { existsSync } from "node:fs";
import { join } from "node:path";

import type { ConnectableAccount } from "../accounts/account.ts";
import { createStoredCredentials } from "../accounts/sessions/credentials.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { withTables } from "../database/inspect.ts";
import { secretFile } from "../encryption/secret-keys.ts";
import { createLogger } from "../logging.ts";

/** The stored accounts, and the number of those that the secret key does not open. */
export interface ReadAccounts {
  accounts: ConnectableAccount[];
  locked: number;
}

/** Reads the accounts of a database that is sound and up to date. */
export async function readStoredAccounts(
  folder: string,
  {
    databaseUrl,
    secretKey,
    previousSecretKey,
  }: Pick<Config, "databaseUrl" | "secretKey" | "previousSecretKey">,
): Promise<ReadAccounts> {
  return await withTables({ dataDir: folder, databaseUrl }, async (tables) => {
    const rows = await tables
      .selectFrom("accounts")
      .select("id")
      .where("added_at", "is not", null)
      .execute();
    if (rows.length === 0) return { accounts: [], locked: 0 };
    // Without a key one would be made to read with.
    if (secretKey === null && !existsSync(join(folder, secretFile)))
      return { accounts: [], locked: rows.length };
    const stored = createStoredCredentials({
      database: { tables, postgres: null, close: () => Promise.resolve() },
      dataDir: folder,
      secretKey,
      previousSecretKey,
      clock: systemClock,
      logger: createLogger("silent"),
    });
    const read = (await stored.list()).filter((account) => account.stored === true);
    return { accounts: read, locked: rows.length - read.length };
  });
}
