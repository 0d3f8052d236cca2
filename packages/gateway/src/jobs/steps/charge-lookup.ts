// Asks the account's credit history whether a start was charged: its records carry the submit id
// (docs/upstream/credits.md).

import { JimengError } from "@jimeng/sdk";

import type { Engine } from "../engine.ts";
import type { JobRecord } from "../record.ts";

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
  let charged: number | null = null;
  let refunded: number | null = null;
  try {
    let cursor: string | undefined;
    for (let page = 0; page < maxPages; page++) {
      const signal = AbortSignal.any([engine.stopping.signal, AbortSignal.timeout(pageTimeoutMs)]);
      const answer = await credits.history({ limit: pageSize, cursor, signal });
      for (const movement of answer.records) {
        if (movement.submitId !== submitId) continue;
        if (movement.amount < 0) charged = (charged ?? 0) - movement.amount;
        else refunded = (refunded ?? 0) + movement.amount;
      }
      const oldest = answer.records.at(-1)?.createdAt ?? null;
      if (answer.cursor === null || (oldest !== null && oldest < since)) {
        return charged === null && refunded === null
          ? { kind: "nothing" }
          : { kind: "movements", charged, refunded };
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
  return charged === null && refunded === null
    ? { kind: "unavailable" }
    : { kind: "movements", charged, refunded };
}

/** Returns true when everything that was charged has come back. */
export function isRefunded({
  charged,
  refunded,
}: Extract<ChargeEvidence, { kind: "movements" }>): boolean {
  return (refunded ?? 0) > 0 && (refunded ?? 0) >= (charged ?? 0);
}
