// Tells the observer what a change of a job's row means: it was started, it has ended, its cost is known.

import type { Clock } from "../../clock.ts";
import type { Observer } from "../../observer.ts";
import type { JobRecord } from "../record.ts";
import type { JobStore } from "../store.ts";

/** Tells what one change of a row means. */
export function observeChange(observer: Observer, before: JobRecord, after: JobRecord): void {
  if (!observer.isActive) return;
  const { startedAt, completedAt, createdAt, status, error, account } = after;
  const { kind, model } = after.request;
  if (before.startedAt === null && startedAt !== null)
    observer.jobStarted({ kind, model, queuedMs: startedAt - createdAt });
  if (after.uncertainStarts > before.uncertainStarts)
    observer.startUncertain({ change: "sent_again" });
  if (before.completedAt === null && completedAt !== null && isEnd(status)) {
    const code = status === "completed" ? null : (error?.code ?? null);
    const runMs = startedAt === null ? null : completedAt - startedAt;
    observer.jobEnded({ kind, model, status, code, runMs });
    const { id, traceparent, logid } = after;
    const count = kind === "video" ? 1 : after.request.count;
    const times = { createdAt, startedAt, completedAt };
    const job = { id, traceparent, kind, model, account, count, logid };
    observer.tracing.jobEnded({ ...job, ...times, status, code });
    if (code === "outcome_unknown") observer.startUncertain({ change: "unknown" });
  }
  const charged = increase(before.cost.charged, after.cost.charged);
  const refunded = increase(before.cost.refunded, after.cost.refunded);
  if (account !== null && (charged > 0 || refunded > 0))
    observer.creditsMoved({ account, charged, refunded });
}

/** Tells that the callers of those jobs that have ended have their answer. */
export async function observeDelivery(
  { observer, store, clock }: { observer: Observer; store: JobStore; clock: Clock },
  jobIds: readonly string[],
): Promise<void> {
  if (!observer.isActive) return;
  const answeredAt = clock.now();
  for (const id of jobIds) {
    const record = await store.get(id);
    if (record === undefined || record.completedAt === null) continue;
    const afterMs = Math.max(0, answeredAt - record.completedAt);
    observer.jobDelivered({ kind: record.kind, afterMs });
  }
}

function isEnd(status: JobRecord["status"]): status is "completed" | "failed" | "cancelled" {
  return status === "completed" || status === "failed" || status === "cancelled";
}

function increase(before: number | null, after: number | null): number {
  return Math.max(0, (after ?? 0) - (before ?? 0));
}
