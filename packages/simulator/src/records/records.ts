// Stores records and the list of accepted starts, finds them, and refunds charges when due.

import type { Accounts, Charge } from "../accounts.ts";
import type { SimulatedClock } from "../clock.ts";
import { parseBody, sequenceFloor } from "../database.ts";
import type { Store } from "../database.ts";
import type { GenerationPlan } from "../drafts/plan.ts";
import type { GenerationRecord } from "./generation-record.ts";
import { endOf, failsAt } from "./progress.ts";

const itemIdFloor = 7_500_000_000_000_000_000n;
const itemsPerRecord = 100n;

/** One accepted start, as the control route shows it. */
export interface AcceptedStart {
  submit_id: string;
  history_id: string;
  kind: GenerationPlan["kind"];
  /** A one-way fingerprint, never the session. */
  account: string;
  model: string;
  charged: number;
  refunded: number;
  /** Simulated time in milliseconds. */
  started_at: number;
}

/** One change of a balance. */
export interface CreditEvent {
  /** Negative for a charge. */
  amount: number;
  at: number;
  title: string;
  submitId: string;
  /** When the credit history shows it, where that is not as late as every other row. */
  showsAt?: number;
}

/** Returns the id of item `index` of a record: 19 digits, as in captures. */
export function itemIdOf(record: GenerationRecord, index: number): string {
  return String(itemIdFloor + BigInt(record.sequence) * itemsPerRecord + BigInt(index + 1));
}

/** Returns the index of an item in its record. */
export function indexOfItem(itemId: string): number {
  return Number(BigInt(itemId) % itemsPerRecord) - 1;
}

/** The stored records, accepted starts and credit events. */
export class Records {
  readonly #store: Store;
  readonly #clock: SimulatedClock;
  readonly #accounts: Accounts;

  constructor(store: Store, clock: SimulatedClock, accounts: Accounts) {
    this.#store = store;
    this.#clock = clock;
    this.#accounts = accounts;
  }

