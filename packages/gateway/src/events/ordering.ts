// Gives events on PostgreSQL their places in the order of the commits; on SQLite rows are inserted in that order.

import { sql } from "kysely";
import type { Kysely } from "kysely";

import type { Schema } from "../database/migrations/schema.ts";

// Any number that nothing else in this database locks.
const orderingLock = 7_105_834_102;
const rowsPerOrdering = 1000;

/**
 * Gives a position to every event that is committed and has none. Writers take ids early and commit in any order, so a
 * reader that went by ids would skip what commits late. The lock is held until the positions are committed: whoever
 * sees a position sees all lower ones.
 */
export async function orderCommitted(tables: Kysely<Schema>): Promise<void> {
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      update events set position = due.position
      from (
        select id, nextval('event_positions') as position
        from (
          select id from events where position is null order by id limit ${sql.lit(rowsPerOrdering)}
        ) as unordered
        where (select pg_advisory_xact_lock(${sql.lit(orderingLock)}) is not null)
      ) as due
      where events.id = due.id and events.position is null
    `.execute(tables);
    if (numAffectedRows < BigInt(rowsPerOrdering)) return;
  }
}
