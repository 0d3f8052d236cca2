// Adds up the movements of an account's credit history by submit id, over the pages of one scan through it.

import type { CreditHistoryPage, CreditRecord } from "@jimeng/sdk";

/** What the credit history shows under one submit id, in credits; null where there is no such movement. */
export interface Movements {
  charged: number | null;
  refunded: number | null;
}

/** What the credit history says of one uncertain start. */
export type ChargeEvidence =
  | ({ kind: "movements" } & Movements)
  /** The history was read back to before the start and shows no charge. */
  | { kind: "nothing" }
  /** The history could not be read. */
  | { kind: "unavailable" }
  /** The pages read so far do not answer yet; the next one may be read at this time (Unix milliseconds). */
  | { kind: "pending"; until: number };

// The upstream's clock and ours may differ a little.
const clockSlackMs = 60_000;
// 2,000 movements: a start that lies further back is not looked for.
const maxPages = 40;

/** One reading of the history from its newest movement backwards. */
export class Scan {
  readonly startedAt: number;
  /** Requests the next page; undefined for the first one. */
  cursor: string | undefined;
  /** Ids of the jobs that this scan has answered already. */
  readonly answered = new Set<string>();
  readonly #bySubmitId = new Map<string, CreditRecord[]>();
  /** The sign of charges, as the rows read so far show it. */
  #chargeSign = -1;
  #lastPage: string[] = [];
  #pages = 0;
  #hasEnded = false;
  #oldestAt = Number.POSITIVE_INFINITY;

  constructor(startedAt: number) {
    this.startedAt = startedAt;
  }

  /** Returns true when the scan reads no further page. */
  get isOver(): boolean {
    return this.#hasEnded || this.#pages >= maxPages;
  }

  /** Takes the next page. */
  add(page: CreditHistoryPage): void {
    const keys = page.records.map((record) => JSON.stringify(record));
    // A movement that was added at the top meanwhile moves the others on by one: they then come again.
    const repeated = countRepeated(this.#lastPage, keys);
    for (const record of page.records.slice(repeated)) this.#addRecord(record);
    this.#chargeSign = chargeSignOf(this.#bySubmitId.values());
    this.#lastPage = keys;
    this.#pages += 1;
    this.#hasEnded = page.cursor === null || page.cursor === this.cursor;
    this.cursor = page.cursor ?? undefined;
  }

  /** Returns true once the pages reach back to before a start. */
  covers(startedAt: number): boolean {
    return this.#hasEnded || this.#oldestAt < startedAt - clockSlackMs;
  }

  /** Returns what the pages show so far under a submit id. */
  movementsOf(submitId: string): Movements | undefined {
    const records = this.#bySubmitId.get(submitId);
    return records && toMovements(records, this.#chargeSign);
  }

  #addRecord(record: CreditRecord): void {
    const { submitId, createdAt } = record;
    if (createdAt !== null) this.#oldestAt = Math.min(this.#oldestAt, createdAt);
    if (submitId === null) return;
    this.#bySubmitId.set(submitId, [...(this.#bySubmitId.get(submitId) ?? []), record]);
  }
}

const refundTitle = /返还|退还|退回|refund|return/i;

/**
 * Returns the sign of charges: it is not known whether the site writes them below or above 0
 * (docs/upstream/credit-history.md). Nothing comes back that was not taken before, so most starts' oldest row is a
 * charge.
 */
function chargeSignOf(starts: Iterable<readonly CreditRecord[]>): -1 | 1 {
  let above = 0;
  for (const records of starts) {
    // Rows come newest first.
    const oldest = records.findLast(
      ({ amount, title }) => amount !== 0 && !refundTitle.test(title),
    );
    if (oldest !== undefined) above += Math.sign(oldest.amount);
  }
  return above > 0 ? 1 : -1;
}

function toMovements(records: readonly CreditRecord[], chargeSign: number): Movements {
  let charged: number | null = null;
  let refunded: number | null = null;
  for (const { amount, title } of records) {
    // A row of nothing is a generation that was free.
    const isRefund = amount * chargeSign < 0 || refundTitle.test(title);
    if (isRefund) refunded = (refunded ?? 0) + Math.abs(amount);
    else charged = (charged ?? 0) + Math.abs(amount);
  }
  return { charged, refunded };
}

/** Counts the first entries of a page that are the last ones of the page before. */
function countRepeated(before: readonly string[], page: readonly string[]): number {
  for (let count = Math.min(before.length, page.length); count > 0; count--) {
    const tail = before.slice(-count);
    if (tail.every((key, index) => key === page[index])) return count;
  }
  return 0;
}

/** Returns true when everything that was charged has come back. */
export function isRefunded({ charged, refunded }: Movements): boolean {
  return (refunded ?? 0) > 0 && (refunded ?? 0) >= (charged ?? 0);
}