  /** Returns the number and history id of the next record; call it inside the transaction that inserts. */
  nextIdentity(): { sequence: number; historyId: string } {
    const row = this.#store.database.prepare("SELECT max(sequence) AS last FROM records").get();
    const floor = Number(this.#store.getMeta(sequenceFloor) ?? 0);
    const sequence = Math.max(Number(row?.["last"] ?? 0), floor) + 1;
    return { sequence, historyId: String(this.#store.historyBase + sequence) };
  }

  /** Stores a new record with its accepted start and its charge. */
  insert(record: GenerationRecord): void {
    const refundAt = record.script.failure?.refund === true ? failsAt(record) : null;
    this.#store.database
      .prepare(
        `INSERT INTO records (sequence, history_id, submit_id, account, model, ends_at, refund_at, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        record.sequence,
        record.historyId,
        record.submitId,
        record.account,
        record.plan.modelKey,
        failsAt(record) ?? endOf(record),
        refundAt,
        JSON.stringify(record),
      );
    this.#logStart(record, record.charged, record.createdAt);
  }

  /** Writes a changed record back; `endsAt` only when it now ends at another time. */
  update(record: GenerationRecord, endsAt?: number): void {
    this.#store.database
      .prepare("UPDATE records SET body = ?, ends_at = coalesce(?, ends_at) WHERE sequence = ?")
      .run(JSON.stringify(record), endsAt ?? null, record.sequence);
  }

  /** Adds an accepted start for a continuation and charges it to the same record. */
  logContinuation(record: GenerationRecord, charged: number): void {
    this.#logStart(record, charged, this.#clock.now());
  }

  /** Finds a record of an account by history id. */
  findByHistoryId(account: string, historyId: string): GenerationRecord | undefined {
    return parseBody<GenerationRecord>(
      this.#store.database
        .prepare("SELECT body FROM records WHERE account = ? AND history_id = ?")
        .get(account, historyId),
    );
  }

  /** Finds a record by history id, whoever owns it: result URLs carry no account. */
  findAny(historyId: string): GenerationRecord | undefined {
    return parseBody<GenerationRecord>(
      this.#store.database.prepare("SELECT body FROM records WHERE history_id = ?").get(historyId),
    );
  }

  /** Finds the latest record of an account by submit id. */
  findBySubmitId(account: string, submitId: string): GenerationRecord | undefined {
    return parseBody<GenerationRecord>(
      this.#store.database
        .prepare(
          "SELECT body FROM records WHERE account = ? AND submit_id = ? ORDER BY sequence DESC LIMIT 1",
        )
        .get(account, submitId),
    );
  }

  /** Lists records, the newest first; of one account when given. */
  list(filter: { account?: string; limit: number; before?: number }): GenerationRecord[] {
    const rows = this.#store.database
      .prepare(
        `SELECT body FROM records WHERE (?1 IS NULL OR account = ?1) AND sequence < ?2
         ORDER BY sequence DESC LIMIT ?3`,
      )
      .all(filter.account ?? null, filter.before ?? Number.MAX_SAFE_INTEGER, filter.limit);
    return rows.flatMap((row) => parseBody<GenerationRecord>(row) ?? []);
  }

  /** Counts the generations of an account and model that still run. */
  countRunning(account: string, model: string): number {
    const row = this.#store.database
      .prepare("SELECT count(*) AS n FROM records WHERE account = ? AND model = ? AND ends_at > ?")
      .get(account, model, this.#clock.now());
    return Number(row?.["n"] ?? 0);
  }

  /** Refunds every charge whose failure is due. Called before credits or records are read. */
  settle(): void {
    const now = this.#clock.now();
    const due = this.#store.database
      .prepare("SELECT body FROM records WHERE refund_at <= ?")
      .all(now)
      .flatMap((row) => parseBody<GenerationRecord>(row) ?? []);
    if (due.length > 0) this.#store.transact(() => due.forEach((record) => this.refund(record)));
  }

  /** Refunds the charge of a record, once, and notes it in the accepted starts. */
  refund(record: GenerationRecord): void {
    const account = this.#accounts.find(record.account);
    if (account !== undefined) this.#accounts.refund(account, record.charge);
    this.#store.database
      .prepare("UPDATE records SET refund_at = NULL WHERE sequence = ?")
      .run(record.sequence);
    const rows = this.#store.database
      .prepare("SELECT sequence, body FROM accepted_starts WHERE history_id = ? ORDER BY sequence")
      .all(record.historyId);
    for (const row of rows) {
      const entry = parseBody<AcceptedStart>(row);
      if (entry === undefined) continue;
      entry.refunded = entry.charged;
      this.#store.database
        .prepare("UPDATE accepted_starts SET body = ? WHERE sequence = ?")
        .run(JSON.stringify(entry), Number(row["sequence"]));
    }
    this.#logChange(record, { amount: record.charged, at: this.#clock.now(), title: "积分返还" });
  }

  /** Lists the accepted starts, the oldest first. */
  acceptedStarts(): AcceptedStart[] {
    this.settle();
    return this.#store.database
      .prepare("SELECT body FROM accepted_starts ORDER BY sequence")
      .all()
      .flatMap((row) => parseBody<AcceptedStart>(row) ?? []);
  }

  /** Notes a change of a balance for the credit history; what was free leaves no row (credit-history.md). */
  logCredit(account: string, event: CreditEvent): void {
    if (event.amount === 0) return;
    this.#store.database
      .prepare("INSERT INTO credit_events (account, body) VALUES (?, ?)")
      .run(account, JSON.stringify(event));
  }

  #logStart(record: GenerationRecord, charged: number, startedAt: number): void {
    const entry: AcceptedStart = {
      submit_id: record.submitId,
      history_id: record.historyId,
      kind: record.plan.kind,
      account: record.account,
      model: record.plan.modelKey,
      charged,
      refunded: 0,
      started_at: startedAt,
    };
    this.#store.database
      .prepare("INSERT INTO accepted_starts (history_id, account, body) VALUES (?, ?, ?)")
      .run(record.historyId, record.account, JSON.stringify(entry));
    this.#logChange(record, { amount: -charged, at: startedAt, title: record.plan.modelName });
  }

  #logChange(record: GenerationRecord, change: Omit<CreditEvent, "submitId" | "showsAt">): void {
    const { rowsAfterMs } = record.script;
    const showsAt = rowsAfterMs === undefined ? undefined : change.at + rowsAfterMs;
    this.logCredit(record.account, { ...change, submitId: record.submitId, showsAt });
  }
}

/** Adds the credits of two charges. */
export function addCharges(first: Charge, second: Charge): Charge {
  return {
    vip: first.vip + second.vip,
    purchase: first.purchase + second.purchase,
    gifts: [...first.gifts, ...second.gifts],
  };
}
