// Bounds how many paid posts run at one moment on one account, and decides which job gets the next free slot.

import { FairQueue } from "./fair-queue.ts";
import type { QueuedJob } from "./fair-queue.ts";

interface SlotRequest extends QueuedJob {
  candidates: readonly string[];
}

/**
 * The slots of all accounts. A job that finds none waits in the queues of its accounts (fair-queue.ts) and is woken when
 * a slot is free for it; that slot is kept for it, so that no job that comes later can take it.
 */
export class StartSlots {
  readonly #perAccount: number;
  readonly #wake: (id: string) => void;
  readonly #used = new Map<string, number>();
  readonly #queues = new Map<string, FairQueue<SlotRequest>>();
  readonly #waiting = new Map<string, SlotRequest>();
  /** The account on which a slot is kept for a job, by the job's id. */
  readonly #reserved = new Map<string, string>();
  /** The jobs whose slot is kept although a step ends without taking it. */
  readonly #held = new Set<string>();

  constructor(perAccount: number, wake: (id: string) => void) {
    this.#perAccount = perAccount;
    this.#wake = wake;
  }

  /** Takes a slot on the first candidate that has one; undefined when none has, and the job waits. */
  take(candidates: readonly string[], job: QueuedJob): string | undefined {
    const { id, priority, keyId } = job;
    this.#held.delete(id);
    const reserved = this.#reserved.get(id);
    if (reserved !== undefined && candidates.includes(reserved)) {
      this.#reserved.delete(id);
      return reserved;
    }
    // A job that waits for just these slots keeps its place in the queues.
    if (isSame(this.#waiting.get(id)?.candidates, candidates)) return undefined;
    this.forget(id);
    for (const account of candidates) {
      const used = this.#used.get(account) ?? 0;
      if (used < this.#perAccount) {
        this.#used.set(account, used + 1);
        return account;
      }
    }
    const request: SlotRequest = { id, priority, keyId, candidates: [...candidates] };
    this.#waiting.set(id, request);
    for (const account of candidates) {
      const queue = this.#queues.get(account) ?? new FairQueue<SlotRequest>();
      this.#queues.set(account, queue);
      queue.push(request);
    }
    return undefined;
  }

  /** Returns true while a job waits for a slot, or has one kept for it. */
  isWaiting(id: string): boolean {
    return this.#waiting.has(id) || this.#reserved.has(id);
  }

  /** Returns a slot; the first job in the account's queue gets it. */
  release(account: string): void {
    const next = this.#queues.get(account)?.shift();
    if (next !== undefined) {
      this.#remove(next);
      this.#reserved.set(next.id, account);
      this.#wake(next.id);
      return;
    }
    this.#queues.delete(account);
    const used = (this.#used.get(account) ?? 0) - 1;
    if (used > 0) this.#used.set(account, used);
    else this.#used.delete(account);
  }

  /** Keeps a slot that a job has taken for its next step, which comes when its account may start again. */
  hold(account: string, id: string): void {
    this.#reserved.set(id, account);
    this.#held.add(id);
  }

  /** Returns the slot that was kept for a job whose step ended without taking it. */
  returnUnused(id: string): void {
    if (this.#held.has(id)) return;
    const reserved = this.#reserved.get(id);
    if (reserved === undefined) return;
    this.#reserved.delete(id);
    this.release(reserved);
  }

  /** Removes a job that needs no slot any more. */
  forget(id: string): void {
    const request = this.#waiting.get(id);
    if (request !== undefined) this.#remove(request);
    this.#held.delete(id);
    this.returnUnused(id);
  }

  #remove(request: SlotRequest): void {
    this.#waiting.delete(request.id);
    for (const account of request.candidates) this.#queues.get(account)?.remove(request.id);
  }
}

function isSame(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return one?.length === other.length && one.every((account, at) => account === other[at]);
}
