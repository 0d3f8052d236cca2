// The event log: a table that writers append to in their own transactions, read in the order of the commits after a
// position.

import type { Logger } from "@jimeng/sdk";

import type { Clock } from "../clock.ts";
import type { GatewayDatabase } from "../database/database.ts";
import { createWriter } from "../database/writer.ts";
import { appendEvents } from "./append.ts";
import type { NewEvent } from "./append.ts";
import { prunedCursor, readCursor } from "./cursors.ts";
import { orderCommitted } from "./ordering.ts";

/** One event of the log. Times are Unix milliseconds. */
export interface LoggedEvent {
  /** Its place in the order of the commits. */
  position: number;
  /** One of `eventTypes`, or one that only a newer version knows. */
  type: string;
  subject: string;
  keyId: string | null;
  account: string | null;
  createdAt: number;
  data: Readonly<Record<string, unknown>> | null;
}

/** Appends and reads events. */
export interface EventLog {
  /** Appends events in a transaction of their own; writers with a transaction use `appendEvents`, then `hint`. */
  append(events: readonly NewEvent[]): Promise<void>;
  /** Appends an event soon; a failure is logged. For what is kept in memory only, such as an account's health. */
  note(event: NewEvent): void;
  /** Reads the events after a position, in the order of the commits. None that commits later comes before them. */
  read(after: number, limit: number): Promise<LoggedEvent[]>;
  /** Returns the position of the newest event; 0 before the first. */
  head(): Promise<number>;
  /** Returns the position up to which events were removed; 0 while none were. */
  pruned(): Promise<number>;
  /** Tells readers that something may have been appended; without it they notice within seconds. */
  hint(): void;
  /** Adds a listener for hints; returns the function that removes it. */
  onHint(listener: () => void): () => void;
  /** Waits until every noted event is stored. */
  flush(): Promise<void>;
}

/** What the log works with. */
export interface EventLogOptions {
  database: GatewayDatabase;
  clock: Pick<Clock, "now">;
  logger: Logger;
}

/** Opens the log of a database. */
export function createEventLog({ database, clock, logger }: EventLogOptions): EventLog {
  const { tables } = database;
  const writer = createWriter(database);
  const isShared = database.postgres !== null;
  const listeners = new Set<() => void>();
  const noting = new Set<Promise<void>>();

  function hint(): void {
    for (const listener of listeners) listener();
  }

  async function append(events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    const now = clock.now();
    await writer.write((transaction) => appendEvents(transaction, now, events), {
      statements: "one",
    });
    hint();
  }

  return {
    append,

    note(event) {
      const stored = append([event])
        .catch((error: unknown) => {
          logger.warn({ error, event: event.type }, "Failed to store an event");
        })
        .finally(() => noting.delete(stored));
      noting.add(stored);
    },

    async read(after, limit) {
      if (isShared) await orderCommitted(tables);
      const rows = await tables
        .selectFrom("events")
        .select(["position", "type", "subject", "key_id", "account", "created_at", "data"])
        .where("position", ">", after)
        .orderBy("position")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        position: row.position ?? after,
        type: row.type,
        subject: row.subject,
        keyId: row.key_id,
        account: row.account,
        createdAt: row.created_at,
        data: row.data === null ? null : (JSON.parse(row.data) as LoggedEvent["data"]),
      }));
    },

    async head() {
      if (isShared) await orderCommitted(tables);
      const row = await tables
        .selectFrom("events")
        .select(({ fn }) => fn.max("position").as("head"))
        .executeTakeFirst();
      // All of them may have been removed.
      return row?.head ?? (await readCursor(tables, prunedCursor)) ?? 0;
    },

    pruned: async () => (await readCursor(tables, prunedCursor)) ?? 0,
    hint,

    onHint(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    async flush() {
      await Promise.all(noting);
    },
  };
}
