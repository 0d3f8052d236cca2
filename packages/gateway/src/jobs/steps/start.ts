// Runs the paid step: the submit id is written down durably, then sent, then the answer is written down.

import { JimengError } from "@jimeng/sdk";
import type { Operation, PreparedRequest } from "@jimeng/sdk";
import { v4 as uuidV4 } from "uuid";

import type { Upstream } from "../../accounts/upstream.ts";
import type { Engine, Poll } from "../engine.ts";
import type { JobRecord } from "../record.ts";
import { deadlineMs } from "../settings.ts";
import { trackInFlightStart } from "./in-flight-start.ts";
import { speak } from "./speak.ts";
import { storeOperation } from "./start-accepted.ts";
import { handleStartFailure } from "./start-refused.ts";
import type { RememberedHandle } from "./upload.ts";

const askAgainMs = 30_000;
// Far above the time of one commit.
const maxPauseMs = 5000;
// A pause must end long before the settle time does, after which others post again.
const pausesPerSettleTime = 2;

/**
 * Chooses the account, creates and stores the submit id, and sends the paid post. `request` is the row's, with the
 * upstream's handles in place of our files where it refers to any (upload.ts); `remembered` are those of the handles
 * that were not uploaded just now.
 */
export async function start(
  engine: Engine,
  poll: Poll,
  record: JobRecord,
  request: PreparedRequest = record.request,
  remembered: readonly RememberedHandle[] = [],
): Promise<void> {
  const account = await takeSlot(engine, record);
  if (account === undefined) return;
  const waitMs = await engine.startRate.take(account);
  if (waitMs !== null) {
    engine.startSlots.hold(account, record.id);
    engine.wakeHereAfter(record.id, waitMs);
    return;
  }
  const release = once(() => engine.startSlots.release(account));
  try {
    const upstream = engine.accounts.connection(account)?.upstream;
    engine.onFailpoint("before_submit_id");
    const marked = upstream && (await mark(engine, record, account));
    if (upstream === undefined || marked === undefined) {
      engine.wake(record.id, engine.clock.now());
      return;
    }
    engine.onFailpoint("submit_id_written");
    if (isOutOfDate(engine, marked)) {
      engine.wake(record.id, engine.clock.now());
      return;
    }
    engine.accounts.noteStart(account);
    await send(engine, poll, {
      record: marked,
      request,
      remembered,
      account,
      upstream,
      release,
    });
  } finally {
    release();
  }
}

/** Takes a slot on an account that may start the job; undefined when it waits for one, or failed. */
async function takeSlot(engine: Engine, record: JobRecord): Promise<string | undefined> {
  const { clock, startSlots, concurrencyLimits } = engine;
  const waiting = { id: record.id, priority: record.priority, keyId: record.keyId };
  let candidates: string[];
  try {
    candidates = await candidatesFor(engine, record);
  } catch (error) {
    engine.forget(record.id);
    if (!JimengError.isInstance(error)) throw error;
    await engine.fail(record, error);
    return undefined;
  }
  const free = await concurrencyLimits.choose(candidates, record.request.model, waiting);
  if (free.length === 0) startSlots.forget(record.id);
  const account = free.length === 0 ? undefined : startSlots.take(free, waiting);
  if (account === undefined) {
    // Woken when it is first in the queue. The ends of other nodes' generations are not reported here, so a full
    // account is asked about again.
    const againAt = free.length === 0 ? clock.now() + askAgainMs : Number.POSITIVE_INFINITY;
    const at = Math.min(againAt, record.startBefore ?? Number.POSITIVE_INFINITY);
    if (at < Number.POSITIVE_INFINITY) engine.wake(record.id, at);
  }
  return account;
}

async function candidatesFor(engine: Engine, record: JobRecord): Promise<string[]> {
  if (record.account === null) {
    const permitted = await engine.permittedAccounts(record.keyId);
    return await engine.accounts.candidates(record.request, permitted);
  }
  engine.accounts.assertUsable(record.request, record.account);
  return [record.account];
}

/** Writes the submit id and the uncertainty that the paid call brings with it; durable when it returns. */
function mark(engine: Engine, record: JobRecord, account: string): Promise<JobRecord | undefined> {
  const now = engine.clock.now();
  const isFirst = record.submittedAt === null;
  return engine.change(record, {
    status: "in_progress",
    account,
    submitId: record.submitId ?? uuidV4(),
    submittedAt: record.submittedAt ?? now,
    uncertainSince: now,
    resolveBy: now + engine.settings.settleSeconds * 1000,
    // The time that a job waited to start does not count.
    deadlineAt: isFirst ? now + deadlineMs(engine.settings, record.kind) : record.deadlineAt,
    runAt: now,
  });
}

/**
 * Returns true when so much time passed since the submit id was written that others may have gone on from there: this
 * process was frozen, or its machine asleep. The paid call is then not made; the uncertain start is looked up.
 */
function isOutOfDate(engine: Engine, marked: JobRecord): boolean {
  const settleMs = engine.settings.settleSeconds * 1000;
  const pauseMs = engine.clock.now() - (marked.uncertainSince ?? 0);
  return pauseMs > Math.min(maxPauseMs, settleMs / pausesPerSettleTime);
}

interface Sending {
  record: JobRecord;
  request: PreparedRequest;
  remembered: readonly RememberedHandle[];
  account: string;
  upstream: Upstream;
  /** Returns the slot. */
  release: () => void;
}

async function send(engine: Engine, poll: Poll, sending: Sending): Promise<void> {
  const { record, request, remembered, account, upstream, release } = sending;
  if (request.tool === "speech") {
    await speak(engine, poll, { record, request, account, upstream, release });
    return;
  }
  const { submitId } = record;
  if (submitId === null) throw new Error("a start was sent without a submit id");
  const inFlight = trackInFlightStart(engine, record);
  let operation: Operation;
  try {
    // Without a signal on purpose: nothing that happens to us makes the upstream forget what it was sent.
    operation = await upstream.generations.start(request, { submitId });
  } catch (error) {
    release();
    const latest = await inFlight.end();
    await handleStartFailure(engine, poll, { record: latest, account, error, remembered });
    return;
  }
  release();
  const latest = await inFlight.end();
  engine.onFailpoint("start_answered");
  engine.accounts.noteAccepted(account);
  engine.concurrencyLimits.accepted(account, request.model);
  await storeOperation(engine, poll, latest, operation);
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}
