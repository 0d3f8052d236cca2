// What a look at the history does to a row: adopted, still running, ended, or believed lost.

import { JimengError } from "@jimeng/sdk";
import type { Charged, Generation } from "@jimeng/sdk";

import { cancelRefused, endCancelled, endDoubted, mustSendCancel } from "./cancel.ts";
import type { Engine } from "../engine.ts";
import { progressAt } from "../progress.ts";
import { stepOf } from "../record.ts";
import type { JobRecord } from "../record.ts";
import { deadlineMs } from "../settings.ts";
import { askWitness } from "./charge-lookup.ts";
import type { Testimony } from "./charge-lookup.ts";

// A row changed under our feet is read again; more than a few times in a row means that something is wrong.
const mostTries = 5;

/**
 * Takes what the upstream says of a job's generation into its row. Gives the row while it must be watched on,
 * undefined when the watcher is done with it.
 */
export async function takeGeneration(
  engine: Engine,
  jobId: string,
  generation: Generation,
): Promise<JobRecord | undefined> {
  for (let tries = 0; tries < mostTries; tries++) {
    const record = await engine.store.get(jobId);
    if (record === undefined || (stepOf(record) !== "watch" && stepOf(record) !== "settle"))
      return undefined;
    const next = await applyGeneration(engine, record, generation);
    if (next === undefined) continue;
    if (stepOf(next) === "save" || mustSendCancel(next)) engine.wake(next.id, engine.clock.now());
    return stepOf(next) === "watch" ? next : undefined;
  }
  throw new Error("a row kept changing while a look at it was taken in");
}

function applyGeneration(
  engine: Engine,
  record: JobRecord,
  generation: Generation,
): Promise<JobRecord | undefined> {
  const now = engine.clock.now();
  const adopted = adoption(engine, record, generation);
  const seen: Partial<JobRecord> = {
    ...adopted,
    queue: generation.queue,
    forecast: generation.forecast ?? record.forecast,
    logid: generation.logid ?? record.logid,
    progress: progressAt(record, now),
  };
  const event = record.operation === null ? ("job.started" as const) : ("job.progress" as const);
  if (generation.status === "failed") {
    const error = generation.error ?? unexplained();
    if (error.code === "cancelled" || endedForCancel(record, error))
      return endCancelled(engine, record, error, seen);
    return engine.fail(record, error, { ...seen, outputs: null });
  }
  if (generation.status === "completed" && generation.outputs.length > 0) {
    return engine.change(
      record,
      { ...seen, outputs: generation.outputs, queue: null, runAt: now },
      event,
    );
  }
  if (generation.outputs.length > 0) {
    engine.partials.set(record.id, generation.outputs);
    engine.wake(record.id, now);
  }
  return engine.change(record, seen, event);
}

/**
 * Tells whether a generation that failed without a word did so because it was asked to: the site took the wish, and
 * its record need not carry the message of a cancellation (history.md: 30 is "cancelled or generic").
 */
function endedForCancel(record: JobRecord, error: JimengError): boolean {
  const isRefused = record.warnings.some(({ code }) => code === cancelRefused);
  const { failCode, failKey, failMessage } = error.detail.upstream ?? {};
  const isSilent =
    error.code === "generation_failed" &&
    [failCode, failKey, failMessage].every((sign) => sign === undefined);
  return record.cancelSentAt !== null && !isRefused && isSilent;
}

function adoption(engine: Engine, record: JobRecord, generation: Generation): Partial<JobRecord> {
  if (record.operation !== null) return {};
  const now = engine.clock.now();
  const deadlineAt = now + deadlineMs(engine.settings, record.kind);
  engine.logger.info(
    { job: record.id, account: record.account },
    "A start in doubt was found and adopted.",
  );
  return {
    operation: generation.operation,
    // The post was sent no later than the doubt began; the forecast counts from there.
    startedAt: record.uncertainSince ?? now,
    uncertainSince: null,
    resolveBy: null,
    attempts: 0,
    deadlineAt,
    runAt: deadlineAt,
  };
}

// A credit history that cannot be asked is asked again after one more settle time; after that the history of
// generations, which showed nothing all the while, decides alone (design 4: only a charge forbids the post).
const settleTimesForWitness = 2;

/**
 * Ends the doubt of a start that stayed unseen for the whole settle time: sent again, or parked. The credit
 * history is the second witness: a charge under the submit id forbids the post; its silence delays it.
 */
