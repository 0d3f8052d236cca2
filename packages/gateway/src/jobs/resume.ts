// Resumes unfinished jobs at start, wherever their process died.

import type { Engine, Poll } from "./engine.ts";
import { dueAtOf, stepOf } from "./record.ts";
import type { JobRecord } from "./record.ts";
import { mustSendCancel } from "./steps/cancel.ts";

const rowsPerPage = 500;

/** Resumes all unfinished jobs. */
export async function resumeAll(engine: Engine, poll: Poll): Promise<void> {
  let page = await engine.store.unfinished("", rowsPerPage);
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    for (const record of page) resume(engine, poll, record);
    page = await engine.store.unfinished(last.id, rowsPerPage);
  }
}

/** Resumes one job. */
export function resume(engine: Engine, poll: Poll, record: JobRecord): void {
  const step = stepOf(record);
  if (step === "settle" && record.request.tool === "speech")
    engine.wake(record.id, record.resolveBy ?? engine.clock.now());
  else if ((step === "poll" || step === "settle") && !mustSendCancel(record)) poll(record);
  else engine.wake(record.id, dueAtOf(record, engine.clock.now()));
}
