// How many generations of one model an account runs at one moment, learned from the upstream's refusals (ret 1310,
// models.md [C]); and who starts when one has ended.

import { FairQueue } from "./fair-queue.ts";
import type { Waiting } from "./fair-queue.ts";

/** What the allowances work with. */
export interface ConcurrencyLimitsOptions {
  /** Counts the generations of an account and model that may be running, but for one job's. */
  running: (account: string, model: string, exceptId: string) => Promise<number>;
  wake: (id: string) => void;
  /** Gives Unix milliseconds. */
  now: () => number;
  /** Gives how long to leave an account alone after so many refusals in a row, in milliseconds. */
  pauseMs: (refusals: number) => number;
}

interface Allowance {
  account: string;
  /** How many may run; it drops to what ran at a refusal and grows by one after as many successes. */
  limit: number;
  successes: number;
  /** Counts the refusals since the last start that was taken. */
  refusals: number;
  pausedUntil: number;
  queue: FairQueue<Waiting>;
}

// An account that takes so many at once is limited by nothing that matters here.
const largestLimit = 100;

/**
 * Knows the learned limits of this process. They begin as "no limit": the first refusal after a start costs
 * nothing and teaches it again.
 */
export class ConcurrencyLimits {
  readonly #options: ConcurrencyLimitsOptions;
  readonly #learned = new Map<string, Allowance>();
  /** Holds who was woken because its turn has come. */
  readonly #admitted = new Map<string, Allowance>();

  constructor(options: ConcurrencyLimitsOptions) {
    this.#options = options;
  }

  /** Gives those of the candidates that take one more; when none does, `who` is remembered and woken in its turn. */
  async choose(candidates: readonly string[], model: string, who: Waiting): Promise<string[]> {
    const turn = this.#admitted.get(who.id);
    this.#admitted.delete(who.id);
    const free: string[] = [];
    const full: Allowance[] = [];
    for (const account of candidates) {
      const allowance = this.#learned.get(keyOf(account, model));
      if (allowance === undefined) free.push(account);
      else if (await this.#hasRoom(allowance, model, who, turn)) free.push(account);
      else full.push(allowance);
    }
    for (const { queue } of full) {
      if (free.length > 0) queue.remove(who.id);
      else if (queue.get(who.id) === undefined) queue.push(who);
    }
    return free;
  }

  async #hasRoom(
    allowance: Allowance,
    model: string,
    who: Waiting,
    turn: Allowance | undefined,
  ): Promise<boolean> {
    // Somebody else, the site's own page perhaps, may use up what we do not see: one try a pause is enough.
    if (this.#options.now() < allowance.pausedUntil) return false;
    const running = await this.#options.running(allowance.account, model, who.id);
    if (running >= allowance.limit) return false;
    if (turn === allowance || allowance.queue.size === 0) return true;
    // There is room, and others wait: whoever's turn it is goes, perhaps it is this one's.
    const first = allowance.queue.shift();
    if (first === undefined || first.id === who.id) return true;
    this.#admit(first, allowance);
    return false;
  }

  /** Learns that the account took no more while so many others ran. */
  refused(account: string, model: string, running: number): void {
    const key = keyOf(account, model);
    const limit = Math.max(1, running);
    const known = this.#learned.get(key) ?? {
      account,
      limit,
      successes: 0,
      refusals: 0,
      pausedUntil: 0,
      queue: new FairQueue<Waiting>(),
    };
    known.limit = Math.min(known.limit, limit);
    known.successes = 0;
    known.refusals += 1;
    known.pausedUntil = this.#options.now() + this.#options.pauseMs(known.refusals);
    this.#learned.set(key, known);
  }

  /** Hears that a start was taken. */
  accepted(account: string, model: string): void {
    const allowance = this.#learned.get(keyOf(account, model));
    if (allowance !== undefined) allowance.refusals = 0;
  }

  /** Hears that a generation runs no more; the next who waits is woken. */
  ended(account: string, model: string, succeeded: boolean): void {
    const allowance = this.#learned.get(keyOf(account, model));
    if (allowance === undefined) return;
    allowance.pausedUntil = 0;
    if (succeeded) this.#grow(allowance, keyOf(account, model));
    const next = allowance.queue.shift();
    if (next !== undefined) this.#admit(next, allowance);
  }

  #grow(allowance: Allowance, key: string): void {
    allowance.successes += 1;
    if (allowance.successes < allowance.limit) return;
    allowance.successes = 0;
    allowance.limit += 1;
    if (allowance.limit > largestLimit) this.#learned.delete(key);
    const next = allowance.queue.shift();
    if (next !== undefined) this.#admit(next, allowance);
  }

  #admit(who: Waiting, allowance: Allowance): void {
    this.#admitted.set(who.id, allowance);
    this.#options.wake(who.id);
  }

  /** Tells whether an id waits here, or was woken and has not come yet. */
  isWaiting(id: string): boolean {
    if (this.#admitted.has(id)) return true;
    for (const { queue } of this.#learned.values()) if (queue.get(id) !== undefined) return true;
    return false;
  }

  /** Drops an id that will not start any more. */
  forget(id: string): void {
    for (const { queue } of this.#learned.values()) queue.remove(id);
    const turn = this.#admitted.get(id);
    this.#admitted.delete(id);
    const next = turn?.queue.shift();
    if (turn !== undefined && next !== undefined) this.#admit(next, turn);
  }
}

function keyOf(account: string, model: string): string {
  return `${account} ${model}`;
}
