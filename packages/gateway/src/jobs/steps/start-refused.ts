// Decides what follows from a paid start that failed: it is looked up, queued again, or fails the job.

import { JimengError } from "@jimeng/sdk";
import type { Charged } from "@jimeng/sdk";

import { fullJitterMs, steadyWaitMs } from "../backoff.ts";
import type { Engine, Poll } from "../engine.ts";
import type { JobRecord } from "../record.ts";
import { concurrencyBackoff, deadlineMs, retryBackoff } from "../settings.ts";
import { explainMissingCredits } from "./credit-advice.ts";
import { judgeStartFailure } from "./start-failure.ts";
import { mayRenewHandles, renewHandles } from "./stale-handles.ts";
import type { RememberedHandle } from "./upload.ts";

/** A start that failed: the row as this process wrote it last, and what was thrown. */
export interface FailedStart {
  record: JobRecord;
  account: string;
  error: unknown;
  /** Those of its upload handles that were remembered from before. */
  remembered: readonly RememberedHandle[];
}

/** Judges the failure and writes down what follows from it. */
export async function handleStartFailure(
  engine: Engine,
  poll: Poll,
  { record, account, error: cause, remembered }: FailedStart,
): Promise<void> {
  const { settings, logger } = engine;
  const settleMs = settings.settleSeconds * 1000;
  const error = JimengError.isInstance(cause) ? cause : undefined;
  const verdict = judgeStartFailure(error, settleMs);
  if (error !== undefined) engine.accounts.noteStartFailure(account, error, record.request.model);
  const { upstream } = error?.detail ?? {};
  logger.warn(
    { job: record.id, account, verdict: verdict.kind, code: error?.code, upstream },
    "Start failed",
  );
  if (error === undefined)
    logger.error({ job: record.id, error: cause }, "Start failed with an unexpected error");
  if (verdict.kind === "uncertain") await keepUncertain(engine, poll, record, verdict.settleMs);
  else if (error === undefined) await keepUncertain(engine, poll, record, settleMs);
  else if (verdict.kind === "final" && mayRenewHandles(record, error, remembered))
    await renewHandles(engine, record, remembered);
  else await queueAgainOrFail(engine, { record, account, error }, verdict.kind);
}

/** Has the start looked up by its submit id. */
async function keepUncertain(
  engine: Engine,
  poll: Poll,
  record: JobRecord,
  settleMs: number,
): Promise<void> {
  const now = engine.clock.now();
  const resolveBy = now + settleMs;
  const attempts = record.attempts + 1;
  const uncertain = await engine.changeDespiteCancel(
    record,
    { uncertainSince: now, resolveBy, attempts, runAt: resolveBy },
    "job.progress",
  );
  if (uncertain === undefined) {
    engine.wake(record.id, now);
    return;
  }
  engine.observer.startUncertain({ change: "opened" });
  poll(uncertain);
}

async function queueAgainOrFail(
  engine: Engine,
  { record, account, error }: { record: JobRecord; account: string; error: JimengError },
  verdict: "final" | "full" | "unreachable",
): Promise<void> {
  const { clock, settings } = engine;
  const now = clock.now();
  const attempts = record.attempts + 1;
  const notAccepted = { uncertainSince: null, resolveBy: null };
  // This post was certainly refused; an earlier one that was not found may still have been paid for.
  const charged = record.uncertainStarts > 0 ? "unknown" : (error.detail.charged ?? "no");
  const balance = engine.accounts.connection(account)?.client.credits.peek();
  const { model } = record.request;
  const explained = explainMissingCredits(error, {
    model,
    balance,
    expected: record.cost.estimated,
  });
  const failure = withCharge(explained, charged);
  if (verdict === "final") {
    await engine.fail(record, failure, notAccepted);
    return;
  }
  if (error.code === "concurrency_limited") await learnLimit(engine, record, account);
  const wanted = now + waitMs(engine, error, verdict, attempts);
  const runAt = Math.min(wanted, record.startBefore ?? wanted);
  // A full upstream says nothing against the job: its time does not run out while it waits in the queue.
  const deadlineAt =
    verdict === "full" ? runAt + deadlineMs(settings, record.kind) : record.deadlineAt;
  if (runAt >= deadlineAt) {
    await engine.fail(record, failure, notAccepted);
    return;
  }
  // Only a job of which nothing can have been taken may be called queued: such a one can be cancelled for free.
  const status = record.uncertainStarts > 0 ? record.status : "queued";
  const waiting = await engine.changeDespiteCancel(
    record,
    { ...notAccepted, status, attempts, runAt, deadlineAt },
    status === "queued" ? "job.queued" : "job.progress",
  );
  engine.wake(record.id, waiting?.cancelRequested === false ? runAt : now);
}

/** Learns from ret 1310 that the account takes no more while as many others run as do now. */
async function learnLimit(engine: Engine, record: JobRecord, account: string): Promise<void> {
  const { model } = record.request;
  const others = await engine.store.running(account, model, record.id);
  engine.concurrencyLimits.refused(account, model, others);
}

function waitMs(
  engine: Engine,
  error: JimengError,
  verdict: "full" | "unreachable",
  attempts: number,
): number {
  if (error.detail.retryAfterMs !== undefined) return error.detail.retryAfterMs;
  return verdict === "full"
    ? steadyWaitMs(attempts, concurrencyBackoff, engine.random)
    : fullJitterMs(attempts, retryBackoff(engine.settings), engine.random);
}

function withCharge(error: JimengError, charged: Charged): JimengError {
  return new JimengError(error.code, error.message, { ...error.detail, charged, cause: error });
}
