// Cancels jobs: at once before the paid post, by asking the upstream afterwards.

import { JimengError, toErrorRecord } from "@jimeng/sdk";
import type { Charged } from "@jimeng/sdk";

import { ServiceError } from "../../errors.ts";
import type { ExpectedError } from "../../errors.ts";
import { fullJitterMs } from "../backoff.ts";
import type { Engine } from "../engine.ts";
import { progressAt } from "../progress.ts";
import type { JobRecord } from "../record.ts";
import { retryBackoff } from "../settings.ts";
import { isRefunded } from "../settlement/movements.ts";
import type { ChargeEvidence } from "../settlement/movements.ts";

/** The code of the warning that the upstream refused to cancel. */
export const cancelRefused = "cancel_refused";

/**
 * Writes the request to cancel down; a job that was not sent ends with it. Returns false when the row changed meanwhile.
 * Throws `conflict` once the job has ended.
 */
export async function requestCancel(engine: Engine, record: JobRecord): Promise<boolean> {
  const { id, status } = record;
  if (status === "cancelled") return true;
  if (status !== "queued" && status !== "in_progress") throw tooLateToCancel(record);
  // While its references are uploaded nothing is paid: that is as early as being queued.
  if (status === "queued" || record.submitId === null) {
    const cancelled = await endUnsent(engine, record);
    if (cancelled !== undefined) engine.forget(id);
    return cancelled !== undefined;
  }
  if (record.cancelRequested) return true;
  if (record.outputs !== null) throw tooLateToCancel(record);
  const now = engine.clock.now();
  const marked = await engine.change(record, { cancelRequested: true, runAt: now }, "job.progress");
  if (marked !== undefined) engine.wake(id, now);
  return marked !== undefined;
}

/** Ends a job that the upstream does not work on; earlier posts of it may have been charged. */
export function endUnsent(engine: Engine, record: JobRecord): Promise<JobRecord | undefined> {
  if (record.uncertainStarts === 0) return end(engine, record, null, {});
  return end(engine, record, notSentAgain("unknown"), {});
}

/** Ends a job whose start was uncertain and never found, and whose owner does not want it any more. */
export async function endUncertain(engine: Engine, record: JobRecord): Promise<void> {
  const evidence = await engine.settlement.lookUp(record);
  const { charged, cost } = readCharge(record, evidence, "unknown");
  await end(engine, record, notSentAgain(charged), { cost, uncertainSince: null, resolveBy: null });
}

/** Ends a job whose record shows the cancellation, with the refund that the credit history shows. */
export async function endCancelled(
  engine: Engine,
  record: JobRecord,
  shown: ExpectedError,
  changes: Partial<JobRecord>,
): Promise<JobRecord | undefined> {
  const evidence = await engine.settlement.lookUp(record);
  const { charged, cost } = readCharge(record, evidence, shown.detail.charged ?? "unknown");
  const message = record.cancelRequested
    ? "The generation was cancelled, as it was asked to be."
    : shown.message;
  const error = new JimengError("cancelled", message, {
    ...shown.detail,
    charged,
    fix: "Send the request again if it is still wanted.",
    cause: shown,
  });
  return end(engine, record, error, { ...changes, cost, outputs: null });
}

function readCharge(
  { cost }: JobRecord,
  evidence: ChargeEvidence,
  otherwise: Charged,
): { charged: Charged; cost: JobRecord["cost"] } {
  // Movements may be listed late: that there are none is no proof that nothing was taken.
  if (evidence.kind !== "movements") return { charged: otherwise, cost };
  const { charged, refunded } = evidence;
  const isBack = isRefunded(evidence);
  const isSpent = charged !== null && !isBack && otherwise !== "refunded";
  return {
    charged: isBack ? "refunded" : isSpent ? "yes" : otherwise,
    cost: { ...cost, charged, refunded },
  };
}

function end(
  engine: Engine,
  record: JobRecord,
  error: ExpectedError | null,
  changes: Partial<JobRecord>,
): Promise<JobRecord | undefined> {
  const now = engine.clock.now();
  const ended: Partial<JobRecord> = {
    ...changes,
    status: "cancelled",
    cancelRequested: true,
    progress: progressAt(record, now),
    error: error === null ? null : toErrorRecord(error),
    queue: null,
    runAt: null,
    completedAt: now,
  };
  return engine.change(record, ended, "job.cancelled");
}

/** Asks the upstream to cancel, again after failures that may pass; returns the row as it is then. */
export async function sendCancel(
  engine: Engine,
  record: JobRecord,
): Promise<JobRecord | undefined> {
  const { clock, settings, logger, stopping } = engine;
  const { operation, account } = record;
  const upstream = engine.accounts.connection(account ?? "")?.upstream;
  if (operation === null || upstream === undefined) return record;
  let warnings = record.warnings;
  try {
    await upstream.generations.cancel(operation, { signal: stopping.signal });
    engine.logger.info({ job: record.id, account }, "Asked the upstream to cancel");
  } catch (error) {
    if (stopping.signal.aborted) return record;
    if (!JimengError.isInstance(error)) throw error;
    const attempts = record.attempts + 1;
    logger.warn({ job: record.id, account, attempts, code: error.code }, "Failed to cancel");
    if (error.retryable && attempts <= settings.maxRetryCount) {
      const waitMs = fullJitterMs(attempts, retryBackoff(settings), engine.random);
      const runAt = clock.now() + (error.detail.retryAfterMs ?? waitMs);
      const waiting = await engine.change(record, { attempts, runAt });
      engine.wake(record.id, runAt);
      return waiting;
    }
    const message = `The upstream did not take the request to cancel: ${error.message}`;
    warnings = [...warnings, { code: cancelRefused, message }];
  }
  const cancelSentAt = clock.now();
  const runAt = record.deadlineAt;
  const sent = await engine.change(record, { cancelSentAt, attempts: 0, runAt, warnings });
  if (sent === undefined) engine.wake(record.id, clock.now());
  return sent;
}

/** Returns true while the upstream must still be asked to cancel. */
export function mustSendCancel(record: JobRecord): boolean {
  return record.cancelRequested && record.cancelSentAt === null && record.operation !== null;
}

function notSentAgain(charged: Charged): ExpectedError {
  return new JimengError("cancelled", "The job was cancelled while its start was uncertain.", {
    charged,
    fix: "Look for the result on the site before asking for it again.",
  });
}

function tooLateToCancel(record: JobRecord): ExpectedError {
  const message =
    record.status === "in_progress"
      ? "The generation is finished; its files are being saved."
      : `The job has already ended: ${record.status}.`;
  return new ServiceError("conflict", message, { fix: "There is nothing left to cancel." });
}
