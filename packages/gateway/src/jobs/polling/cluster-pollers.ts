// Keeps one poller per account in the whole cluster: the node that holds the account's lease polls, the others hand on.

import type { Clock, Timer } from "../../clock.ts";
import type { Channel, Topic } from "../../tasks/channel.ts";
import { renewEveryMs } from "../../tasks/leases.ts";
import type { Leases } from "../../tasks/leases.ts";
import type { Engine } from "../engine.ts";
import { stepOf } from "../record.ts";
import type { JobRecord } from "../record.ts";
import { createPollers } from "./pollers.ts";
import type { Pollers } from "./pollers.ts";

/** A request to the node that polls an account to poll a job, too. */
interface PollMessage {
  account: string;
  jobId: string;
}

const pollMessages: Topic<PollMessage> = { name: "poll" };

const rowsPerPage = 500;
// About once a minute the rows are read again: a message that was lost costs time, never a job.
const ticksPerReading = 20;

/** What the pollers of one node work with. */
export interface ClusterPollersOptions {
  leases: Leases;
  channel: Channel;
  /** Real time: a lease is about the machine's own, whatever the engine's clock says. */
  clock: Clock;
}

/** The pollers of one node, for the accounts whose leases it holds. */
export class ClusterPollers implements Pollers {
  readonly #engine: Engine;
  readonly #leases: Leases;
  readonly #channel: Channel;
  readonly #clock: Clock;
  readonly #local: Pollers;
  readonly #taking = new Map<string, Promise<boolean>>();
  /** Until when it is not worth asking for an account's lease again. */
  readonly #elsewhereUntil = new Map<string, number>();
  #timer: Timer | undefined;
  #ticking: Promise<void> | undefined;
  #ticks = 0;
  #isStopped = false;

  constructor(engine: Engine, { leases, channel, clock }: ClusterPollersOptions) {
    this.#engine = engine;
    this.#leases = leases;
    this.#channel = channel;
    this.#clock = clock;
    this.#local = createPollers(engine, { isOurs: (account) => leases.holds(account) });
    channel.onMessage(pollMessages, (message) => {
      this.#onMessage(message).catch((error: unknown) => this.#logFailure(error));
    });
    channel.onGap(() => {
      for (const account of leases.held())
        this.#load(account).catch((error: unknown) => this.#logFailure(error));
    });
  }

  async start(): Promise<void> {
    await this.#tick();
    this.#setTimer();
  }

  poll(record: JobRecord): void {
    const { account } = record;
    if (account === null) return;
    if (this.#leases.holds(account)) this.#local.poll(record);
    else this.#handOn(account, record).catch((error: unknown) => this.#logFailure(error));
  }

  drop(account: string): void {
    this.#local.drop(account);
    this.#engine.settlement.drop(account);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#ticking;
    await Promise.allSettled(this.#taking.values());
    await this.#local.stop();
    await this.#leases.release(this.#leases.held()).catch(() => undefined);
  }

  /** Tries to become the node that polls an account; several callers share one attempt. */
  #take(account: string): Promise<boolean> {
    const running = this.#taking.get(account);
    if (running !== undefined) return running;
    const attempt = this.#takeNow(account).finally(() => this.#taking.delete(account));
    this.#taking.set(account, attempt);
    return attempt;
  }

  async #takeNow(account: string): Promise<boolean> {
    if (!this.#leases.holds(account) && !(await this.#leases.acquire(account))) {
      this.#elsewhereUntil.set(account, this.#clock.now() + renewEveryMs);
      return false;
    }
    this.#engine.settlement.take(account);
    await this.#load(account);
    return true;
  }

  /** Polls every generation of an account that its rows show. */
  async #load(account: string): Promise<void> {
    await this.#engine.accounts.load(account);
    let after: string | undefined;
    for (;;) {
      const page = await this.#engine.store.list({
        account,
        status: "in_progress",
        order: "asc",
        limit: rowsPerPage,
        after,
      });
      for (const record of page.records) if (isPolled(record)) this.#local.poll(record);
      after = page.records.at(-1)?.id;
      if (!page.hasMore || after === undefined) return;
    }
  }

  async #handOn(account: string, record: JobRecord): Promise<void> {
    const isElsewhere = (this.#elsewhereUntil.get(account) ?? 0) > this.#clock.now();
    if (!isElsewhere && (await this.#take(account))) {
      // The rows may have been read before this one was written.
      this.#local.poll(record);
      return;
    }
    this.#channel.emit(pollMessages, { account, jobId: record.id });
  }

  async #onMessage({ account, jobId }: PollMessage): Promise<void> {
    // A lease that is late to be renewed is not lost yet.
    if (!this.#leases.held().includes(account)) return;
    const record = await this.#engine.store.get(jobId);
    if (record !== undefined && isPolled(record)) this.#local.poll(record);
  }

  async #tick(): Promise<void> {
    for (const account of await this.#leases.renew()) this.drop(account);
    const toPoll = await this.#engine.store.accountsToPoll();
    const toSettle = await this.#engine.settlement.accounts();
    const accounts = new Set([...toPoll, ...toSettle.map(({ account }) => account)]);
    for (const account of await this.#leases.unheld([...accounts])) await this.#take(account);
    // Jobs end on every node; this one reads for those whose lease it holds.
    for (const { account, at } of toSettle) this.#engine.settlement.expect(account, at);
    this.#ticks++;
    if (this.#ticks % ticksPerReading !== 0) return;
    for (const account of this.#leases.held()) await this.#load(account);
  }

  #setTimer(): void {
    if (this.#isStopped) return;
    this.#timer = this.#clock.setTimer(() => {
      this.#ticking = this.#tick()
        .catch((error: unknown) => this.#logFailure(error))
        .finally(() => this.#setTimer());
    }, renewEveryMs);
  }

  #logFailure(error: unknown): void {
    if (!this.#isStopped)
      this.#engine.logger.warn({ error }, "Failed to arrange the polling of accounts");
  }
}

function isPolled(record: JobRecord): boolean {
  const step = stepOf(record);
  return step === "poll" || step === "settle";
}
