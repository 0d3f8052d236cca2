// The audit log: who did what with which key. Entries are appended in groups, read in pages, and removed by age alone.

import type { Logger } from "@jimeng/sdk";
import { v7 as uuidV7 } from "uuid";

import type { Clock, Timer } from "../../clock.ts";
import type { GatewayDatabase } from "../../database/database.ts";
import type { AuditTable } from "../../database/migrations/schema.ts";
import { createWriter } from "../../database/writer.ts";
import type { Writer } from "../../database/writer.ts";
import { noObserver } from "../../observer.ts";
import type { AuditObservation, EventObserver } from "../../observer.ts";
import { RefusalLimit } from "./refusal-limit.ts";

/** One entry; times are Unix milliseconds. */
export interface AuditEntry extends AuditObservation {
  id: string;
  createdAt: number;
  /** How many refusals were left out before this one. */
  leftOut: number;
}

/** Which entries are wanted. */
export interface AuditFilter {
  /** An action, or the beginning of some where it ends with a dot. */
  action?: string;
  outcome?: AuditObservation["outcome"];
  keyId?: string;
  from?: number;
  to?: number;
}

/** Where a page begins and how long it is. */
export interface AuditPage {
  after?: string;
  limit: number;
  order: "asc" | "desc";
}

/** Keeps and reads the entries. */
export interface AuditLog {
  /** Told of what is done; it never throws and never waits. */
  readonly observer: EventObserver;
  list(filter: AuditFilter, page: AuditPage): Promise<{ entries: AuditEntry[]; hasMore: boolean }>;
  /** Removes old entries now and every hour. */
  start(): void;
  /** Waits until what was observed is stored. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** What the log works with. */
export interface AuditLogOptions {
  database: GatewayDatabase;
  clock: Clock;
  logger: Logger;
  /** How long entries are kept, in days; 0 keeps none. */
  days: number;
}

const dayMs = 86_400_000;
const writeAfterMs = 200;
const rowsPerWrite = 500;
const maxWaiting = 20_000;
const removeEveryMs = 3_600_000;
const rowsPerRemoval = 1000;

/** Opens the log of a database. */
export function createAuditLog(options: AuditLogOptions): AuditLog {
  return new DatabaseAuditLog(options);
}

class DatabaseAuditLog implements AuditLog {
  readonly #options: AuditLogOptions;
  readonly #writer: Writer;
  readonly #refusals: RefusalLimit;
  /** Orders the ids of entries of the same millisecond. */
  #sequence = 0;
  #waiting: AuditEntry[] = [];
  #writing: Promise<void> = Promise.resolve();
  #writeTimer: Timer | undefined;
  #removeTimer: Timer | undefined;
  #isClosed = false;
  readonly observer: EventObserver;

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#writer = createWriter(options.database);
    this.#refusals = new RefusalLimit(options.clock);
    this.observer = { ...noObserver, audited: (observation) => this.#observe(observation) };
  }

  async list(filter: AuditFilter, { after, limit, order }: AuditPage) {
    let query = this.#options.database.tables.selectFrom("audit").selectAll();
    const { action, outcome, keyId, from, to } = filter;
    if (action !== undefined) {
      query = action.endsWith(".")
        ? query.where("action", ">=", action).where("action", "<", `${action.slice(0, -1)}/`)
        : query.where("action", "=", action);
    }
    if (outcome !== undefined) query = query.where("outcome", "=", outcome);
    if (keyId !== undefined) query = query.where("key_id", "=", keyId);
    if (from !== undefined) query = query.where("created_at", ">=", from);
    if (to !== undefined) query = query.where("created_at", "<", to);
    if (after !== undefined) query = query.where("id", order === "asc" ? ">" : "<", after);
    const rows = await query
      .orderBy("id", order)
      .limit(limit + 1)
      .execute();
    return { entries: rows.slice(0, limit).map(toEntry), hasMore: rows.length > limit };
  }

  start(): void {
    if (this.#isClosed) return;
    this.#removeOld().catch((error: unknown) => {
      this.#options.logger.warn({ error }, "Failed to remove old entries of the audit log");
    });
    this.#removeTimer = this.#options.clock.setTimer(() => this.start(), removeEveryMs);
  }

  async flush(): Promise<void> {
    this.#writeTimer?.cancel();
    this.#writeTimer = undefined;
    const entries = this.#waiting;
    this.#waiting = [];
    this.#writing = this.#writing.then(() => this.#write(entries));
    await this.#writing;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#removeTimer?.cancel();
    await this.flush();
  }

  #observe(observation: AuditObservation): void {
    const { clock, days, logger } = this.#options;
    if (days === 0) return;
    // Whoever tries wrong keys by the thousand must not fill the disk.
    const leftOut = observation.outcome === "refused" ? this.#refusals.take() : 0;
    if (leftOut === null) return;
    if (this.#waiting.length >= maxWaiting) {
      logger.error({ action: observation.action }, "The audit log cannot be written fast enough");
      return;
    }
    const createdAt = clock.now();
    const id = `aud_${uuidV7({ msecs: createdAt, seq: this.#sequence++ })}`;
    this.#waiting.push({ ...observation, id, createdAt, leftOut });
    this.#writeTimer ??= clock.setTimer(() => void this.flush(), writeAfterMs);
  }

  async #write(entries: readonly AuditEntry[]): Promise<void> {
    for (let at = 0; at < entries.length; at += rowsPerWrite) {
      const rows = entries.slice(at, at + rowsPerWrite).map(toRow);
      await this.#writer
        .write((transaction) => transaction.insertInto("audit").values(rows).execute(), {
          statements: "one",
        })
        .catch((error: unknown) => {
          this.#options.logger.error(
            { error, entries: rows.length },
            "Failed to write the audit log",
          );
        });
    }
  }

  async #removeOld(): Promise<void> {
    const { database, clock, days } = this.#options;
    const before = clock.now() - days * dayMs;
    for (let removed = rowsPerRemoval; removed === rowsPerRemoval && !this.#isClosed;) {
      const old = await database.tables
        .selectFrom("audit")
        .select("id")
        .where("created_at", "<", before)
        .orderBy("created_at")
        .limit(rowsPerRemoval)
        .execute();
      removed = old.length;
      if (removed === 0) return;
      const ids = old.map(({ id }) => id);
      await this.#writer.write(
        (transaction) => transaction.deleteFrom("audit").where("id", "in", ids).execute(),
        { statements: "one" },
      );
    }
  }
}

function toRow(entry: AuditEntry): AuditTable {
  const { id, createdAt, action, outcome, route, status, code } = entry;
  const { keyId, address, subjects, user, requestId, leftOut } = entry;
  return {
    id,
    created_at: createdAt,
    action,
    outcome,
    route,
    status,
    code,
    key_id: keyId,
    address,
    subjects: JSON.stringify(subjects),
    user_text: user,
    request_id: requestId,
    left_out: leftOut,
  };
}

function toEntry(row: AuditTable): AuditEntry {
  return {
    id: row.id,
    createdAt: row.created_at,
    action: row.action,
    outcome: row.outcome as AuditEntry["outcome"],
    route: row.route,
    status: row.status,
    code: row.code,
    keyId: row.key_id,
    address: row.address,
    subjects: JSON.parse(row.subjects) as string[],
    user: row.user_text,
    requestId: row.request_id,
    leftOut: row.left_out,
  };
}
