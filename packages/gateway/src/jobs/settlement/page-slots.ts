// Paces the page requests of each account's credit history over the whole cluster: a row per account says when the
// next one may be sent.

import type { Kysely } from "kysely";

import type { Schema } from "../../database/migrations/schema.ts";
import type { Writer } from "../../database/writer.ts";

/** An answer to the request to read a page; `until` is when the next one may be read. */
export interface PageSlot {
  isTaken: boolean;
  until: number;
}

/** The slots of all accounts. */
export interface PageSlots {
  /** Takes the account's slot when it is due, and makes the next one wait until `until`. */
  take(account: string, now: number, until: number): Promise<PageSlot>;
  /** Makes the next slot wait at least until then: the request left late, or failed. */
  delay(account: string, until: number): Promise<void>;
}

/** Creates the slots over the tables of a database. */
export function createPageSlots(tables: Kysely<Schema>, writer: Writer): PageSlots {
  return {
    async take(account, now, until) {
      const taken = await writer.write(
        (transaction) =>
          transaction
            .insertInto("credit_reads")
            .values({ account, next_at: until })
            .onConflict((conflict) =>
              conflict
                .column("account")
                .doUpdateSet({ next_at: until })
                .where("credit_reads.next_at", "<=", now),
            )
            .returning("next_at")
            .executeTakeFirst(),
        { statements: "one" },
      );
      if (taken !== undefined) return { isTaken: true, until };
      const row = await tables
        .selectFrom("credit_reads")
        .select("next_at")
        .where("account", "=", account)
        .executeTakeFirst();
      return { isTaken: false, until: row?.next_at ?? now };
    },

    async delay(account, until) {
      await writer.write(
        (transaction) =>
          transaction
            .updateTable("credit_reads")
            .set({ next_at: until })
            .where("account", "=", account)
            .where("next_at", "<", until)
            .execute(),
        { statements: "one" },
      );
    },
  };
}
