// Asks the account's credit history whether a start was charged: its records carry the submit id
// (docs/upstream/credits.md).

import { JimengError } from "@jimeng/sdk";
import type { CreditHistoryPage } from "@jimeng/sdk";

import type { Engine } from "../engine.ts";
import type { JobRecord } from "../record.ts";

type CreditMovement = CreditHistoryPage["records"][number];

/** What the credit history says of one submit id: amounts in credits, null where there is none. */
export type ChargeEvidence =
  | { kind: "movements"; charged: number | null; refunded: number | null }
  /** The history was read back to before the start and shows no charge. */
  | { kind: "nothing" }
  /** The history could not be read. */
  | { kind: "unavailable" };

const pageSize = 50;
// An account with more movements than this since the start is asked for nothing further.
const maxPages = 4;
const pageTimeoutMs = 10_000;
// The upstream's clock and ours may differ a little.
const clockSlackMs = 60_000;

/** Looks for movements under a job's submit id, back to the time of its first start. */
export async function lookUpCharge(engine: Engine, record: JobRecord): Promise<ChargeEvidence> {
  const { account, submitId } = record;
  const credits = engine.accounts.connection(account ?? "")?.client.credits;
  if (credits === undefined || submitId === null) return { kind: "unavailable" };
  const since = (record.submittedAt ?? record.createdAt) - clockSlackMs;
  const found: CreditMovement[] = [];
  try {
    let cursor: string | undefined;
    for (let page = 0; page < maxPages; page++) {
      const signal = AbortSignal.any([engine.stopping.signal, AbortSignal.timeout(pageTimeoutMs)]);
      const answer = await credits.history({ limit: pageSize, cursor, signal });
      found.push(...answer.records.filter((movement) => movement.submitId === submitId));
      const oldest = answer.records.at(-1)?.createdAt ?? null;
      if (answer.cursor === null || (oldest !== null && oldest < since)) {
        return found.length === 0 ? { kind: "nothing" } : sumMovements(found);
      }
      cursor = answer.cursor;
    }
  } catch (error) {
    if (!JimengError.isInstance(error) && !engine.stopping.signal.aborted) throw error;
    engine.logger.warn(
      { job: record.id, account, code: JimengError.isInstance(error) ? error.code : undefined },
      "Failed to read the credit history",
    );
    return { kind: "unavailable" };
  }
  return found.length === 0 ? { kind: "unavailable" } : sumMovements(found);
}

/**
 * Sums the movements under one submit id. The sign of a charge is not proven (docs/upstream/credit-history.md): where
 * both signs occur, negative is the charge; where only one does, all of it is charged, as nothing comes back that was
 * never taken.
 */
export function sumMovements(
  movements: readonly Pick<CreditMovement, "amount">[],
): Extract<ChargeEvidence, { kind: "movements" }> {
  const sum = (amounts: number[]): number | null =>
    amounts.length === 0 ? null : amounts.reduce((total, amount) => total + Math.abs(amount), 0);
  const amounts = movements.map(({ amount }) => amount);
  const negative = amounts.filter((amount) => amount < 0);
  const others = amounts.filter((amount) => amount >= 0);
  return negative.length === 0
    ? { kind: "movements", charged: sum(others), refunded: null }
    : { kind: "movements", charged: sum(negative), refunded: sum(others) };
}

/** Returns true when everything that was charged has come back. */
export function isRefunded({
  charged,
  refunded,
}: Extract<ChargeEvidence, { kind: "movements" }>): boolean {
  return (refunded ?? 0) > 0 && (refunded ?? 0) >= (charged ?? 0);
}
