// Jobs by the press that made them: what belongs together is shown together.

import type { JobObject } from "@jimeng/gateway/api";

import { requestFact } from "../create/job-body.ts";

/** The jobs of one press, in the order in which they were made. */
export interface JobGroup {
  id: string;
  jobs: JobObject[];
}

/** Groups jobs, newest press first; a job that no press of the studio made stands alone. */
export function groupJobs(jobs: readonly JobObject[]): JobGroup[] {
  const groups = new Map<string, JobGroup>();
  for (const job of jobs) {
    // A retry is a press of its own, though it repeats the facts of the first.
    const id = job.retry_of === null ? (job.metadata[requestFact] ?? job.id) : job.id;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, { id, jobs: [job] });
    else group.jobs.unshift(job);
  }
  return [...groups.values()];
}

const ended: ReadonlySet<string> = new Set(["completed", "failed", "cancelled"]);

/** Tells whether a job goes on. */
export function isLive({ status }: Pick<JobObject, "status">): boolean {
  return !ended.has(status);
}
