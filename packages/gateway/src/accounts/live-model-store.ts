// The stored live lists of models, one row per region: what was read last, and who may read next.

import { parseLiveLists } from "@jimeng/sdk/registry";
import type { Region } from "@jimeng/sdk";
import type { LiveList, RegistryChange } from "@jimeng/sdk/registry";

import { appendEvents } from "../events/append.ts";
import type { NewEvent } from "../events/append.ts";
import type { GatewayDatabase } from "../database/database.ts";
import type { LiveModelTable } from "../database/migrations/schema.ts";

/** A region's row. */
export interface StoredLists {
  region: Region;
  /** Undefined when nothing was read yet, or what is stored is damaged. */
  lists: LiveList[] | undefined;
  /** Unix milliseconds; null when nothing was read yet. */
  readAt: number | null;
  attemptedAt: number;
  /** Number of attempts since the last one that succeeded. */
  failures: number;
  /** The changes since the built-in table that were reported, each as text. */
  reported: readonly string[];
}

/** Reads and writes the rows. */
export interface LiveModelStore {
  list(): Promise<StoredLists[]>;
  /**
   * Takes the right to read a region's lists now, of which `seen` is the row as it was read. Returns false when
   * another node of the cluster took it.
   */
  claim(region: Region, seen: StoredLists | undefined, now: number): Promise<boolean>;
  /** Stores what was read, the changes that are reported with it, and an event for each of those that are news. */
  save(
    region: Region,
    lists: readonly LiveList[],
    changes: { all: readonly RegistryChange[]; news: readonly RegistryChange[] },
    now: number,
  ): Promise<void>;
  /** Gives back the right to read, for whoever looks next. */
  release(region: Region): Promise<void>;
  /** Counts a read that failed. */
  addFailure(region: Region): Promise<void>;
}

/** Opens the rows in the gateway's database. */
export function createLiveModelStore({ tables }: GatewayDatabase): LiveModelStore {
  return {
    async list() {
      const rows = await tables.selectFrom("live_models").selectAll().execute();
      return rows.map(toStored);
    },

    async claim(region, seen, now) {
      if (seen === undefined) {
        const inserted = await tables
          .insertInto("live_models")
          .values({ region, changes: "[]", attempted_at: now, failures: 0 })
          .onConflict((conflict) => conflict.column("region").doNothing())
          .returning("region")
          .execute();
        return inserted.length === 1;
      }
      const updated = await tables
        .updateTable("live_models")
        .set({ attempted_at: now })
        .where("region", "=", region)
        .where("attempted_at", "=", seen.attemptedAt)
        .returning("region")
        .execute();
      return updated.length === 1;
    },

    async save(region, lists, { all, news }, now) {
      await tables.transaction().execute(async (transaction) => {
        await transaction
          .updateTable("live_models")
          .set({
            lists: JSON.stringify(lists),
            changes: JSON.stringify(all.map(keyOfChange)),
            read_at: now,
            failures: 0,
          })
          .where("region", "=", region)
          .execute();
        await appendEvents(transaction, now, news.map(toEvent));
      });
    },

    async release(region) {
      await tables
        .updateTable("live_models")
        .set({ attempted_at: 0 })
        .where("region", "=", region)
        .execute();
    },

    async addFailure(region) {
      await tables
        .updateTable("live_models")
        .set((row) => ({ failures: row("failures", "+", 1) }))
        .where("region", "=", region)
        .execute();
    },
  };
}

function toEvent({ change, region, model }: RegistryChange): NewEvent {
  return { type: "model.changed", subject: model, data: { change, region } };
}

/** Returns a change as text, by which it is reported once. */
export function keyOfChange(change: RegistryChange): string {
  return [change.change, change.modelKey, change.resolution, change.live].join(" ");
}

function toStored(row: LiveModelTable): StoredLists {
  return {
    region: row.region,
    lists: row.lists === null ? undefined : parseLiveLists(row.lists),
    readAt: row.read_at,
    attemptedAt: row.attempted_at,
    failures: row.failures,
    reported: parseTexts(row.changes),
  };
}

/** Reads the reported changes; damaged ones count as none, so that they are reported again. */
function parseTexts(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  } catch {
    // Only JSON.parse throws: the text is no JSON.
    return [];
  }
}
