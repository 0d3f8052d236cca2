// One short step of one job: which it is, is read off the row.

import { JimengError } from "@jimeng/sdk";

import { endUnsent, mustSendCancel, sendCancel } from "./cancel.ts";
import type { Engine, Poll } from "../engine.ts";
import { standingEvent } from "../events.ts";
import { continueSeries } from "./incomplete-results.ts";
import { generationTimeout, outcomeUnknown } from "./outcome.ts";
import { stepOf, toJob } from "../record.ts";
import type { JobRecord, Step } from "../record.ts";
import { save, savePartial } from "./save.ts";
import { start } from "./start.ts";
import { upload } from "./upload.ts";

// An upstream that cannot be asked for so long is waited for no more; its owner can have the job rechecked.
const lastLookPatienceMs = 5 * 60_000;

// A failed step is tried again within seconds.
const tellAgainForMs = 60_000;

/** Advances a job by one step. */
export async function advance(engine: Engine, poll: Poll, jobId: string): Promise<void> {
  try {
    await advanceOnce(engine, poll, jobId);
  } finally {
    // Its turn may have come for nothing: it waits for its time, say, or another node was first.
    engine.startSlots.returnUnused(jobId);
  }
}

async function advanceOnce(engine: Engine, poll: Poll, jobId: string): Promise<void> {
  const record = await engine.store.get(jobId);
  const step = record === undefined ? "none" : stepOf(record);
  if (step !== "start" && step !== "upload") engine.forget(jobId);
  if (step !== "watch") {
    engine.partials.delete(jobId);
    engine.standstills.delete(jobId);
    if (step !== "settle") engine.overdueSince.delete(jobId);
  }
  if (record === undefined) return;
  // Another node may have taken in the caller's own account that this job is pinned to.
  if (record.account !== null) await engine.accounts.load(record.account);
  if ((step === "start" || step === "upload") && (await isGivenUp(engine, record))) return;
  // Several nodes may ask for one step; only the row's own time makes it due.
  if (isTimed(step) && record.runAt !== null && record.runAt > engine.clock.now()) {
    engine.wake(jobId, record.runAt);
    return;
  }
  switch (step) {
    case "upload": {
      const ready = await upload(engine, record);
      if (ready !== undefined) await start(engine, poll, ready.record, ready.request);
      break;
    }
    case "start":
      await start(engine, poll, record);
      break;
    case "settle":
    case "watch":
      await keepWatching(engine, poll, record);
      break;
    case "save":
      await save(engine, poll, record);
      break;
    case "none":
      await tellAgain(engine, record);
      break;
  }
}

/** Tells of an end once more: the step that wrote it may have failed before it told anybody. */
async function tellAgain(engine: Engine, record: JobRecord): Promise<void> {
  const now = engine.clock.now();
  if ((record.completedAt ?? 0) < now - tellAgainForMs) return;
  await engine.emit(record, standingEvent(toJob(record, [], now)).name);
}

/** Ends a job that is not wanted any more, or was to be started earlier: nothing is paid for it. */
async function isGivenUp(engine: Engine, record: JobRecord): Promise<boolean> {
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

/**
 * Tells whether a job past its deadline ends without another look. A look decides (outcome.ts), for nobody may have
 * been there to make one: this process was dead, or its machine asleep; only an upstream that cannot be asked does not.
 */
function isGivenUpUnseen(engine: Engine, { id, deadlineAt }: JobRecord): boolean {
  const now = engine.clock.now();
  if (now < deadlineAt) {
    engine.overdueSince.delete(id);
    return false;
  }
  const endsAt = (engine.overdueSince.get(id) ?? now) + lastLookPatienceMs;
  if (now >= endsAt) return true;
  engine.overdueSince.set(id, endsAt - lastLookPatienceMs);
  engine.wake(id, endsAt);
  return false;
}

async function keepWatching(engine: Engine, poll: Poll, record: JobRecord): Promise<void> {
  if (isGivenUpUnseen(engine, record)) {
    const error = record.operation === null ? outcomeUnknown() : generationTimeout();
    const failed = await engine.fail(record, error);
    if (failed === undefined) engine.wake(record.id, engine.clock.now());
    return;
  }
  if (mustSendCancel(record)) {
    const sent = await sendCancel(engine, record);
    if (sent !== undefined) poll(sent);
    return;
  }
  const partial = engine.partials.get(record.id);
  if (partial !== undefined) {
    engine.partials.delete(record.id);
    await savePartial(engine, record, partial);
  }
  const made = engine.standstills.get(record.id);
  engine.standstills.delete(record.id);
  const continued = made === undefined ? record : await continueSeries(engine, record, made);
  if (continued === undefined) engine.wake(record.id, engine.clock.now());
  else poll(continued);
}
