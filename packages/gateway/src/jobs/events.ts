// Reports what happened to jobs to the listeners in this process.

import type { JobEventName } from "../api/job-words.ts";
import type { Job, JobEvent } from "./job.ts";

type Listener = (event: JobEvent) => void;

const endings: ReadonlySet<JobEventName> = new Set<JobEventName>([
  "job.completed",
  "job.failed",
  "job.cancelled",
]);

/** Returns true when no event follows this one. */
export function isEnding(event: JobEvent): boolean {
  return endings.has(event.name);
}

/** Returns the event of the state that a job is in, for a listener who begins now. */
export function stateEvent(job: Job): JobEvent {
  const names: Record<Job["status"], JobEventName> = {
    queued: "job.queued",
    in_progress: "job.progress",
    completed: "job.completed",
    failed: "job.failed",
    cancelled: "job.cancelled",
  };
  return { name: names[job.status], job };
}

/** Returns pictures in the order they landed; those of one moment always alike. */
export function inLandingOrder<Landed extends { id: string; createdAt: number }>(
  assets: readonly Landed[],
): Landed[] {
  return assets.toSorted(
    (one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1),
  );
}

/** The listeners of each job; a job without listeners costs nothing. */
export class JobEvents {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #closers = new Set<() => void>();

  /** Returns true while a job has listeners; without any its event need not be made. */
  hasListeners(jobId: string): boolean {
    return this.#listeners.has(jobId);
  }

  /** Returns the ids of the jobs with listeners. */
  listened(): string[] {
    return [...this.#listeners.keys()];
  }

  /** Number of jobs with listeners. */
  get size(): number {
    return this.#listeners.size;
  }

  emit(event: JobEvent): void {
    for (const listener of this.#listeners.get(event.job.id) ?? []) listener(event);
  }

  /** Adds a listener; `onClose` is called when the engine stops. Returns the function that removes it again. */
  listen(jobId: string, listener: Listener, onClose: () => void): () => void {
    const listeners = this.#listeners.get(jobId) ?? new Set<Listener>();
    this.#listeners.set(jobId, listeners);
    listeners.add(listener);
    this.#closers.add(onClose);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(jobId) === listeners)
        this.#listeners.delete(jobId);
      this.#closers.delete(onClose);
    };
  }

  /** Calls every `onClose`: the engine stops. */
  close(): void {
    for (const close of [...this.#closers]) close();
  }
}
