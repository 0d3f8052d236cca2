// Settles what jobs cost: reads the credit histories of the accounts that this process is responsible for, at the times
// that the jobs' rows name.

import type { Logger } from "@jimeng/sdk";

import type { Clock, Timer } from "../../clock.ts";
import type { Tracing } from "../../observer.ts";
import type { JobRecord } from "../record.ts";
import { AccountReader } from "./account-reader.ts";
import type { AccountReaderParts } from "./account-reader.ts";
import type { ChargeEvidence } from "./movements.ts";
import type { SettlingJobs } from "./settling-jobs.ts";

/** What settlement works with. */
export interface SettlementParts extends Omit<AccountReaderParts, "account" | "credits"> {
  credits: (account: string) => ReturnType<AccountReaderParts["credits"]>;
  /** False where several nodes share the accounts: this one then reads only those that it has taken. */
  ownsAll: boolean;
  tracing: Tracing;
}

interface Owned {
  reader: AccountReader;
  timer?: Timer;
  timerAt: number;
  /** What was expected while a piece of work ran. */
  expectedAt: number;
  running?: Promise<void>;
}

// After a fault of our own, a database that is away for example.
const retryAfterFaultMs = 5000;
const maxSleepMs = 3_600_000;
const never = Number.POSITIVE_INFINITY;

/** The settlement of all jobs, as far as this process does it. */
export class Settlement {
  readonly #parts: SettlementParts;
  readonly #jobs: SettlingJobs;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #owned = new Map<string, Owned>();
  readonly #taken = new Set<string>();
  #isStopped = false;

  constructor(parts: SettlementParts) {
    this.#parts = parts;
    this.#jobs = parts.jobs;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
  }

  /** Returns when each account's history must be read next, whichever node does it. */
  accounts(): Promise<{ account: string; at: number }[]> {
    return this.#jobs.accounts();
  }

  /** Makes this process responsible for an account. */
  take(account: string): void {
    this.#taken.add(account);
  }

  /** Gives an account up: another node is responsible for it. */
  drop(account: string): void {
    this.#taken.delete(account);
    this.#owned.get(account)?.timer?.cancel();
    this.#owned.delete(account);
  }

  /** Reads an account's history at a time or earlier, if this process is responsible for it. */
  expect(account: string, at: number): void {
    if (this.#isStopped || !(this.#parts.ownsAll || this.#taken.has(account))) return;
    const owned = this.#readerOf(account);
    if (owned.running !== undefined) owned.expectedAt = Math.min(owned.expectedAt, at);
    else if (at < owned.timerAt) this.#setTimer(account, owned, at);
  }

  /** Looks for a charge of an uncertain start. Pages are shared with the jobs that wait, and read for it first. */
  async lookUp(record: JobRecord): Promise<ChargeEvidence> {
    if (record.account === null || this.#isStopped) return { kind: "unavailable" };
    return await this.#readerOf(record.account).reader.lookUp(record);
  }

  /** Sets no further timer and waits for the requests that run; call after the engine's stop signal. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { timer } of this.#owned.values()) timer?.cancel();
    await Promise.all(
      [...this.#owned.values()].map(async ({ reader, running }) => {
        await running;
        await reader.finished();
      }),
    );
  }

  #readerOf(account: string): Owned {
    const known = this.#owned.get(account);
    if (known !== undefined) return known;
    const { credits, ...parts } = this.#parts;
    const reader = new AccountReader({ ...parts, account, credits: () => credits(account) });
    const owned: Owned = { reader, timerAt: never, expectedAt: never };
    this.#owned.set(account, owned);
    return owned;
  }

  #setTimer(account: string, owned: Owned, at: number): void {
    owned.timer?.cancel();
    owned.timerAt = at;
    const delayMs = Math.max(0, Math.min(maxSleepMs, at - this.#clock.now()));
    owned.timer = this.#clock.setTimer(() => this.#run(account, owned), delayMs);
  }

  #run(account: string, owned: Owned): void {
    owned.timerAt = never;
    owned.expectedAt = never;
    const work = { name: "settle", account, jobs: [] };
    owned.running = this.#parts.tracing
      .work(work, () => owned.reader.settle())
      .catch((error: unknown) => {
        if (!this.#isStopped) this.#logger.error({ account, error }, "Failed to settle jobs");
        return this.#clock.now() + retryAfterFaultMs;
      })
      .then((nextAt) => {
        owned.running = undefined;
        if (this.#isStopped || this.#owned.get(account) !== owned) return;
        const at = Math.min(nextAt ?? never, owned.expectedAt);
        if (at < never) this.#setTimer(account, owned, at);
      });
  }
}
