// How many paid posts run at one moment on one account, and who gets the next free place.

import { FairQueue } from "./fair-queue.ts";
import type { Waiting } from "./fair-queue.ts";

interface Waiter extends Waiting {
  candidates: readonly string[];
}

/**
 * Counts places per account. Who finds none is remembered and woken when a place is free and it is its turn
 * (fair-queue.ts); that place is kept for it, so that nobody who comes later can take it.
 */
export class StartSlots {
  readonly #perAccount: number;
  readonly #wake: (id: string) => void;
  readonly #used = new Map<string, number>();
  readonly #queues = new Map<string, FairQueue<Waiter>>();
  readonly #waiting = new Map<string, Waiter>();
  readonly #reserved = new Map<string, string>();

  constructor(perAccount: number, wake: (id: string) => void) {
    this.#perAccount = perAccount;
    this.#wake = wake;
  }

  /** Takes a place on the first candidate that has one; gives undefined and remembers who asks when none has. */
  take(candidates: readonly string[], who: Waiting): string | undefined {
    const { id, priority, keyId } = who;
    const reserved = this.#reserved.get(id);
    if (reserved !== undefined && candidates.includes(reserved)) {
      this.#reserved.delete(id);
      return reserved;
    }
    // Whoever waits for just these places keeps its turn.
    if (isSame(this.#waiting.get(id)?.candidates, candidates)) return undefined;
    this.forget(id);
    for (const account of candidates) {
      const used = this.#used.get(account) ?? 0;
      if (used < this.#perAccount) {
        this.#used.set(account, used + 1);
        return account;
      }
    }
    const waiter: Waiter = { id, priority, keyId, candidates: [...candidates] };
    this.#waiting.set(id, waiter);
    for (const account of candidates) {
      const queue = this.#queues.get(account) ?? new FairQueue<Waiter>();
      this.#queues.set(account, queue);
      queue.push(waiter);
    }
    return undefined;
  }

  /** Tells whether an id waits for a place, or has one kept for it. */
  isWaiting(id: string): boolean {
    return this.#waiting.has(id) || this.#reserved.has(id);
  }

  /** Gives a place back; whose turn it is gets it. */
  release(account: string): void {
    const next = this.#queues.get(account)?.shift();
    if (next !== undefined) {
      this.#drop(next);
      this.#reserved.set(next.id, account);
      this.#wake(next.id);
      return;
    }
    this.#queues.delete(account);
    const used = (this.#used.get(account) ?? 0) - 1;
    if (used > 0) this.#used.set(account, used);
    else this.#used.delete(account);
  }

  /** Gives back the place that was kept for an id whose step ended without taking it. */
  returnUnused(id: string): void {
    const reserved = this.#reserved.get(id);
    if (reserved === undefined) return;
    this.#reserved.delete(id);
    this.release(reserved);
  }

  /** Drops an id that needs no place any more. */
  forget(id: string): void {
    const waiter = this.#waiting.get(id);
    if (waiter !== undefined) this.#drop(waiter);
    this.returnUnused(id);
  }

  #drop(waiter: Waiter): void {
    this.#waiting.delete(waiter.id);
    for (const account of waiter.candidates) this.#queues.get(account)?.remove(waiter.id);
  }
}

function isSame(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return one?.length === other.length && one.every((account, at) => account === other[at]);
}
