// The paid step: the submit id is written down durably, then sent, then the answer is written down.

import { JimengError } from "@jimeng/sdk";
import type { Charged, Operation, PreparedRequest } from "@jimeng/sdk";
import { v4 as uuidV4 } from "uuid";

import { fullJitterMs, steadyWaitMs } from "../backoff.ts";
import type { Engine, Poll } from "../engine.ts";
import { holdDoubt } from "./in-flight-start.ts";
import type { JobRecord } from "../record.ts";
import { concurrencyBackoff, deadlineMs, retryBackoff } from "../settings.ts";
import { judgeStartFailure } from "./start-failure.ts";
import type { Upstream } from "../../accounts/upstream.ts";

const askAgainMs = 30_000;
// Is far above the time of one commit.
const longestPauseMs = 5000;
// A pause must end long before the settle time does, after which others post again.
const pausesPerSettleTime = 2;
// A row that changes under our feet again and again means that something is wrong.
const mostTries = 5;

/**
 * Chooses the account, mints and stores the submit id, and sends the paid post. `request` is the row's, with the
 * upstream's handles in place of our files where it refers to any (upload.ts).
 */
export async function start(
  engine: Engine,
  poll: Poll,
  record: JobRecord,
  request: PreparedRequest = record.request,
): Promise<void> {
  const { accounts, clock, startSlots, concurrencyLimits } = engine;
  const who = { id: record.id, priority: record.priority, keyId: record.keyId };
  let candidates: string[];
  try {
    candidates = await candidatesFor(engine, record);
  } catch (error) {
    engine.forget(record.id);
    if (!JimengError.isInstance(error)) throw error;
    await engine.fail(record, error);
    return;
  }
  const free = await concurrencyLimits.choose(candidates, record.request.model, who);
  if (free.length === 0) startSlots.forget(record.id);
  const account = free.length === 0 ? undefined : startSlots.take(free, who);
  if (account === undefined) {
    // Woken when it is its turn. Other nodes' generations end unheard, so a full account is asked about again.
    const again = free.length === 0 ? clock.now() + askAgainMs : Number.POSITIVE_INFINITY;
    const at = Math.min(again, record.startBefore ?? Number.POSITIVE_INFINITY);
    if (at < Number.POSITIVE_INFINITY) engine.wake(record.id, at);
    return;
  }
  const release = once(() => startSlots.release(account));
  try {
    const upstream = accounts.connection(account)?.upstream;
    engine.onFailpoint("before_submit_id");
    const marked = upstream && (await mark(engine, record, account));
    if (upstream === undefined || marked === undefined) {
      engine.wake(record.id, clock.now());
      return;
    }
    engine.onFailpoint("submit_id_written");
    if (isOutOfDate(engine, marked)) {
      engine.wake(record.id, clock.now());
      return;
    }
    accounts.noteStart(account);
    await send(engine, poll, { record: marked, request, account, upstream, release });
  } finally {
    release();
  }
}

async function candidatesFor(engine: Engine, record: JobRecord): Promise<string[]> {
  if (record.account === null) return await engine.accounts.candidates(record.request);
  engine.accounts.usable(record.request, record.account);
  return [record.account];
}

/** Writes the submit id and the doubt that the paid call brings with it; durable when it returns. */
function mark(engine: Engine, record: JobRecord, account: string): Promise<JobRecord | undefined> {
  const now = engine.clock.now();
  const first = record.submittedAt === null;
  return engine.change(record, {
    status: "in_progress",
    account,
    submitId: record.submitId ?? uuidV4(),
    submittedAt: record.submittedAt ?? now,
    uncertainSince: now,
    resolveBy: now + engine.settings.settleSeconds * 1000,
    // The clock of a job that waited for its turn begins with its turn.
    deadlineAt: first ? now + deadlineMs(engine.settings, record.kind) : record.deadlineAt,
    runAt: now,
  });
}

/**
 * Tells whether so much time passed since the submit id was written that others may have gone on from there: this
 * process was frozen, or its machine asleep. The paid call is then not made; the doubt on the row is looked up.
 */
function isOutOfDate(engine: Engine, marked: JobRecord): boolean {
  const settleMs = engine.settings.settleSeconds * 1000;
  const pauseMs = engine.clock.now() - (marked.uncertainSince ?? 0);
  return pauseMs > Math.min(longestPauseMs, settleMs / pausesPerSettleTime);
}

interface Sending {
  record: JobRecord;
  request: PreparedRequest;
  account: string;
  upstream: Upstream;
  release: () => void;
}

