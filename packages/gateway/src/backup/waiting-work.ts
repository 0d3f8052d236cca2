// Ends, in the copy of a database, the work that waited for its start: the original may have started it since.

import type { DatabaseSync } from "../database/sqlite.ts";

/**
 * Expires the jobs of the copy that were queued at the snapshot, and stops its batches from making more: the original may
 * do so a moment later, and a gateway on the restored copy would pay for it again. Who restores it sends those requests
 * anew. Jobs that were started are looked up by their ids, and not paid again.
 */
export function endWaitingWork(copy: DatabaseSync): void {
  const now = Date.now();
  copy
    .prepare(
      "UPDATE jobs SET start_before = min(coalesce(start_before, ?), ?) WHERE status = 'queued'",
    )
    .run(now, now);
  const batches = copy.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'batches'").get();
  // A database of an older version has none.
  if (batches === undefined) return;
  copy
    .prepare(
      `UPDATE batches SET status = 'cancelling', cancelling_at = ?, run_at = ?, waiting = NULL
      WHERE status = 'in_progress'`,
    )
    .run(now, now);
}
