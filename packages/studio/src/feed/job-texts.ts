// What the page says of a job: its state, how long it takes, what it cost.

import type { JobObject } from "@jimeng/gateway/api";

import * as words from "../words/feed.js";
import { formatDuration, formatNumber } from "../words/format.ts";

/** Returns the word for a job's state; for a running one its phase. */
export function stateText(job: JobObject): string {
  if (job.cancel_requested && (job.status === "queued" || job.status === "in_progress"))
    return words.cancelling();
  const { phase } = job;
  if (job.status === "in_progress" && phase !== null) {
    const phases = {
      uploading: words.uploading,
      submitting: words.submitting,
      generating: words.generating,
      saving: words.saving,
    };
    return phases[phase]();
  }
  const states = {
    queued: words.queued,
    in_progress: words.inProgress,
    completed: words.completed,
    failed: words.failed,
    cancelled: words.cancelled,
  };
  return states[job.status]();
}

/** Lists what is known of a running job's time: its place in the queue, what is left, what went by. */
export function timeTexts(job: JobObject, now: number): string[] {
  const texts: string[] = [];
  const { queue } = job;
  if (job.waiting !== null) texts.push(words.waiting({ reason: job.waiting.message }));
  if (queue !== null && queue.position > 0)
    texts.push(
      words.queuePlace({
        position: formatNumber(queue.position),
        length: formatNumber(queue.length),
      }),
    );
  const left = secondsLeft(job, now);
  if (left !== null) texts.push(words.left({ time: formatDuration(left) }));
  const since = Math.max(0, now - job.created_at);
  texts.push(words.elapsed({ time: formatDuration(Math.floor(since)) }));
  return texts;
}

const leastProgress = 10;
const mostProgress = 99;

/** Returns the seconds that are left, as the site's queue or the progress tells; null where neither does. */
export function secondsLeft(job: JobObject, now: number): number | null {
  if (job.status !== "in_progress") return null;
  if (job.queue?.eta_seconds != null && job.queue.eta_seconds > 0) return job.queue.eta_seconds;
  const { progress, started_at: startedAt } = job;
  if (startedAt === null || progress < leastProgress || progress > mostProgress) return null;
  const gone = now - startedAt;
  return Math.max(1, Math.round((gone / progress) * (100 - progress)));
}

/** Says what a job cost, as far as it is known. */
export function costText({
  cost,
  error,
  status,
}: Pick<JobObject, "cost" | "error" | "status">): string {
  const { state, charged, refunded, estimated, reserved } = cost;
  if (refunded !== null && refunded > 0) return words.refunded({ count: refunded });
  if (state === "charged")
    return charged === null ? words.chargedYes() : words.charged({ count: charged });
  if (state === "not_charged") return status === "completed" ? words.free() : words.notCharged();
  if (error !== null && error.charged === "no") return words.notCharged();
  const expected = reserved ?? estimated;
  if (expected !== null && expected > 0 && status !== "failed")
    return words.expected({ count: expected });
  return state === "unknown" ? words.chargedUnknown() : words.costPending();
}

/** Answers whether a failed job was charged. */
export function chargedText(job: JobObject): string {
  const { cost, error } = job;
  if (cost.state === "charged" || cost.state === "not_charged") return costText(job);
  switch (error?.charged) {
    case "no":
      return words.notCharged();
    case "yes":
      return words.chargedYes();
    case "refunded":
      return words.refunded({ count: cost.refunded ?? 0 });
    case "unknown":
    case undefined:
      return words.chargedUnknown();
  }
}

/** Returns the size of what is made, such as `2048 × 2048`; the ratio where the pixels are not known. */
export function sizeText({ request }: JobObject): string {
  const { width, height, ratio } = request;
  if (width !== undefined && height !== undefined) return `${width} × ${height}`;
  return ratio ?? "";
}
