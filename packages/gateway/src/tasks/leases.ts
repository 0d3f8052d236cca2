// Which node watches which account: leased rows of the table watchers, renewed while this node works. Times in rows
// are the database's: nodes' clocks may differ.

import { sql } from "kysely";

import type { GatewayDatabase } from "../database/database.ts";
import type { Clock } from "../clock.ts";

/** Holds the leases of one node. */
export interface Leases {
  /** Tells whether this node surely holds the account now; a node that was frozen finds that it does not. */
  holds(account: string): boolean;
  /** Tries to get the account; true when this node holds it, now or already. */
  acquire(account: string): Promise<boolean>;
  /** Renews all; gives the accounts that were lost to other nodes or to time. */
  renew(): Promise<string[]>;
  /** Gives accounts that have generations to watch and nobody who does. */
  orphans(): Promise<string[]>;
  /** Gives the accounts back, for other nodes to take at once. */
  release(accounts: string[]): Promise<void>;
  held(): string[];
}

/** How long a lease lasts: a dead node's accounts are taken over after it, and within 20 s with the look for them. */
export const leaseMs = 10_000;
/** The time between two renewals, and between two looks for accounts that nobody watches. */
export const renewEveryMs = 3000;

// A lease counts as held a little shorter than the database grants it: an answer takes time to arrive.
const safetyMs = 1000;

const databaseNow = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** Makes the leases of a node over the shared database. */
export function createLeases(options: {
  database: GatewayDatabase;
  node: string;
  clock: Clock;
}): Leases {
  const { node, clock } = options;
  const { tables } = options.database;
  const validUntil = new Map<string, number>();
  const until = sql<number>`${databaseNow} + ${sql.lit(leaseMs)}`;

  // Counted from before the question: the database grants the lease at some moment after it.
  const grant = (account: string, askedAt: number): void =>
    void validUntil.set(account, askedAt + leaseMs - safetyMs);

  return {
    holds: (account) => (validUntil.get(account) ?? 0) > clock.now(),
    held: () => [...validUntil.keys()],

    async acquire(account) {
      const askedAt = clock.now();
      const rows = await tables
        .insertInto("watchers")
        .values({ account, node, lease_until: until, fence: 1 })
        .onConflict((conflict) =>
          conflict
            .column("account")
            .doUpdateSet((row) => ({
              node: row.ref("excluded.node"),
              lease_until: row.ref("excluded.lease_until"),
              fence: sql<number>`watchers.fence + 1`,
            }))
            .where(
              sql<boolean>`watchers.node = excluded.node or watchers.lease_until < ${databaseNow}`,
            ),
        )
        .returning("account")
        .execute();
      if (rows.length === 0) return false;
      grant(account, askedAt);
      return true;
    },

    async renew() {
      const accounts = [...validUntil.keys()];
      if (accounts.length === 0) return [];
      const askedAt = clock.now();
      const rows = await tables
        .updateTable("watchers")
        .set({ lease_until: until })
        .where("node", "=", node)
        .where("account", "in", accounts)
        .returning("account")
        .execute();
      for (const row of rows) if (validUntil.has(row.account)) grant(row.account, askedAt);
      const kept = new Set(rows.map((row) => row.account));
      const lost = accounts.filter((account) => !kept.has(account));
      for (const account of lost) validUntil.delete(account);
      return lost;
    },

    async orphans() {
      const rows = await tables
        .selectFrom("jobs")
        .select("account_id")
        .distinct()
        .where("status", "=", "in_progress")
        .where("account_id", "is not", null)
        .where("result", "is", null)
        .where((where) =>
          where.or([where("operation", "is not", null), where("uncertain_since", "is not", null)]),
        )
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom("watchers")
                .select("account")
                .whereRef("watchers.account", "=", "jobs.account_id")
                .where("lease_until", ">=", databaseNow),
            ),
          ),
        )
        .execute();
      return rows.flatMap((row) => row.account_id ?? []);
    },

    async release(accounts) {
      for (const account of accounts) validUntil.delete(account);
      if (accounts.length === 0) return;
      // The row stays: its fence only ever rises.
      await tables
        .updateTable("watchers")
        .set({ lease_until: 0 })
        .where("node", "=", node)
        .where("account", "in", accounts)
        .execute();
    },
  };
}
