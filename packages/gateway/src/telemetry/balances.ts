// Remembers the balances of the configured accounts. They are read again in the background, at most every five minutes
// and one after the other, and only while somebody scrapes.

import type { MeteredBalance, MetricSources } from "./sources.ts";

/** A balance and when it was read, in Unix milliseconds. */
export interface ReadBalance extends MeteredBalance {
  readAt: number;
}

// Only these are asked: more calls make it worse for the others.
const usable: ReadonlySet<string> = new Set(["ok", "expiring"]);
const lifetimeMs = 300_000;
// A label for each: more accounts than anybody has.
const maxAccounts = 100;

/** The balances that were read last. */
export class Balances {
  readonly #sources: MetricSources;
  readonly #read = new Map<string, ReadBalance>();
  readonly #askedAt = new Map<string, number>();
  #reading: Promise<void> | undefined;

  constructor(sources: MetricSources) {
    this.#sources = sources;
  }

  /** Returns the balance of an account as it was read last. */
  of(account: string): ReadBalance | undefined {
    return this.#read.get(account);
  }

  /** Begins to read the balances that are too old; an account that may not be used is left alone. */
  refresh(): void {
    const { accounts, now } = this.#sources;
    const due = accounts
      .list()
      .filter(({ adopted }) => !adopted)
      .slice(0, maxAccounts)
      .filter(({ name }) => now() - (this.#askedAt.get(name) ?? -lifetimeMs) >= lifetimeMs)
      .filter(({ name }) => usable.has(accounts.health(name).state));
    if (due.length === 0 || this.#reading !== undefined) return;
    this.#reading = this.#readAll(due.map(({ name }) => name)).finally(() => {
      this.#reading = undefined;
    });
  }

  /** Waits for the reading that runs. */
  async settled(): Promise<void> {
    await this.#reading;
  }

  async #readAll(names: readonly string[]): Promise<void> {
    const { readBalance, now } = this.#sources;
    for (const name of names) {
      this.#askedAt.set(name, now());
      try {
        this.#read.set(name, { ...(await readBalance(name)), readAt: now() });
      } catch {
        // Who reads balances has noted the failure on the account; the gauge keeps the last one and its age.
      }
    }
  }
}
