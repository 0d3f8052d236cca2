// Decides the order in which waiting jobs are served: by priority, then one caller after the other, then by arrival.

/** A job that waits. */
export interface QueuedJob {
  id: string;
  /** Served before every lower one. */
  priority: number;
  /** The caller; null for the local user. */
  keyId: string | null;
}

/** The jobs that wait; all operations take constant time, whatever their number. */
export class FairQueue<T extends QueuedJob> {
  /** By priority, the callers in the order in which they are served next, each with its jobs. */
  readonly #byPriority = new Map<number, Map<string | null, Set<T>>>();
  readonly #byId = new Map<string, T>();

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): T | undefined {
    return this.#byId.get(id);
  }

  /** Adds a job after its caller's other jobs. */
  push(job: T): void {
    const callers = this.#byPriority.get(job.priority) ?? new Map<string | null, Set<T>>();
    this.#byPriority.set(job.priority, callers);
    const jobs = callers.get(job.keyId) ?? new Set<T>();
    callers.set(job.keyId, jobs);
    jobs.add(job);
    this.#byId.set(job.id, job);
  }

  /** Removes and returns the job that is served next; its caller is then served last of its priority. */
  shift(): T | undefined {
    // There are at most 21 priorities.
    const priority = Math.max(...this.#byPriority.keys());
    const callers = this.#byPriority.get(priority);
    const [next] = callers ?? [];
    const [first] = next?.[1] ?? [];
    if (callers === undefined || next === undefined || first === undefined) return undefined;
    const [keyId, jobs] = next;
    this.remove(first.id);
    if (callers.delete(keyId)) callers.set(keyId, jobs);
    return first;
  }

  /** Removes a job that does not wait any more. */
  remove(id: string): void {
    const job = this.#byId.get(id);
    if (job === undefined) return;
    this.#byId.delete(id);
    const callers = this.#byPriority.get(job.priority);
    const jobs = callers?.get(job.keyId);
    jobs?.delete(job);
    if (jobs?.size === 0) callers?.delete(job.keyId);
    if (callers?.size === 0) this.#byPriority.delete(job.priority);
  }
}
