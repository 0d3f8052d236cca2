// Learns from the upstream's refusals (ret 1310, docs/upstream/errors.md) how many generations of one model an account
// runs at one moment, and decides which job starts when one has ended.

import { FairQueue } from "./fair-queue.ts";
import type { QueuedJob } from "./fair-queue.ts";

/** What the limits work with. */
export interface ConcurrencyLimitsOptions {
  /** Counts the generations of an account and model that may be running, without one job's. */
  running: (account: string, model: string, exceptId: string) => Promise<number>;
  wake: (id: string) => void;
  /** Returns Unix milliseconds. */
  now: () => number;
  /** Returns how long to start nothing on an account after so many refusals in a row, in milliseconds. */
  pauseMs: (refusals: number) => number;
}

interface ConcurrencyLimit {
  account: string;
  /** How many may run; it drops to what ran at a refusal and grows by one after as many successes. */
  limit: number;
  successes: number;
  /** Number of refusals since the last start that was accepted. */
  refusals: number;
  pausedUntil: number;
  queue: FairQueue<QueuedJob>;
}

// An account that takes so many at once has no limit that matters here.
const maxLimit = 100;

/**
 * The limits that this process has learned. They begin as "no limit": the first refusal after a start costs nothing and
 * teaches them again.
 */
export class ConcurrencyLimits {
  readonly #options: ConcurrencyLimitsOptions;
  readonly #learned = new Map<string, ConcurrencyLimit>();
  /** The limit by which a job was woken, by the job's id. */
  readonly #admitted = new Map<string, ConcurrencyLimit>();

  constructor(options: ConcurrencyLimitsOptions) {
    this.#options = options;
  }

  /** Returns the candidates that take one more; when none does, the job waits in their queues and is woken by them. */
  async choose(candidates: readonly string[], model: string, job: QueuedJob): Promise<string[]> {
    const admittedBy = this.#admitted.get(job.id);
    this.#admitted.delete(job.id);
    const free: string[] = [];
    const full: ConcurrencyLimit[] = [];
    for (const account of candidates) {
      const limit = this.#learned.get(keyOf(account, model));
      if (limit === undefined) free.push(account);
      else if (await this.#hasRoom(limit, model, job, admittedBy)) free.push(account);
      else full.push(limit);
    }
    for (const { queue } of full) {
      if (free.length > 0) queue.remove(job.id);
      else if (queue.get(job.id) === undefined) queue.push(job);
    }
    return free;
  }

  async #hasRoom(
    limit: ConcurrencyLimit,
    model: string,
    job: QueuedJob,
    admittedBy: ConcurrencyLimit | undefined,
  ): Promise<boolean> {
    // Generations that we do not see, of the site's own page perhaps, may use up the limit: one attempt a pause.
    if (this.#options.now() < limit.pausedUntil) return false;
    const running = await this.#options.running(limit.account, model, job.id);
    if (running >= limit.limit) return false;
    if (admittedBy === limit || limit.queue.size === 0) return true;
    // There is room, and others wait: the first in the queue goes, perhaps it is this job.
    const first = limit.queue.shift();
    if (first === undefined || first.id === job.id) return true;
    this.#admit(first, limit);
    return false;
  }

  /** Learns that the account took no more while so many others ran. */
  refused(account: string, model: string, running: number): void {
    const key = keyOf(account, model);
    const ran = Math.max(1, running);
    const known = this.#learned.get(key) ?? {
      account,
      limit: ran,
      successes: 0,
      refusals: 0,
      pausedUntil: 0,
      queue: new FairQueue<QueuedJob>(),
    };
    known.limit = Math.min(known.limit, ran);
    known.successes = 0;
    known.refusals += 1;
    known.pausedUntil = this.#options.now() + this.#options.pauseMs(known.refusals);
    this.#learned.set(key, known);
  }

  /** Notes that a start was accepted. */
  accepted(account: string, model: string): void {
    const limit = this.#learned.get(keyOf(account, model));
    if (limit !== undefined) limit.refusals = 0;
  }

  /** Notes that a generation does not run any more; the next job that waits is woken. */
  ended(account: string, model: string, succeeded: boolean): void {
    const limit = this.#learned.get(keyOf(account, model));
    if (limit === undefined) return;
    limit.pausedUntil = 0;
    if (succeeded) this.#grow(limit, keyOf(account, model));
    this.#admitNext(limit);
  }

  #grow(limit: ConcurrencyLimit, key: string): void {
    limit.successes += 1;
    if (limit.successes < limit.limit) return;
    limit.successes = 0;
    limit.limit += 1;
    if (limit.limit > maxLimit) this.#learned.delete(key);
    this.#admitNext(limit);
  }

  #admitNext(limit: ConcurrencyLimit): void {
    const next = limit.queue.shift();
    if (next !== undefined) this.#admit(next, limit);
  }

  #admit(job: QueuedJob, limit: ConcurrencyLimit): void {
    this.#admitted.set(job.id, limit);
    this.#options.wake(job.id);
  }

  /** Lists how many generations of which model an account runs at once, as far as it refused more. */
  of(account: string): { model: string; limit: number }[] {
    return [...this.#learned].flatMap(([key, limit]) =>
      limit.account === account
        ? [{ model: key.slice(account.length + 1), limit: limit.limit }]
        : [],
    );
  }

  /** Returns true while a job waits here, or was woken and has not come yet. */
  isWaiting(id: string): boolean {
    if (this.#admitted.has(id)) return true;
    for (const { queue } of this.#learned.values()) if (queue.get(id) !== undefined) return true;
    return false;
  }

  /** Removes a job that will not start any more. */
  forget(id: string): void {
    for (const { queue } of this.#learned.values()) queue.remove(id);
    const admittedBy = this.#admitted.get(id);
    this.#admitted.delete(id);
    if (admittedBy !== undefined) this.#admitNext(admittedBy);
  }
}

function keyOf(account: string, model: string): string {
  return `${account} ${model}`;
}
