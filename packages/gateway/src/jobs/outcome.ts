// Owns what a look at the history does to a row: adopted, still running, ended, or believed lost.
// Refuses to ask (watcher.ts does) and to fetch files (save.ts does).

import { JimengError } from "@jimeng/sdk";
import type { Generation } from "@jimeng/sdk";

import type { Engine } from "./engine.ts";
import { progressAt } from "./progress.ts";
import { stepOf } from "./record.ts";
import type { JobRecord } from "./record.ts";
import { deadlineMs } from "./settings.ts";

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
    if (stepOf(next) === "save") engine.wake(next.id, engine.clock.now());
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
    return engine.fail(record, generation.error ?? unexplained(), { ...seen, outputs: null });
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
    startedAt: record.doubtSince ?? now,
    doubtSince: null,
    settlesAt: null,
    attempts: 0,
    deadlineAt,
    runAt: deadlineAt,
  };
}

/** Ends the doubt of a start that stayed unseen for the whole settle time: sent again, or parked. */
export async function takeLost(engine: Engine, jobId: string): Promise<void> {
  const record = await engine.store.get(jobId);
  if (record === undefined || stepOf(record) !== "settle") return;
  const { onDoubt, maxRetryCount } = engine.settings;
  if (onDoubt === "park" || record.doubts >= maxRetryCount) {
    await engine.fail(record, outcomeUnknown());
    return;
  }
  engine.logger.warn(
    { job: record.id, account: record.account },
    "A start in doubt was never seen; sending it again.",
  );
  const now = engine.clock.now();
  const settled = { doubtSince: null, settlesAt: null, doubts: record.doubts + 1, attempts: 0 };
  await engine.change(record, { ...settled, runAt: now });
  engine.wake(record.id, now);
}

/** Says honestly that nobody knows whether the start was taken. */
export function outcomeUnknown(): JimengError {
  return new JimengError(
    "outcome_unknown",
    "It is not known whether the upstream took this generation.",
    {
      charged: "unknown",
      fix: "Look for the result on the site before asking for it again: it may have been made and paid for.",
    },
  );
}

/** Says that the deadline passed; the operation is kept, so a late result can still be had. */
export function generationTimeout(): JimengError {
  return new JimengError("generation_timeout", "The upstream did not finish before the deadline.", {
    charged: "unknown",
    fix: "Look for the result on the site later: the upstream may still be making it.",
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
