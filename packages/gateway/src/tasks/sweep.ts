// Finding rows whose time has passed and that nobody advances: their node died, or the queue lost them.

import type { Engine } from "../jobs/engine.ts";
import { taskOf } from "../jobs/engine.ts";

/** The usual time between two sweeps, in milliseconds. */
export const standardSweepEveryMs = 5000;
// The node that wrote a row's time wakes it by itself; only what is late by this much is anybody's.
const standardLateMs = 5000;
// The oldest come first; what is left over is as late at the next sweep.
const rowsPerSweep = 200;

/**
 * Offers the rows that are late to the queue, which refuses those that wait there or run already. `isThorough`
 * offers even those that wait on this node for their turn; a step that finds it is not its turn changes nothing.
 */
export async function sweep(
  engine: Engine,
  offer: (tasks: string[]) => Promise<void>,
  { lateMs = standardLateMs, isThorough = false }: { lateMs?: number; isThorough?: boolean } = {},
): Promise<void> {
  const ids = await engine.store.overdue(engine.clock.now() - lateMs, rowsPerSweep);
  // A job that waits here for its turn is not forgotten.
  const forgotten = ids.filter((id) => isThorough || !engine.isWaiting(id));
  if (forgotten.length > 0) await offer(forgotten.map(taskOf));
}
