// The words for the state of a job and for its events.

/** The five words for a job's state. */
export const jobStatuses = ["queued", "in_progress", "completed", "failed", "cancelled"] as const;

/** One of the five words for a job's state. */
export type JobStatus = (typeof jobStatuses)[number];

/** The events of a job; the same names over server-sent events, webhooks and MCP progress. */
export const jobEventNames = [
  "job.queued",
  "job.started",
  "job.progress",
  "job.image",
  "job.completed",
  "job.failed",
  "job.cancelled",
] as const;

/** One of the events of a job. */
export type JobEventName = (typeof jobEventNames)[number];

const endedStatuses: ReadonlySet<string> = new Set(["completed", "failed", "cancelled"]);

/** Tells whether a job will not change any more. */
export function hasJobEnded(job: { status: JobStatus }): boolean {
  return endedStatuses.has(job.status);
}
