// Asks the database whether it takes writes.

import type { GatewayDatabase } from "./database.ts";

/** Returns whether PostgreSQL takes no writes now, as a standby does; SQLite is asked through its disk. */
export async function isReadOnly({
  postgres,
}: Pick<GatewayDatabase, "postgres">): Promise<boolean> {
  if (postgres === null) return false;
  const { rows } = await postgres.pool.query<{ setting: string }>(
    "select current_setting('transaction_read_only') as setting",
  );
  return rows[0]?.setting === "on";
}
