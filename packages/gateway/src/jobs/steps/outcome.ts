// Applies poll results to rows: the generation is adopted, runs on, has ended, or is given up at its deadline.

import { JimengError } from "@jimeng/sdk";
import type { Generation } from "@jimeng/sdk";

import type { Engine } from "../engine.ts";
import { progressAt } from "../progress.ts";
import { stepOf } from "../record.ts";
import type { JobRecord } from "../record.ts";
import { deadlineMs } from "../settings.ts";
import { cancelRefused, endCancelled, mustSendCancel } from "./cancel.ts";
import { generationTimeout, outcomeUnknown } from "./open-endings.ts";

// A row that changed meanwhile is read again; more than a few times in a row means that something is wrong.
const maxAttempts = 5;

/**
 * Applies what the upstream says of a job's generation to its row. Returns the row while it must be polled on,
 * undefined when the poller is done with it.
 */
export async function applyPollResult(
  engine: Engine,
  jobId: string,
  generation: Generation,
): Promise<JobRecord | undefined> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const record = await engine.store.get(jobId);
    if (record === undefined || (stepOf(record) !== "poll" && stepOf(record) !== "settle"))
      return undefined;
    const next = await changeRow(engine, record, generation);
    if (next === undefined) continue;
    if (record.operation === null && next.operation !== null)
      engine.observer.startUncertain({ change: "found" });
    if (stepOf(next) === "save" || mustSendCancel(next)) engine.wake(next.id, engine.clock.now());
    return stepOf(next) === "poll" ? next : undefined;
  }
  throw new Error("a row kept changing while a poll result was applied");
}

function changeRow(
  engine: Engine,
  record: JobRecord,
  generation: Generation,
): Promise<JobRecord | undefined> {
  const now = engine.clock.now();
  const seen: Partial<JobRecord> = {
    ...adopt(engine, record, generation),
    queue: generation.queue,
    forecast: generation.forecast ?? record.forecast,
    logid: generation.logid ?? record.logid,
    progress: progressAt(record, now),
  };
  if (generation.status === "failed") {
    const error = generation.error ?? unexplainedFailure();
    if (error.code === "cancelled" || hasEndedByCancel(record, error))
      return endCancelled(engine, record, error, seen);
    return engine.fail(record, error, { ...seen, outputs: null });
  }
  const event = record.operation === null ? ("job.started" as const) : ("job.progress" as const);
  if (generation.status === "completed" && generation.outputs.length > 0) {
    const { outputs } = generation;
    return engine.change(record, { ...seen, outputs, queue: null, runAt: now }, event);
  }
  return engine.change(record, seen, event);
}

/**
 * Returns true when a generation that failed without a reason failed because it was cancelled: the site took the
 * request, and its record need not carry the message of a cancellation (docs/upstream/history.md, status 30).
 */
function hasEndedByCancel(record: JobRecord, error: JimengError): boolean {
  const isRefused = record.warnings.some(({ code }) => code === cancelRefused);
  const { failCode, failKey, failMessage } = error.detail.upstream ?? {};
  const hasNoReason =
    error.code === "generation_failed" &&
    [failCode, failKey, failMessage].every((reason) => reason === undefined);
  return record.cancelSentAt !== null && !isRefused && hasNoReason;
}

/** Returns the changes that make an uncertain start, found by a look-up, a running generation. */
function adopt(engine: Engine, record: JobRecord, generation: Generation): Partial<JobRecord> {
  if (record.operation !== null) return {};
  const now = engine.clock.now();
  const deadlineAt = now + deadlineMs(engine.settings, record.kind);
  engine.logger.info(
    { job: record.id, account: record.account },
    "Found an uncertain start, adopting it",
  );
  return {
    operation: generation.operation,
    // The post was sent no later than it became uncertain; the forecast counts from there.
    startedAt: record.uncertainSince ?? now,
    uncertainSince: null,
    resolveBy: null,
    attempts: 0,
    deadlineAt,
    runAt: deadlineAt,
  };
}

/** Ends a job whose last poll, past its deadline, did not show the end. */
export async function endOverdue(engine: Engine, jobId: string): Promise<void> {
  const record = await engine.store.get(jobId);
  if (record === undefined) return;
  const error = stepOf(record) === "poll" ? generationTimeout() : undefined;
  await endPastDeadline(engine, record, error);
}

/** Ends a job past its deadline whose upstream could not be polled for minutes. */
export async function endUnreachable(engine: Engine, jobId: string): Promise<void> {
  const record = await engine.store.get(jobId);
  if (record === undefined) return;
  const step = stepOf(record);
  const error =
    step === "poll" ? generationTimeout() : step === "settle" ? outcomeUnknown() : undefined;
  await endPastDeadline(engine, record, error);
}

async function endPastDeadline(
  engine: Engine,
  record: JobRecord,
  error: JimengError | undefined,
): Promise<void> {
  const now = engine.clock.now();
  const isOver = error !== undefined && now >= record.deadlineAt;
  const ended = isOver ? await engine.fail(record, error) : undefined;
  // Another poll showed more of it, or it was given more time.
  if (ended === undefined) engine.wake(record.id, now);
}

function unexplainedFailure(): JimengError {
  return new JimengError(
    "generation_failed",
    "The upstream reports a failed generation without a reason.",
    { charged: "unknown" },
  );
}