async function send(engine: Engine, poll: Poll, sending: Sending): Promise<void> {
  const { record, request, account, upstream, release } = sending;
  const { submitId } = record;
  if (submitId === null) throw new Error("a start was sent without a submit id");
  const inHand = holdDoubt(engine, record);
  let operation: Operation;
  try {
    // Without a signal on purpose: nothing that happens to us makes the upstream forget what it was sent.
    operation = await upstream.generations.start(request, { submitId });
  } catch (error) {
    release();
    await refused(engine, poll, await inHand.end(), account, error);
    return;
  }
  release();
  const held = await inHand.end();
  engine.onFailpoint("start_answered");
  engine.accounts.noteSuccess(account);
  engine.concurrencyLimits.accepted(account, request.model);
  await accepted(engine, poll, held, operation);
}

async function accepted(
  engine: Engine,
  poll: Poll,
  record: JobRecord,
  operation: Operation,
): Promise<void> {
  const now = engine.clock.now();
  const deadlineAt = now + deadlineMs(engine.settings, record.kind);
  const started = await storeAnswer(engine, record, {
    operation,
    forecast: operation.forecast,
    logid: operation.logid,
    startedAt: now,
    uncertainSince: null,
    resolveBy: null,
    attempts: 0,
    deadlineAt,
    runAt: deadlineAt,
  });
  // The row tells of the generation already, or has ended.
  if (started === undefined) engine.wake(record.id, now);
  else {
    engine.onFailpoint("operation_stored");
    if (started.cancelRequested) engine.wake(started.id, now);
    poll(started);
  }
}

/** Writes down that the upstream took the start, whatever others did to the row meanwhile: they knew less. */
async function storeAnswer(
  engine: Engine,
  record: JobRecord,
  changes: Partial<JobRecord>,
): Promise<JobRecord | undefined> {
  let latest: JobRecord | undefined = record;
  for (let tries = 0; tries < mostTries && latest !== undefined; tries++) {
    const stored = await engine.change(latest, changes, "job.started");
    if (stored !== undefined) return stored;
    const now = await engine.store.get(record.id);
    latest = now !== undefined && isUnanswered(now) ? now : undefined;
  }
  return undefined;
}

function isUnanswered({ status, operation }: JobRecord): boolean {
  return operation === null && (status === "queued" || status === "in_progress");
}

async function refused(
  engine: Engine,
  poll: Poll,
  record: JobRecord,
  account: string,
  cause: unknown,
): Promise<void> {
  const { clock, settings, logger } = engine;
  const error = JimengError.isInstance(cause) ? cause : undefined;
  const verdict = judgeStartFailure(error, settings.settleSeconds * 1000);
  const now = clock.now();
  const attempts = record.attempts + 1;
  if (error !== undefined) engine.accounts.noteFailure(account, error);
  logger.warn(
    {
      job: record.id,
      account,
      verdict: verdict.kind,
      code: error?.code,
      upstream: error?.detail.upstream,
    },
    "The upstream did not take a start.",
  );
  if (verdict.kind === "doubt" || error === undefined) {
    if (error === undefined)
      logger.error({ job: record.id, error: cause }, "A start failed in an unforeseen way.");
    const resolveBy =
      now + (verdict.kind === "doubt" ? verdict.settleMs : settings.settleSeconds * 1000);
    const doubted = await engine.changeDespiteCancel(
      record,
      { uncertainSince: now, resolveBy, attempts, runAt: resolveBy },
      "job.progress",
    );
    if (doubted === undefined) engine.wake(record.id, now);
    else poll(doubted);
    return;
  }
  const notAccepted = { uncertainSince: null, resolveBy: null };
  // This post was surely refused; an earlier one that was believed lost may still have been paid for.
  const failure = withCharge(
    error,
    record.uncertainStarts > 0 ? "unknown" : (error.detail.charged ?? "no"),
  );
  if (verdict.kind === "final") {
    await engine.fail(record, failure, notAccepted);
    return;
  }
  if (error.code === "concurrency_limited") {
    const { model } = record.request;
    const others = await engine.store.running(account, model, record.id);
    engine.concurrencyLimits.refused(account, model, others);
  }
  const waitMs =
    error.detail.retryAfterMs ??
    (verdict.kind === "full"
      ? steadyWaitMs(attempts, concurrencyBackoff, engine.random)
      : fullJitterMs(attempts, retryBackoff(settings), engine.random));
  const wanted = now + waitMs;
  const runAt = Math.min(wanted, record.startBefore ?? wanted);
  // A full upstream says nothing against the job: its time does not run out while it waits for its turn.
  const deadlineAt =
    verdict.kind === "full" ? runAt + deadlineMs(settings, record.kind) : record.deadlineAt;
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

function withCharge(error: JimengError, charged: Charged): JimengError {
  return new JimengError(error.code, error.message, { ...error.detail, charged, cause: error });
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
