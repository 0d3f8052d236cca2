// Removes jobs for their callers: the row stays, marked as deleted.

import { ServiceError } from "../../errors.ts";
import type { Engine } from "../engine.ts";
import { hasEnded } from "../job.ts";
import type { JobRecord } from "../record.ts";
import { requestCancel } from "./cancel.ts";

/**
 * Marks an ended job as deleted, or cancels one that was not sent. Returns false when the row must be read again. Throws
 * `conflict` for a job that the upstream works on: its result is paid for, and deleting it must not lose that silently.
 */
export async function removeJob(engine: Engine, record: JobRecord): Promise<boolean> {
  if (record.deletedAt !== null) return true;
  if (!hasEnded(record)) {
    if (record.submitId !== null) {
      throw new ServiceError("conflict", "It is being made, and may be paid for.", {
        fix: `Wait for its end, or cancel it (POST /v1/jobs/${record.id}/cancel); then delete it.`,
      });
    }
    await requestCancel(engine, record);
    return false;
  }
  return (await engine.change(record, { deletedAt: engine.clock.now() })) !== undefined;
}
