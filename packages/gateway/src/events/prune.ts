// Removes old events from the log: by age, and by number where very much happens.

import type { Logger } from "@jimeng/sdk";

import type { Clock, Timer } from "../clock.ts";
import type { GatewayDatabase } from "../database/database.ts";
import { createWriter } from "../database/writer.ts";
import type { Writer } from "../database/writer.ts";
import { prunedCursor, writeCursor } from "./cursors.ts";
import { orderCommitted } from "./ordering.ts";

/** What pruning works with. */
export interface PruningOptions {
  database: GatewayDatabase;
  clock: Clock;
  logger: Logger;
  /** How long an event is kept, in milliseconds. */
  maxAgeMs: number;
  /** How many events are kept at most. */
  maxEvents: number;
}

/** Removes old events from time to time. */
export interface Pruning {
  /** Prunes now, and every few minutes from then on. */
  start(): void;
  /** Removes what is too old or too much now. */
  prune(): Promise<void>;
  close(): Promise<void>;
}

const pruneEveryMs = 5 * 60_000;
const rowsPerStep = 1000;

/** Makes the pruning of a database's log; nothing is removed before `start`. */
export function createPruning(options: PruningOptions): Pruning {
  return new LogPruning(options);
}

class LogPruning implements Pruning {
  readonly #options: PruningOptions;
  readonly #writer: Writer;
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: PruningOptions) {
    this.#options = options;
    this.#writer = createWriter(options.database);
  }

  start(): void {
    if (this.#isClosed) return;
    this.#running = this.prune()
      .catch((error: unknown) => {
        this.#options.logger.warn({ error }, "Failed to remove old events");
      })
      .finally(() => (this.#running = undefined));
    this.#timer = this.#options.clock.setTimer(() => this.start(), pruneEveryMs);
  }

  async prune(): Promise<void> {
    const { tables, postgres } = this.#options.database;
    if (postgres !== null) await orderCommitted(tables);
    while (!this.#isClosed && (await this.#pruneStep())) {
      // A long log goes in short transactions: writers wait between them only.
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#running;
  }

  /** Removes one step's rows; returns whether there may be more. */
  async #pruneStep(): Promise<boolean> {
    const { database, clock, maxAgeMs, maxEvents } = this.#options;
    const { tables } = database;
    const oldest = await tables
      .selectFrom("events")
      .select(["position", "created_at"])
      .where("position", "is not", null)
      .orderBy("position")
      .limit(rowsPerStep)
      .execute();
    const newest = await tables
      .selectFrom("events")
      .select(({ fn }) => fn.max("position").as("position"))
      .executeTakeFirst();
    const cutoff = clock.now() - maxAgeMs;
    const firstKept = (newest?.position ?? 0) - maxEvents + 1;
    const read = await this.#readByAll();
    const kept = oldest.findIndex(
      ({ position, created_at }) =>
        (created_at >= cutoff && (position ?? 0) >= firstKept) || (position ?? 0) > read,
    );
    const removed = (kept === -1 ? oldest : oldest.slice(0, kept)).at(-1)?.position;
    if (removed === undefined || removed === null) return false;
    await this.#writer.write(async (transaction) => {
      await transaction.deleteFrom("events").where("position", "<=", removed).execute();
      await writeCursor(transaction, prunedCursor, removed);
    });
    return kept === -1 && oldest.length === rowsPerStep;
  }

  /** Returns the position up to which all who keep a cursor have read: what they have not read stays. */
  async #readByAll(): Promise<number> {
    const row = await this.#options.database.tables
      .selectFrom("event_cursors")
      .select(({ fn }) => fn.min("position").as("position"))
      .where("name", "!=", prunedCursor)
      .executeTakeFirst();
    return row?.position ?? Number.MAX_SAFE_INTEGER;
  }
}
