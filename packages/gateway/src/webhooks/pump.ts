// Turns logged events into deliveries, each exactly once: deliveries and the position up to which the log was read are
// stored in one transaction.

import type { Logger } from "@jimeng/sdk";
import type { Kysely } from "kysely";

import type { Clock, Timer } from "../clock.ts";
import type { GatewayDatabase } from "../database/database.ts";
import type { Schema } from "../database/migrations/schema.ts";
import { createWriter } from "../database/writer.ts";
import type { Writer } from "../database/writer.ts";
import { readCursor } from "../events/cursors.ts";
import type { EventLog, LoggedEvent } from "../events/event-log.ts";
import { isEnding, toDeliveries } from "./deliveries.ts";
import type { EventJob } from "./deliveries.ts";
import { insertDeliveries } from "./delivery-store.ts";
import type { Delivery } from "./record.ts";
import { listWebhooks } from "./webhook-store.ts";

/** What the pump works with. */
export interface PumpOptions {
  database: GatewayDatabase;
  log: EventLog;
  clock: Clock;
  logger: Logger;
  /** Told of the targets that have something new. */
  onDeliveries: (targets: ReadonlySet<string>) => void;
}

const cursorName = "webhooks";
// What happens within so many milliseconds is read together.
const gatherMs = 50;
// Hints may be lost between nodes, and not every writer gives them.
const lookEveryMs = 2000;
const eventsPerRead = 500;
// Events that nobody wants are passed without a write; the position is stored this often all the same.
const unstoredEvents = 5000;

/** Reads the log from where it was read last. */
export class WebhookPump {
  readonly #options: PumpOptions;
  readonly #writer: Writer;
  /** The position that is stored, and the one up to which this process has read. */
  #stored = 0;
  #position = 0;
  #timer: Timer | undefined;
  #timerIsShort = false;
  #running: Promise<void> | undefined;
  #mustRunAgain = false;
  #forgetHints: (() => void) | undefined;
  #isClosed = false;

  constructor(options: PumpOptions) {
    this.#options = options;
    this.#writer = createWriter(options.database);
  }

  /** Begins to read; what happened while no gateway ran is read first. */
  async start(): Promise<void> {
    const { database, log } = this.#options;
    // The first start of a version with webhooks begins at the newest event.
    const position = await log.head();
    await database.tables
      .insertInto("event_cursors")
      .values({ name: cursorName, position })
      .onConflict((conflict) => conflict.column("name").doNothing())
      .execute();
    await this.#reload();
    this.#forgetHints = log.onHint(() => this.#setTimer(gatherMs));
    this.#setTimer(gatherMs);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#forgetHints?.();
    this.#timer?.cancel();
    await this.#running;
  }

  /** Reads until nothing is left. */
  async run(): Promise<void> {
    if (this.#running !== undefined) {
      this.#mustRunAgain = true;
      return this.#running;
    }
    this.#running = this.#runAll().finally(() => {
      this.#running = undefined;
      this.#setTimer(lookEveryMs);
    });
    return this.#running;
  }

  #setTimer(delayMs: number): void {
    if (this.#isClosed) return;
    const isShort = delayMs === gatherMs;
    if (this.#timer !== undefined && (this.#timerIsShort || !isShort)) return;
    this.#timer?.cancel();
    this.#timerIsShort = isShort;
    this.#timer = this.#options.clock.setTimer(() => {
      this.#timer = undefined;
      void this.run();
    }, delayMs);
  }

  async #runAll(): Promise<void> {
    try {
      do {
        this.#mustRunAgain = false;
        while (!this.#isClosed && (await this.#step())) {
          // Page after page.
        }
      } while (this.#mustRunAgain && !this.#isClosed);
    } catch (error) {
      this.#options.logger.warn({ error }, "Failed to prepare webhooks, will retry");
    }
  }

  /** Reads one page; returns whether there may be more. */
  async #step(): Promise<boolean> {
    const { database, log, clock, onDeliveries } = this.#options;
    const events = await log.read(this.#position, eventsPerRead);
    const last = events.at(-1);
    if (last === undefined) return false;
    const webhooks = await listWebhooks(database.tables);
    const jobs = await readJobs(database.tables, events);
    const now = clock.now();
    const deliveries = events.flatMap((event) =>
      toDeliveries(event, { webhooks, job: jobs.get(event.subject), now }),
    );
    this.#position = last.position;
    const mustStore = deliveries.length > 0 || last.position - this.#stored >= unstoredEvents;
    if (mustStore && !(await this.#store(last.position, deliveries))) {
      // Another node was first.
      await this.#reload();
      return true;
    }
    if (deliveries.length > 0) onDeliveries(new Set(deliveries.map(({ target }) => target)));
    return events.length === eventsPerRead;
  }

  /** Stores deliveries and the position, if nobody moved it since. */
  async #store(position: number, deliveries: readonly Delivery[]): Promise<boolean> {
    const isFirst = await this.#writer.write(async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable("event_cursors")
        .set({ position })
        .where("name", "=", cursorName)
        .where("position", "=", this.#stored)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      await insertDeliveries(transaction, deliveries);
      return true;
    });
    if (isFirst) this.#stored = position;
    return isFirst;
  }

  async #reload(): Promise<void> {
    const position = (await readCursor(this.#options.database.tables, cursorName)) ?? 0;
    this.#stored = position;
    this.#position = position;
  }
}

async function readJobs(
  tables: Kysely<Schema>,
  events: readonly LoggedEvent[],
): Promise<ReadonlyMap<string, EventJob>> {
  const ids = [...new Set(events.filter(isEnding).map(({ subject }) => subject))];
  if (ids.length === 0) return new Map();
  const rows = await tables
    .selectFrom("jobs")
    .select(["id", "kind", "webhook_url"])
    .where("id", "in", ids)
    .execute();
  return new Map(
    rows.map(({ id, kind, webhook_url: webhookUrl }) => [id, { kind, webhookUrl }] as const),
  );
}
