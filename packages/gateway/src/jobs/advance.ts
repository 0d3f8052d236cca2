// Owns one short step of one job: which it is, is read off the row. Refuses to remember anything between steps.

import type { Engine } from "./engine.ts";
import { generationTimeout, outcomeUnknown } from "./outcome.ts";
import { stepOf } from "./record.ts";
import type { JobRecord } from "./record.ts";
import { save, savePartial } from "./save.ts";
import { start } from "./start.ts";
import { upload } from "./upload.ts";
import type { Watch } from "./watchers.ts";

/** Advances a job by one step. */
export async function advance(engine: Engine, watch: Watch, jobId: string): Promise<void> {
  const record = await engine.store.get(jobId);
  const step = record === undefined ? "none" : stepOf(record);
  if (step !== "start" && step !== "upload") engine.slots.forget(jobId);
  if (step !== "watch") engine.partials.delete(jobId);
  if (record === undefined) return;
  // Another node may have taken in the caller's own account that this job is pinned to.
  if (record.account !== null) await engine.accounts.load(record.account);
  switch (step) {
    case "upload": {
      const ready = await upload(engine, record);
      if (ready !== undefined) await start(engine, watch, ready.record, ready.request);
      break;
    }
    case "start":
      await start(engine, watch, record);
      break;
    case "settle":
    case "watch":
      await keepWatching(engine, watch, record);
      break;
    case "save":
      await save(engine, watch, record);
      break;
    case "none":
      break;
  }
}

async function keepWatching(engine: Engine, watch: Watch, record: JobRecord): Promise<void> {
  if (engine.clock.now() >= record.deadlineAt) {
    const error = record.operation === null ? outcomeUnknown() : generationTimeout();
    const failed = await engine.fail(record, error);
    if (failed === undefined) engine.wake(record.id, engine.clock.now());
    return;
  }
  const partial = engine.partials.get(record.id);
  if (partial !== undefined) {
    engine.partials.delete(record.id);
    await savePartial(engine, record, partial);
  }
  watch(record);
}
