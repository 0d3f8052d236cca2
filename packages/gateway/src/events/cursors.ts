// The positions up to which somebody has read the event log, stored by name.

import type { Kysely } from "kysely";

import type { Schema } from "../database/migrations/schema.ts";

/** The name under which the position is stored up to which events were removed. */
export const prunedCursor = "pruned";

/** Returns the position that is stored under a name; undefined before the first. */
export async function readCursor(
  tables: Kysely<Schema>,
  name: string,
): Promise<number | undefined> {
  const row = await tables
    .selectFrom("event_cursors")
    .select("position")
    .where("name", "=", name)
    .executeTakeFirst();
  return row?.position;
}

/** Stores a position under a name, within a transaction. */
export async function writeCursor(
  transaction: Kysely<Schema>,
  name: string,
  position: number,
): Promise<void> {
  await transaction
    .insertInto("event_cursors")
    .values({ name, position })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ position }))
    .execute();
}
