// Decides which node holds which key, by leased rows that are renewed while the node works and taken over when it is dead.
// Times in rows are the database's: nodes' clocks may differ.

import { sql } from "kysely";

import type { Clock } from "../clock.ts";
import type { GatewayDatabase } from "../database/database.ts";

/** The leases of one node in one table. */
export interface Leases {
  /** Returns true while this node certainly holds the key; a node that was frozen finds that it does not. */
  holds(key: string): boolean;
  /** Tries to get the key; true when this node holds it, now or already. */
  acquire(key: string): Promise<boolean>;
  /** Renews all leases; returns the keys that were lost to other nodes or to time. */
  renew(): Promise<string[]>;
  /** Returns those of the keys that no node holds. */
  unheld(keys: string[]): Promise<string[]>;
  /** Releases keys, for other nodes to take at once. */
  release(keys: string[]): Promise<void>;
  /** Returns the keys that this node held when it last asked. */
  held(): string[];
}

/** A table of leases: `account` is the key, `fence` counts the changes of hands. */
export type LeaseTable = "pollers";

/** How long a lease lasts, in milliseconds: the keys of a dead node are free after it. */
export const leaseMs = 10_000;
/** The time between two renewals, in milliseconds. */
export const renewEveryMs = 3000;

// A lease counts as held a little shorter than the database grants it: an answer takes time to arrive.
const safetyMs = 1000;

const databaseNow = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
const leaseEnd = sql<number>`${databaseNow} + ${sql.lit(leaseMs)}`;

/** What the leases work with. */
export interface LeaseOptions {
  database: GatewayDatabase;
  table: LeaseTable;
  node: string;
  clock: Clock;
}

/** Creates the leases of a node over the shared database. */
export function createLeases(options: LeaseOptions): Leases {
  return new NodeLeases(options);
}

class NodeLeases implements Leases {
  readonly #options: LeaseOptions;
  /** Until when each key is held, by this machine's clock. */
  readonly #heldUntil = new Map<string, number>();

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  holds(key: string): boolean {
    return (this.#heldUntil.get(key) ?? 0) > this.#options.clock.now();
  }

  held(): string[] {
    return [...this.#heldUntil.keys()];
  }

  async acquire(key: string): Promise<boolean> {
    const { database, table, node, clock } = this.#options;
    const askedAt = clock.now();
    const rows = await database.tables
      .insertInto(table)
      .values({ account: key, node, lease_until: leaseEnd, fence: 1 })
      .onConflict((conflict) =>
        conflict
          .column("account")
          .doUpdateSet((row) => ({
            node: row.ref("excluded.node"),
            lease_until: row.ref("excluded.lease_until"),
            fence: sql<number>`${sql.ref(`${table}.fence`)} + 1`,
          }))
          .where(
            sql<boolean>`${sql.ref(`${table}.node`)} = excluded.node
              or ${sql.ref(`${table}.lease_until`)} < ${databaseNow}`,
          ),
      )
      .returning("account")
      .execute();
    if (rows.length === 0) return false;
    this.#grant(key, askedAt);
    return true;
  }

  async renew(): Promise<string[]> {
    const { database, table, node, clock } = this.#options;
    const keys = this.held();
    if (keys.length === 0) return [];
    const askedAt = clock.now();
    const rows = await database.tables
      .updateTable(table)
      .set({ lease_until: leaseEnd })
      .where("node", "=", node)
      .where("account", "in", keys)
      .returning("account")
      .execute();
    for (const row of rows) if (this.#heldUntil.has(row.account)) this.#grant(row.account, askedAt);
    const kept = new Set(rows.map((row) => row.account));
    const lost = keys.filter((key) => !kept.has(key));
    for (const key of lost) this.#heldUntil.delete(key);
    return lost;
  }

  async unheld(keys: string[]): Promise<string[]> {
    const { database, table } = this.#options;
    if (keys.length === 0) return [];
    const rows = await database.tables
      .selectFrom(table)
      .select("account")
      .where("account", "in", keys)
      .where("lease_until", ">=", databaseNow)
      .execute();
    const held = new Set(rows.map((row) => row.account));
    return keys.filter((key) => !held.has(key));
  }

  async release(keys: string[]): Promise<void> {
    const { database, table, node } = this.#options;
    for (const key of keys) this.#heldUntil.delete(key);
    if (keys.length === 0) return;
    // The row stays: its fence only ever rises.
    await database.tables
      .updateTable(table)
      .set({ lease_until: 0 })
      .where("node", "=", node)
      .where("account", "in", keys)
      .execute();
  }

  // Counted from before the question: the database grants the lease at some moment after it.
  #grant(key: string, askedAt: number): void {
    this.#heldUntil.set(key, askedAt + leaseMs - safetyMs);
  }
}
