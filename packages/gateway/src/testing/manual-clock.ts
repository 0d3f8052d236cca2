// A clock that stands still until a test moves it. Imported by tests only.

import type { Clock, Timer } from "../clock.ts";

interface Pending {
  dueAt: number;
  order: number;
  callback: () => void;
}

// Real I/O (SQLite, files, loopback HTTP) completes between two turns of the event loop, not in one microtask.
const turnsPerSettle = 20;

/** Moves only when told to; timers fire in the order of their due times. */
export class ManualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #pending = new Set<Pending>();
  /** Tells that something is under way whose answer takes real time: a database server's, say. */
  isBusy: () => boolean = () => false;

  constructor(startAt = 1_700_000_000_000) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  /** Counts the timers that wait. */
  get timers(): number {
    return this.#pending.size;
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    const pending = { dueAt: this.#now + Math.max(0, delayMs), order: this.#order++, callback };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  /** Fires what is due now and lets everything that is under way come to rest, without moving the time. */
  settle(): Promise<void> {
    return this.advance(0);
  }

  async #rest(): Promise<void> {
    for (let turn = 0; turn < turnsPerSettle; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.isBusy()) turn = 0;
    }
  }

  /** Moves the time on while nothing runs, as the sleep of a machine does: what fell due fires afterwards. */
  sleep(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Moves the time on, firing each timer at its own moment and letting its consequences finish. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    await this.#rest();
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#pending.delete(next);
      this.#now = Math.max(this.#now, next.dueAt);
      next.callback();
      await this.#rest();
    }
    this.#now = until;
    await this.#rest();
  }

  #next(until: number): Pending | undefined {
    let earliest: Pending | undefined;
    for (const pending of this.#pending) {
      if (pending.dueAt > until) continue;
      if (
        earliest === undefined ||
        pending.dueAt < earliest.dueAt ||
        (pending.dueAt === earliest.dueAt && pending.order < earliest.order)
      ) {
        earliest = pending;
      }
    }
    return earliest;
  }
}
