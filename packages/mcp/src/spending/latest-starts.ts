// Remembers the latest start of equal calls: of many that come at one moment, the later ones share the job of the first,
// also where its result was answered before they had their turn.

import type { JobObject } from "@jimeng/gateway/api";

const mostRemembered = 200;

/** The latest starts of a process. */
export class LatestStarts {
  readonly #starts = new Map<string, { at: number; jobs: JobObject[] }>();

  /** Notes that a call started jobs. */
  note(name: string, jobs: JobObject[]): void {
    this.#starts.delete(name);
    const [oldest] = this.#starts.keys();
    if (this.#starts.size >= mostRemembered && oldest !== undefined) this.#starts.delete(oldest);
    this.#starts.set(name, { at: performance.now(), jobs });
  }

  /** Returns the jobs of the latest start since a moment of `performance.now()`. */
  since(name: string, moment: number): JobObject[] | undefined {
    const latest = this.#starts.get(name);
    return latest !== undefined && latest.at >= moment ? latest.jobs : undefined;
  }
}
