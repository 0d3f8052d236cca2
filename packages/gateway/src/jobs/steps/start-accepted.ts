// Writes down that the upstream took a start.

import type { Operation } from "@jimeng/sdk";

import type { Engine, Poll } from "../engine.ts";
import type { JobRecord } from "../record.ts";
import { deadlineMs } from "../settings.ts";

// A row that changes again and again means that something is wrong.
const maxAttempts = 5;

/** Stores the operation and hands the job to its poller. */
export async function storeOperation(
  engine: Engine,
  poll: Poll,
  record: JobRecord,
  operation: Operation,
): Promise<void> {
  const now = engine.clock.now();
  const deadlineAt = now + deadlineMs(engine.settings, record.kind);
  const started = await changeUnanswered(engine, record, {
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
  if (started === undefined) {
    // The row has an operation already, or has ended.
    engine.wake(record.id, now);
    return;
  }
  engine.onFailpoint("operation_stored");
  if (started.cancelRequested) engine.wake(started.id, now);
  poll(started);
}

/** Changes the row whatever others changed of it meanwhile, since they knew less; undefined when it has an operation. */
async function changeUnanswered(
  engine: Engine,
  record: JobRecord,
  changes: Partial<JobRecord>,
): Promise<JobRecord | undefined> {
  let latest: JobRecord | undefined = record;
  for (let attempt = 0; attempt < maxAttempts && latest !== undefined; attempt++) {
    const stored = await engine.change(latest, changes, "job.started");
    if (stored !== undefined) return stored;
    const current = await engine.store.get(record.id);
    latest = current !== undefined && isUnanswered(current) ? current : undefined;
  }
  return undefined;
}

function isUnanswered({ status, operation }: JobRecord): boolean {
  return operation === null && (status === "queued" || status === "in_progress");
}
