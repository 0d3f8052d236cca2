// Owns how many paid posts run at one moment on one account, and who waits for the next free place.
// Refuses to know what a job is: it sees ids.

interface Waiter {
  id: string;
  candidates: readonly string[];
  gone: boolean;
}

/**
 * Counts places per account. Who finds none is remembered in the order of arrival and woken when a place is
 * free; that place is kept for it, so that nobody who comes later can take it.
 */
export class Slots {
  readonly #perAccount: number;
  readonly #wake: (id: string) => void;
  readonly #used = new Map<string, number>();
  readonly #queues = new Map<string, Waiter[]>();
  readonly #waiting = new Map<string, Waiter>();
  readonly #reserved = new Map<string, string>();

  constructor(perAccount: number, wake: (id: string) => void) {
    this.#perAccount = perAccount;
    this.#wake = wake;
  }

  /** Takes a place on the first candidate that has one; gives undefined and remembers the id when none has. */
  take(candidates: readonly string[], id: string): string | undefined {
    const reserved = this.#reserved.get(id);
    if (reserved !== undefined && candidates.includes(reserved)) {
      this.#reserved.delete(id);
      return reserved;
    }
    this.forget(id);
    for (const account of candidates) {
      const used = this.#used.get(account) ?? 0;
      if (used < this.#perAccount) {
        this.#used.set(account, used + 1);
        return account;
      }
    }
    const waiter: Waiter = { id, candidates, gone: false };
    this.#waiting.set(id, waiter);
    for (const account of candidates) {
      const queue = this.#queues.get(account);
      if (queue === undefined) this.#queues.set(account, [waiter]);
      else queue.push(waiter);
    }
    return undefined;
  }

  /** Tells whether an id waits for a place, or has one kept for it. */
  isWaiting(id: string): boolean {
    return this.#waiting.has(id) || this.#reserved.has(id);
  }

  /** Gives a place back; the first who waits for it gets it. */
  release(account: string): void {
    const queue = this.#queues.get(account) ?? [];
    for (let waiter = queue.shift(); waiter !== undefined; waiter = queue.shift()) {
      if (waiter.gone) continue;
      waiter.gone = true;
      this.#waiting.delete(waiter.id);
      this.#reserved.set(waiter.id, account);
      this.#wake(waiter.id);
      return;
    }
    this.#queues.delete(account);
    const used = (this.#used.get(account) ?? 0) - 1;
    if (used > 0) this.#used.set(account, used);
    else this.#used.delete(account);
  }

  /** Drops an id that needs no place any more. */
  forget(id: string): void {
    const waiter = this.#waiting.get(id);
    if (waiter !== undefined) {
      waiter.gone = true;
      this.#waiting.delete(id);
    }
    const reserved = this.#reserved.get(id);
    if (reserved === undefined) return;
    this.#reserved.delete(id);
    this.release(reserved);
  }
}
