// Decides when the credit history is read for an ended job, and what a reading settles. Pure: times come in as
// arguments.

import type { JobRecord } from "../record.ts";
import { isRefunded } from "./movements.ts";
import type { Movements } from "./movements.ts";

/** The times of settlement, in milliseconds. */
export interface SettlementTimes {
  /** Least time between two page requests of one account in the whole cluster. */
  pageGapMs: number;
  /** How long after its end a job without any movement becomes "not charged". */
  windowMs: number;
  /** The longest time that a generation can take. */
  longestRunMs: number;
}

// With 21 s between pages: the first reading after a minute, each wait twice as long as all time before it.
const gapsBeforeFirst = 3;
// A result may be partly refunded minutes after it was charged: what is read earlier is shown, and not final.
const gapsBeforeFinal = 30;
// An hour, for a window of a day: how long a history that cannot be read is asked beyond the window.
const graceShare = 24;

/** Returns when the history is read next for a job that ended at `endedAt`. */
export function nextReadAt(endedAt: number, now: number, times: SettlementTimes): number {
  const { pageGapMs, windowMs } = times;
  const age = now - endedAt;
  if (age >= windowMs) return now + pageGapMs;
  let offset = gapsBeforeFirst * pageGapMs;
  while (offset <= age) offset *= 2;
  return endedAt + Math.min(offset, windowMs);
}

/** Returns true when a job that could not be settled is not asked about any more. */
export function isGivenUp(endedAt: number, now: number, { windowMs }: SettlementTimes): boolean {
  return now >= endedAt + windowMs + windowMs / graceShare;
}

/** The columns of a row that a change of status decides about. */
type Ending = Pick<
  JobRecord,
  "status" | "submitId" | "operation" | "uncertainStarts" | "error" | "submittedAt" | "createdAt"
>;

/** Returns what a change of a job's status changes in its settlement. */
export function settlementOfChange(
  before: JobRecord,
  changes: Partial<JobRecord>,
  now: number,
  times: SettlementTimes,
): Partial<JobRecord> {
  if (changes.status === undefined) return {};
  const isOpen = !hasEnded(changes.status);
  if (isOpen) {
    const isSettling = before.settleAt !== null || before.settledAt !== null;
    return isSettling ? { settleAt: null, settledAt: null } : {};
  }
  if (hasEnded(before.status)) return {};
  const ended = { ...before, ...changes };
  // The credit history names no submit id for speech: what one that was taken cost stays unknown.
  const isSpeech = before.request.tool === "speech";
  if (isSpeech && ended.status === "completed") return {};
  if (wasNeverTaken(ended)) return { settleAt: null, settledAt: now };
  if (isSpeech) return {};
  const { windowMs, longestRunMs } = times;
  // Imported from the site: no reading goes back so far, so nobody can say.
  if (now - startOf(ended) > windowMs + longestRunMs) return {};
  return { settleAt: nextReadAt(now, now, times) };
}

/** Returns what a change of a row releases: nothing is set aside any more once the cost is known. */
export function releaseOf({
  reserved,
  settledAt,
  cost,
}: Pick<JobRecord, "reserved" | "settledAt" | "cost">): Partial<JobRecord> {
  const isKnown = settledAt !== null || cost.charged !== null;
  return isKnown && reserved !== 0 ? { reserved: 0 } : {};
}

function hasEnded(status: JobRecord["status"]): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}

/** Returns true when the upstream certainly took no start of a job. */
function wasNeverTaken({ submitId, operation, uncertainStarts, error }: Ending): boolean {
  if (submitId === null) return true;
  if (operation !== null || uncertainStarts > 0) return false;
  return error === null || error.charged === "no";
}

/** Returns when a job's first start was sent: its movements are not older. */
export function startOf({
  submittedAt,
  createdAt,
}: Pick<JobRecord, "submittedAt" | "createdAt">): number {
  return submittedAt ?? createdAt;
}

/** What one reading of the history shows of an ended job. */
export interface Reading {
  /** When the reading began, after the job's end. */
  startedAt: number;
  /** Whether it went back to before the job's start. */
  isComplete: boolean;
  movements: Movements | undefined;
}

/** Returns what a reading changes of an ended job's row; the job is settled when `settledAt` is among it. */
export function judgeReading(
  record: Pick<JobRecord, "status" | "completedAt" | "updatedAt" | "cost" | "error">,
  reading: Reading,
  times: SettlementTimes,
): Partial<JobRecord> {
  const { startedAt, isComplete, movements } = reading;
  const age = startedAt - (record.completedAt ?? record.updatedAt);
  const isOver = age >= times.windowMs;
  const { cost } = record;
  if (movements === undefined) {
    // Rows come minutes late, so that there are none means nothing before the window has passed.
    if (!isOver || !isComplete) return {};
    // A charge that an earlier reading showed was made.
    if (cost.charged !== null) return settled(startedAt);
    return { ...settled(startedAt), cost: { ...cost, charged: 0 }, ...withCharged(record, "no") };
  }
  const isNew = movements.charged !== cost.charged || movements.refunded !== cost.refunded;
  const isFinal =
    isOver ||
    // A refund without its charge is a charge whose row is late.
    (movements.charged !== null && isRefunded(movements)) ||
    (record.status === "completed" && !isNew && age >= gapsBeforeFinal * times.pageGapMs);
  const told = isNew ? { cost: { ...cost, ...movements } } : {};
  if (isComplete && isFinal) {
    return { ...settled(startedAt), ...told, ...withCharged(record, chargedOf(movements)) };
  }
  // What the upstream said of a refund stands until the refund is seen, or the window has passed.
  const isPromised = record.error?.charged === "refunded";
  return isNew ? { ...told, ...(isPromised ? {} : withCharged(record, chargedOf(movements))) } : {};
}

function settled(at: number): Partial<JobRecord> {
  return { settleAt: null, settledAt: at };
}

function chargedOf(movements: Movements): "yes" | "no" | "refunded" {
  if (isRefunded(movements)) return "refunded";
  return (movements.charged ?? 0) > 0 ? "yes" : "no";
}

function withCharged(
  { error }: Pick<JobRecord, "error">,
  charged: "yes" | "no" | "refunded",
): Partial<JobRecord> {
  return error === null || error.charged === charged ? {} : { error: { ...error, charged } };
}
