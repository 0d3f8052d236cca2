// What events told of jobs lately: an answer that was under way meanwhile may be older than they are.

import type { JobObject } from "@jimeng/gateway/api";

const mostKept = 500;

/** The jobs that events told of, each as it was told last. */
export class ToldJobs {
  readonly #told = new Map<string, { job: JobObject; at: number }>();
  #now = 0;

  /** Notes what an event says of a job. */
  note(job: JobObject): void {
    this.#now += 1;
    this.#told.delete(job.id);
    this.#told.set(job.id, { job, at: this.#now });
    const [oldest] = this.#told.keys();
    if (this.#told.size > mostKept && oldest !== undefined) this.#told.delete(oldest);
  }

  /** Marks the moment at which a call is made; returns what gives the jobs that were told of since then. */
  mark(): () => readonly JobObject[] {
    const begun = this.#now;
    return () => [...this.#told.values()].filter(({ at }) => at > begun).map(({ job }) => job);
  }
}
