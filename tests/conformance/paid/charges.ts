// Reads from the credit history what the starts of a walk were charged, and waits for rows that come late.
import { type CreditRecord, JimengError } from "@jimeng/sdk";
import { readBalance } from "./starts.ts";
import type { PostedStart, Site } from "./step.ts";

/** What one start was charged; null where no row says so. */
export interface Charge {
  charged: number | null;
  refunded: number | null;
}

/** What a walk cost. */
export interface WalkCharges {
  /** By the start's place in the list of starts. */
  charges: Charge[];
  /** How far the balance fell; null where it could not be read. */
  fall: number | null;
  /** The rows of this walk's starts, the newest first. */
  rows: CreditRecord[];
}

/** Rows come minutes late (credit-history.md): the seconds after the walk at which they are read. */
const settleSeconds = [0, 30, 60, 120, 180, 300] as const;
const pageSize = 50;
const maxPages = 10;
const refundTitle = /返还|退还|退回|refund|return/i;

/** Reads the charges of starts, again until they explain the fall of the balance. */
export async function readCharges(
  site: Site,
  starts: readonly PostedStart[],
  options: { balanceBefore: number | null; startedAt: number; tell: (line: string) => void },
): Promise<WalkCharges> {
  let result: WalkCharges = { charges: starts.map(() => unknownCharge), fall: null, rows: [] };
  if (starts.length === 0) return { ...result, fall: 0 };
  let elapsed = 0;
  for (const second of settleSeconds) {
    if (second > elapsed) {
      if (site.interrupted.aborted) break;
      options.tell(
        `the credit history does not show everything yet; it is read again (${second} s)`,
      );
      await site.clock.sleep((second - elapsed) * 1000, site.interrupted).catch(() => undefined);
      elapsed = second;
    }
    const after = await readBalance(site);
    const { balanceBefore } = options;
    const fall = balanceBefore === null || after === null ? null : balanceBefore - after;
    const rows = await readRows(site, starts, options.startedAt);
    if (rows === undefined) continue;
    result = { charges: starts.map((start) => chargeOf(start, rows)), fall, rows };
    if (isExplained(result, starts)) break;
  }
  return result;
}

const unknownCharge: Charge = { charged: null, refunded: null };

/** Reads the rows of the starts; undefined where the history cannot be read now. */
async function readRows(
  { jimeng }: Site,
  starts: readonly PostedStart[],
  startedAt: number,
): Promise<CreditRecord[] | undefined> {
  const ids = new Set(starts.map(({ submitId }) => submitId));
  const rows: CreditRecord[] = [];
  let cursor: string | null = null;
  try {
    for (let page = 0; page < maxPages; page += 1) {
      const { records, cursor: next } = await jimeng.credits.history({
        limit: pageSize,
        ...(cursor === null ? {} : { cursor }),
      });
      rows.push(...records.filter(({ submitId }) => submitId !== null && ids.has(submitId)));
      const oldest = records.at(-1)?.createdAt ?? null;
      if (next === null || (oldest !== null && oldest < startedAt - clockSlackMs)) break;
      cursor = next;
    }
    return rows;
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    return undefined;
  }
}

// The site's clock and ours may differ a little.
const clockSlackMs = 300_000;

/** Adds up the rows of one start: the oldest is its charge, whatever its sign; the other sign is a refund. */
function chargeOf({ submitId, balances }: PostedStart, rows: readonly CreditRecord[]): Charge {
  if (submitId === null) {
    // Speech has no row that names it: the balance around the call tells.
    const { before, afterEnd } = balances;
    if (before === null || afterEnd === null) return unknownCharge;
    return { charged: before - afterEnd, refunded: null };
  }
  const own = rows.filter((row) => row.submitId === submitId);
  const oldest = own.at(-1);
  if (oldest === undefined) return unknownCharge;
  const isRefund = ({ amount, title }: CreditRecord): boolean =>
    refundTitle.test(title) || amount * Math.sign(oldest.amount) < 0;
  const sum = (records: CreditRecord[]): number | null =>
    records.length === 0
      ? null
      : records.reduce((total, { amount }) => total + Math.abs(amount), 0);
  const refunds = own.filter(isRefund);
  return { charged: sum(own.filter((row) => !isRefund(row))), refunded: sum(refunds) };
}

/** Tells whether the rows explain the fall of the balance, and no start that costs something lacks one. */
function isExplained({ charges, fall }: WalkCharges, starts: readonly PostedStart[]): boolean {
  const net = charges.reduce(
    (sum, { charged, refunded }) => sum + (charged ?? 0) - (refunded ?? 0),
    0,
  );
  const isMissing = starts.some(
    ({ taken, price }, index) =>
      taken !== "no" && (price.credits ?? 0) > 0 && charges[index]?.charged === null,
  );
  return fall === net && !isMissing;
}