export async function takeLost(engine: Engine, jobId: string): Promise<void> {
  const record = await engine.store.get(jobId);
  if (record === undefined) return;
  if (stepOf(record) !== "settle" || (record.resolveBy ?? 0) > engine.clock.now()) {
    // Somebody else saw it, or moved the settle time on, while it was looked up here: it must be watched on.
    engine.wake(record.id, engine.clock.now());
    return;
  }
  if (record.cancelRequested) {
    await endDoubted(engine, record);
    return;
  }
  const { onDoubt, maxRetryCount } = engine.settings;
  const testimony = await askWitness(engine, record);
  if (testimony.kind === "movements") {
    await takeCharge(engine, record, testimony);
    return;
  }
  // Nobody waits for what was wished for so long ago.
  const isTooLate = engine.clock.now() >= record.deadlineAt;
  if (onDoubt === "park" || record.uncertainStarts >= maxRetryCount || isTooLate) {
    await engine.fail(record, outcomeUnknown());
    return;
  }
  if (testimony.kind === "silent" && !hasWaitedForWitness(engine, record)) {
    await lookOn(engine, record);
    return;
  }
  engine.logger.warn(
    { job: record.id, account: record.account },
    "A start in doubt was never seen nor charged; sending it again.",
  );
  const now = engine.clock.now();
  const settled = {
    uncertainSince: null,
    resolveBy: null,
    uncertainStarts: record.uncertainStarts + 1,
    attempts: 0,
  };
  await engine.change(record, { ...settled, runAt: now });
  engine.wake(record.id, now);
}

/** Ends a job of which the last look, past its deadline, showed no end. */
export async function takeOverdue(engine: Engine, jobId: string): Promise<void> {
  const record = await engine.store.get(jobId);
  if (record === undefined) return;
  const now = engine.clock.now();
  const isOver = stepOf(record) === "watch" && now >= record.deadlineAt;
  const ended = isOver ? await engine.fail(record, generationTimeout()) : undefined;
  // Somebody else saw more of it, or was given more time.
  if (ended === undefined) engine.wake(record.id, now);
}

/** Looks for a start that was charged through one more settle time, then parks it with what is known. */
async function takeCharge(
  engine: Engine,
  record: JobRecord,
  { charged, refunded }: Extract<Testimony, { kind: "movements" }>,
): Promise<void> {
  const cost = { ...record.cost, charged, refunded };
  const isBack = (refunded ?? 0) > 0 && (refunded ?? 0) >= (charged ?? 0);
  if (record.cost.charged !== null || isBack) {
    await engine.fail(record, outcomeUnknown(isBack ? "refunded" : "yes"), { cost });
    return;
  }
  engine.logger.warn(
    { job: record.id, account: record.account, charged },
    "A start in doubt was charged; it is looked for further and not sent again.",
  );
  const now = engine.clock.now();
  const resolveBy = now + engine.settings.settleSeconds * 1000;
  await engine.change(record, { cost, uncertainSince: now, resolveBy, runAt: resolveBy });
  engine.wake(record.id, now);
}

async function lookOn(engine: Engine, record: JobRecord): Promise<void> {
  const now = engine.clock.now();
  const resolveBy = now + engine.settings.settleSeconds * 1000;
  await engine.change(record, { resolveBy, runAt: resolveBy });
  engine.wake(record.id, now);
}

function hasWaitedForWitness(engine: Engine, record: JobRecord): boolean {
  const settleMs = engine.settings.settleSeconds * 1000;
  return engine.clock.now() >= (record.uncertainSince ?? 0) + settleTimesForWitness * settleMs;
}

/** Says honestly that nobody knows whether the start was taken. */
export function outcomeUnknown(charged: Charged = "unknown"): JimengError {
  return new JimengError(
    "outcome_unknown",
    charged === "unknown"
      ? "It is not known whether the upstream took this generation."
      : "The upstream charged for this generation and does not show it.",
    {
      charged,
      fix: "Recheck the job, or look for the result on the site, before asking for it again.",
    },
  );
}

/** Says that the deadline passed; the operation is kept, so a late result can still be had. */
export function generationTimeout(): JimengError {
  return new JimengError("generation_timeout", "The upstream did not finish before the deadline.", {
    charged: "unknown",
    fix: "Recheck the job later: the upstream may still be making it.",
  });
}

function unexplained(): JimengError {
  return new JimengError(
    "generation_failed",
    "The upstream reports a failed generation without a reason.",
    {
      charged: "unknown",
    },
  );
}
