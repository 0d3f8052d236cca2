// Advances one job by one short step; which step is read off the row.

import { JimengError } from "@jimeng/sdk";

import type { Engine, Poll } from "../engine.ts";
import { stateEvent } from "../events.ts";
import { dueAtOf, stepOf, toJob } from "../record.ts";
import type { JobRecord, Step } from "../record.ts";
import { endUnsent, mustSendCancel, sendCancel } from "./cancel.ts";
import { save } from "./save.ts";
import { resolveSpeech } from "./speak.ts";
import { start } from "./start.ts";
import { upload } from "./upload.ts";

// A failed step is tried again within seconds.
const emitEndAgainForMs = 60_000;
// A result that finds no room is fetched again so often, in part.
const diskRetryMs = 5000;

/** Advances a job by one step. */
export async function advance(engine: Engine, poll: Poll, jobId: string): Promise<void> {
  try {
    await advanceOnce(engine, poll, jobId);
  } catch (error) {
    if (!engine.diskWaits.failed(jobId, error)) throw error;
    engine.wake(jobId, engine.clock.now() + diskRetryMs);
  } finally {
    // The slot that was kept for the job may not be needed: it waits for its time, say, or another node was first.
    engine.startSlots.returnUnused(jobId);
  }
}

async function advanceOnce(engine: Engine, poll: Poll, jobId: string): Promise<void> {
  const record = await engine.store.get(jobId);
  const step = record === undefined ? "none" : stepOf(record);
  if (record === undefined || step === "none") engine.forget(jobId);
  else if (step !== "start" && step !== "upload") engine.leaveStartQueues(jobId);
  if (record === undefined) return;
  // Another node may have adopted the caller's own account that this job is pinned to.
  if (record.account !== null) await engine.accounts.load(record.account);
  if ((step === "start" || step === "upload") && (await endIfUnwanted(engine, record))) return;
  // Several nodes may ask for one step; only the row's own time makes it due.
  const dueAt = dueAtOf(record, engine.clock.now());
  if (isTimed(step) && dueAt > engine.clock.now()) {
    engine.wake(jobId, dueAt);
    return;
  }
  if ((step === "start" || step === "upload") && (await mustWaitForDisk(engine, record))) return;
  const { id, traceparent, account } = record;
  const work = { name: `step ${step}`, account, jobs: [{ id, traceparent }] };
  await engine.observer.tracing.work(work, () => runStep(engine, poll, step, record));
  engine.diskWaits.end(jobId);
}

/** Holds a job back while there is no room for its result; one that was to start by a time is woken at it. */
async function mustWaitForDisk(engine: Engine, { id, startBefore }: JobRecord): Promise<boolean> {
  if (!(await engine.diskWaits.holdsStart(id))) return false;
  if (startBefore !== null) engine.wake(id, startBefore);
  return true;
}

async function runStep(engine: Engine, poll: Poll, step: Step, record: JobRecord): Promise<void> {
  switch (step) {
    case "upload": {
      const ready = await upload(engine, record);
      if (ready !== undefined)
        await start(engine, poll, ready.record, ready.request, ready.remembered);
      break;
    }
    case "start":
      await start(engine, poll, record);
      break;
    case "settle":
      if (record.request.tool === "speech") await resolveSpeech(engine, record);
      else await keepPolling(engine, poll, record);
      break;
    case "poll":
      await keepPolling(engine, poll, record);
      break;
    case "save":
      await save(engine, poll, record);
      break;
    case "none":
      await emitEndAgain(engine, record);
      break;
  }
}

/** Reports an end once more: the step that wrote it may have failed before it reported it. */
async function emitEndAgain(engine: Engine, record: JobRecord): Promise<void> {
  const now = engine.clock.now();
  if ((record.completedAt ?? 0) < now - emitEndAgainForMs) return;
  await engine.emit(record, stateEvent(toJob(record, [], now)).name);
}

/** Ends a job that is not wanted any more, or was to be started earlier: nothing is paid for it. */
async function endIfUnwanted(engine: Engine, record: JobRecord): Promise<boolean> {
  const now = engine.clock.now();
  const isLate =
    record.startBefore !== null && now >= record.startBefore && record.uncertainStarts === 0;
  if (!record.cancelRequested && !isLate) return false;
  engine.forget(record.id);
  const ended = record.cancelRequested
    ? await endUnsent(engine, record)
    : await engine.fail(record, startTooLate());
  if (ended === undefined) engine.wake(record.id, now);
  return true;
}

function startTooLate(): JimengError {
  return new JimengError("timeout", "The job was not started within the time it was given.", {
    reason: "start_deadline",
    charged: "no",
    fix: "Give it more time (start_before), or send it when fewer jobs wait.",
  });
}

function isTimed(step: Step): boolean {
  return step === "upload" || step === "start" || step === "save";
}

/** Sends a request to cancel where one waits, and leaves the rest to the account's poller. */
async function keepPolling(engine: Engine, poll: Poll, record: JobRecord): Promise<void> {
  const next = mustSendCancel(record) ? await sendCancel(engine, record) : record;
  if (next !== undefined) poll(next);
}
