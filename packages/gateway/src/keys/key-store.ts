// Reads and writes the rows of gateway keys.

import type { GatewayDatabase } from "../database/database.ts";
import type { GatewayKeyTable } from "../database/migrations/schema.ts";

// PostgreSQL's own code.
const uniqueViolation = "23505";

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
      try {
        const { numUpdatedRows } = await query.executeTakeFirst();
        return numUpdatedRows > 0n;
      } catch (error) {
        // Two nodes may take one name at the same moment: neither sees the other's row, the index does.
        if (isUniqueViolation(error)) return false;
        throw error;
      }
    },
  };
}

/** Tells whether PostgreSQL refused a row for a unique index; SQLite has one writer, which sees every row. */
function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === uniqueViolation;
}
