// Asking the account's credit history whether a start was paid for: the second witness beside the history of
// generations (credits.md: its records carry the submit id [S]).

import { JimengError } from "@jimeng/sdk";

import type { Engine } from "../engine.ts";
import type { JobRecord } from "../record.ts";

/** What the credit history says of one submit id: amounts in credits, null where nothing is told. */
export type Testimony =
  | { kind: "movements"; charged: number | null; refunded: number | null }
  /** Says that the history was read back to before the start, and tells of no charge. */
  | { kind: "nothing" }
  /** Says that it could not be asked. */
  | { kind: "silent" };

const pageSize = 50;
// An account that made more movements than this since the start is asked about something else.
const mostPages = 4;
const patienceMs = 10_000;
// The upstream's clock and ours may differ a little.
const clockSlackMs = 60_000;

/** Asks about a job's submit id, reading back to the moment of its first start. */
export async function askWitness(engine: Engine, record: JobRecord): Promise<Testimony> {
  const { account, submitId } = record;
  const credits = engine.accounts.connection(account ?? "")?.client.credits;
  if (credits === undefined || submitId === null) return { kind: "silent" };
  const since = (record.submittedAt ?? record.createdAt) - clockSlackMs;
  let charged: number | null = null;
  let refunded: number | null = null;
  try {
    let cursor: string | undefined;
    for (let page = 0; page < mostPages; page++) {
      const signal = AbortSignal.any([engine.stopping.signal, AbortSignal.timeout(patienceMs)]);
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
      "The credit history could not be read.",
    );
    return { kind: "silent" };
  }
  return charged === null && refunded === null
    ? { kind: "silent" }
    : { kind: "movements", charged, refunded };
}
