// Reads and writes the rows of gateway keys.

import type { GatewayDatabase } from "../database/database.ts";
import type { GatewayKeyTable } from "../database/migrations/schema.ts";

/** Access to the rows of gateway keys. */
export interface KeyStore {
  /** Returns all rows, revoked ones too, the oldest first. */
  all(): Promise<GatewayKeyTable[]>;
  /** Stores a new key; false when another one in force has its name. */
  insert(row: GatewayKeyTable): Promise<boolean>;
  /** Changes a key that is not revoked; false when there is none, or another one in force has the new name. */
  update(id: string, changes: Partial<GatewayKeyTable>): Promise<boolean>;
}

/** Makes the access over an open database. */
export function createKeyStore({ tables }: GatewayDatabase): KeyStore {
  return {
    all: () => tables.selectFrom("gateway_keys").selectAll().orderBy("id").execute(),

    async insert(row) {
      const { numInsertedOrUpdatedRows } = await tables
        .insertInto("gateway_keys")
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return (numInsertedOrUpdatedRows ?? 0n) > 0n;
    },

    async update(id, changes) {
      const { name } = changes;
      let query = tables
        .updateTable("gateway_keys")
        .set(changes)
        .where("id", "=", id)
        .where("revoked_at", "is", null);
      if (name !== undefined) {
        query = query.where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom("gateway_keys as other")
                .select("other.id")
                .where("other.name", "=", name)
                .where("other.revoked_at", "is", null)
                .where("other.id", "<>", id),
            ),
          ),
        );
      }
      const { numUpdatedRows } = await query.executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  };
}
