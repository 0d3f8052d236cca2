// Renews upload handles that the upstream may have forgotten: they are dropped once, and the job uploads its files again.

import type { JimengError } from "@jimeng/sdk";

import type { Engine } from "../engine.ts";
import type { JobRecord } from "../record.ts";
import type { RememberedHandle } from "./upload.ts";

// How the upstream may refuse a start whose file it no longer knows: 1000, a bad field of the body
// (docs/upstream/errors.md). No other refusal speaks of a single field.
const staleHandleRets: ReadonlySet<string> = new Set(["1000"]);

/**
 * Returns true when a start may have been refused because of remembered handles, and may be sent again with new ones:
 * its refusal is complete, no start of the job is in doubt, and the handles were not renewed before.
 */
export function mayRenewHandles(
  record: JobRecord,
  error: JimengError,
  remembered: readonly RememberedHandle[],
): boolean {
  const { acceptance, upstream } = error.detail;
  return (
    acceptance === "refused" &&
    staleHandleRets.has(String(upstream?.ret ?? "")) &&
    remembered.length > 0 &&
    record.uncertainStarts === 0 &&
    record.handlesRenewedAt === null &&
    !record.cancelRequested
  );
}

/**
 * Drops the handles and lets the job start once more under the same submit id. A death before the row is written leaves
 * an uncertain start without handles, which is looked up before it is sent again.
 */
export async function renewHandles(
  engine: Engine,
  record: JobRecord,
  remembered: readonly RememberedHandle[],
): Promise<void> {
  const { clock, files, logger } = engine;
  for (const { holder, sha256, handle } of remembered) {
    // Another job may have uploaded the file again meanwhile: only the handle that was refused goes.
    await files.removeUpload(holder, sha256, handle);
  }
  engine.onFailpoint("handles_dropped");
  logger.warn(
    { job: record.id, account: record.account, handles: remembered.length },
    "Start refused with remembered uploads; the files are uploaded again",
  );
  const now = clock.now();
  await engine.changeDespiteCancel(
    record,
    {
      handlesRenewedAt: now,
      uncertainSince: null,
      resolveBy: null,
      status: "queued",
      attempts: record.attempts + 1,
      runAt: now,
    },
    "job.queued",
  );
  engine.onFailpoint("handles_renewed");
  engine.wake(record.id, now);
}
