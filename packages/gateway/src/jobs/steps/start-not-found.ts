// Resolves an uncertain start that look-ups did not find: it is sent again, or the job ends as outcome_unknown. A charge
// in the credit history forbids sending it again.

import type { Engine } from "../engine.ts";
import { stepOf } from "../record.ts";
import type { JobRecord } from "../record.ts";
import { isRefunded } from "../settlement/movements.ts";
import type { ChargeEvidence } from "../settlement/movements.ts";
import { endUncertain } from "./cancel.ts";
import { resolveSpeech } from "./speak.ts";
import { outcomeUnknown } from "./open-endings.ts";

// A credit history that cannot be read is read again after one more settle time; after that the history of
// generations, which showed nothing all the while, decides alone: only a charge forbids sending the start again.
const settleTimesWithoutCredits = 2;

/** Resolves a start that stayed unseen for the whole settle time. */
export async function resolveStartNotFound(engine: Engine, jobId: string): Promise<void> {
  const record = await engine.store.get(jobId);
  if (record === undefined) return;
  if (stepOf(record) !== "settle" || (record.resolveBy ?? 0) > engine.clock.now()) {
    // It was found, or its time to resolve moved on, while it was looked up here: it must be polled on.
    engine.wake(record.id, engine.clock.now());
    return;
  }
  if (record.request.tool === "speech") {
    await resolveSpeech(engine, record);
    return;
  }
  if (record.cancelRequested) {
    await endUncertain(engine, record);
    return;
  }
  const evidence = await engine.settlement.lookUp(record);
  if (evidence.kind === "movements") {
    await resolveCharged(engine, record, evidence);
    return;
  }
  const { onDoubt, maxRetryCount } = engine.settings;
  // Nobody waits for a result that was asked for so long ago.
  const isTooLate = engine.clock.now() >= record.deadlineAt;
  const waitUntil = pagesUntil(engine, record);
  if (evidence.kind === "pending" && !isTooLate && engine.clock.now() < waitUntil) {
    // Pages are read at the account's pace, whoever waits for them: the settle time grows instead, by one page.
    await lookUpUntil(engine, record, Math.min(evidence.until, waitUntil));
    return;
  }
  if (onDoubt === "park" || record.uncertainStarts >= maxRetryCount || isTooLate) {
    await engine.fail(record, outcomeUnknown());
    return;
  }
  if (evidence.kind === "unavailable" && !hasWaitedForCredits(engine, record)) {
    await lookUpLonger(engine, record);
    return;
  }
  engine.logger.warn(
    { job: record.id, account: record.account },
    "Uncertain start was neither found nor charged, sending it again",
  );
  const now = engine.clock.now();
  await engine.change(record, {
    uncertainSince: null,
    resolveBy: null,
    uncertainStarts: record.uncertainStarts + 1,
    attempts: 0,
    runAt: now,
  });
  engine.wake(record.id, now);
}

/** Looks for a start that was charged through one more settle time, then ends the job with what is known. */
async function resolveCharged(
  engine: Engine,
  record: JobRecord,
  evidence: Extract<ChargeEvidence, { kind: "movements" }>,
): Promise<void> {
  const { charged, refunded } = evidence;
  const cost = { ...record.cost, charged, refunded };
  const isBack = isRefunded(evidence);
  if (record.cost.charged !== null || isBack) {
    await engine.fail(record, outcomeUnknown(isBack ? "refunded" : "yes"), { cost });
    return;
  }
  engine.logger.warn(
    { job: record.id, account: record.account, charged },
    "Uncertain start was charged, looking for it further and not sending it again",
  );
  await lookUpLonger(engine, record, { cost, uncertainSince: engine.clock.now() });
}

async function lookUpLonger(
  engine: Engine,
  record: JobRecord,
  changes: Partial<JobRecord> = {},
): Promise<void> {
  const resolveBy = engine.clock.now() + engine.settings.settleSeconds * 1000;
  await lookUpUntil(engine, record, resolveBy, changes);
}

async function lookUpUntil(
  engine: Engine,
  record: JobRecord,
  resolveBy: number,
  changes: Partial<JobRecord> = {},
): Promise<void> {
  await engine.change(record, { ...changes, resolveBy, runAt: resolveBy });
  engine.wake(record.id, engine.clock.now());
}

/** Returns how long pages are waited for, counted from the row: the death of a process does not prolong it. */
function pagesUntil({ settings }: Engine, { uncertainSince }: JobRecord): number {
  const settleMs = settings.settleSeconds * 1000;
  return (uncertainSince ?? 0) + settleTimesWithoutCredits * settleMs + settings.creditPageGapMs;
}

function hasWaitedForCredits(engine: Engine, record: JobRecord): boolean {
  const settleMs = engine.settings.settleSeconds * 1000;
  return engine.clock.now() >= (record.uncertainSince ?? 0) + settleTimesWithoutCredits * settleMs;
}
