// When a task runs, on several nodes: what is due goes through pg-boss, where one key is active at most once in the
// whole cluster. Delays wait in memory here: rows carry their times, and the sweep (sweep.ts) finds what a dead node
// would have done.

import type { Logger } from "@jimeng/sdk";
import { PgBoss } from "pg-boss";
import type { Job } from "pg-boss";
import { v7 as uuidV7 } from "uuid";

import type { Clock } from "../clock.ts";
import { createInProcessDispatcher } from "./dispatcher.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { Batch } from "./batch.ts";

/** The dispatcher over pg-boss. */
export interface BossDispatcher extends Dispatcher {
  /** Puts tasks into the queue unless they are there or run already; nothing is repeated for them. */
  offer(tasks: string[]): Promise<void>;
  /** Looks for work now, because another node said that there is some. */
  poke(): void;
  /** Tells whether nothing is on its way between this node and the queue; steps may run (tests wait for it). */
  isQuiet(): boolean;
}

/** What the dispatcher works with. */
export interface BossDispatcherOptions {
  url: string;
  clock: Clock;
  logger: Logger;
  /** Called when there is more queued than this node can take. */
  onOverflow?: () => void;
  /** How many tasks run here at one moment; default 128. */
  concurrency?: number;
}

interface Task {
  task: string;
}

type Claim = Job<Task>;

const queueName = "steps";
const schemaName = "pgboss";
const defaultConcurrency = 128;
const largestFetch = 50;
// Two statements at once are plenty; the queue shares the server's connections with everybody's pools.
const queueConnections = 4;
// Is pg-boss's shortest: a node that died is noticed after it, at the next supervision.
const heartbeatSeconds = 10;
const heartbeatEveryMs = 3000;
const superviseSeconds = 2;
// Is longer than any step: the largest download has an hour.
const longestStepSeconds = 3600;
// Work that another node could not take, or that came back from a dead one, is found so.
const pollEveryMs = 500;
// A task that runs or waits elsewhere is asked for again: what woke it may have happened after it read its row.
const askAgainMs = 250;
// Finished entries serve nobody but people who look into the table.
const keepFinishedSeconds = 60;
const keepQueuedSeconds = 7 * 86_400;
const afterFaultMs = 5000;
// Dead nodes use up attempts; the row decides when a job is given up, never the queue.
const attempts = 10_000;

/** Connects pg-boss, making its tables when they are missing, and gives the dispatcher. */
export async function openBossDispatcher(options: BossDispatcherOptions): Promise<BossDispatcher> {
  const boss = await startBoss(options);
  return new QueueRunner(boss, options);
}

async function startBoss({ url, logger }: BossDispatcherOptions): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: url,
    application_name: "jimeng-queue",
    schema: schemaName,
    max: queueConnections,
    // The rows are the truth: the sweep brings back what a crash of the database server takes from the queue.
    options: "-c synchronous_commit=off",
    schedule: false,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
    maintenanceIntervalSeconds: keepFinishedSeconds,
    monitorVacuum: false,
  });
  boss.on("error", (error: Error) => logger.warn({ error: error.message }, "The queue stumbled."));
  await boss.start();
  await boss.createQueue(queueName, {
    policy: "exclusive",
    heartbeatSeconds,
    expireInSeconds: longestStepSeconds,
    retryLimit: attempts,
    deleteAfterSeconds: keepFinishedSeconds,
    retentionSeconds: keepQueuedSeconds,
  });
  return boss;
}

class QueueRunner implements BossDispatcher {
  readonly #boss: PgBoss;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #concurrency: number;
  readonly #onOverflow: () => void;
  readonly #delays: Dispatcher;
  readonly #running = new Map<string, Promise<void>>();
  readonly #claims = new Map<string, Claim>();
  /** Holds tasks that were wanted while they ran here. */
  readonly #again = new Set<string>();
  readonly #asking = new Set<NodeJS.Timeout>();
  readonly #enqueue: Batch<string>;
  readonly #finish: Batch<Claim>;
  #handler: ((task: string) => Promise<void>) | undefined;
  #fetching: Promise<void> | undefined;
  #fetchAgain = false;
  #stopping: Promise<void> | undefined;
  #timers: NodeJS.Timeout[] = [];

  constructor(boss: PgBoss, options: BossDispatcherOptions) {
    this.#boss = boss;
    this.#logger = options.logger;
    this.#clock = options.clock;
    this.#concurrency = options.concurrency ?? defaultConcurrency;
    this.#onOverflow = options.onOverflow ?? (() => undefined);
    this.#delays = createInProcessDispatcher({ clock: options.clock, logger: options.logger });
    this.#enqueue = new Batch((tasks) => this.#insert(tasks, true));
    this.#finish = new Batch((claims) => this.#complete(claims));
  }

  schedule(task: string, at: number): void {
    this.#delays.schedule(task, at);
  }

  scheduleHere(task: string): void {
    const handle = this.#handler;
    if (handle === undefined) this.schedule(task, this.#clock.now());
    // Without a claim in the queue: compare-and-set on the row decides between this run and another node's.
    else this.#track(task, handle, () => Promise.resolve());
  }

  async offer(tasks: string[]): Promise<void> {
    const idle = tasks.filter((task) => !this.#running.has(task));
    if (idle.length > 0) await this.#insert(idle, false);
  }

  start(handler: (task: string) => Promise<void>): void {
    this.#handler = handler;
    this.#timers = [
      setInterval(() => this.poke(), pollEveryMs),
      setInterval(() => void this.#beat(), heartbeatEveryMs),
    ];
    this.#delays.start((task) => {
      this.#want(task);
      return Promise.resolve();
    });
    this.poke();
  }

  poke(): void {
    if (this.#handler === undefined) return;
    if (this.#fetching !== undefined) {
      this.#fetchAgain = true;
      return;
    }
    this.#fetching = this.#fetch().finally(() => (this.#fetching = undefined));
  }

  isQuiet(): boolean {
    return (
      this.#fetching === undefined &&
      this.#asking.size === 0 &&
      this.#enqueue.isEmpty() &&
      this.#finish.isEmpty()
    );
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    this.#handler = undefined;
    await this.#delays.stop();
    for (const timer of this.#timers) clearInterval(timer);
    for (const timer of this.#asking) clearTimeout(timer);
    this.#asking.clear();
    await this.#fetching;
    // The heart beats on while steps are in hand.
    const heart = setInterval(() => void this.#beat(), heartbeatEveryMs);
    await Promise.all(this.#running.values());
    clearInterval(heart);
    await this.#enqueue.flush();
    await this.#finish.flush();
    await this.#boss.stop({ graceful: false });
  }

  #want(task: string): void {
    if (this.#running.has(task)) this.#again.add(task);
    else void this.#enqueue.add(task);
  }

  async #insert(tasks: string[], mustRun: boolean): Promise<void> {
    const entries = new Map([...new Set(tasks)].map((task) => [uuidV7(), task]));
    try {
      const stored = await this.#boss.insert(
        queueName,
        [...entries].map(([id, task]) => ({ id, singletonKey: task, data: { task } })),
        { returnId: true },
      );
      for (const id of stored ?? []) entries.delete(id);
    } catch (error) {
      this.#logger.warn(
        { error: error instanceof Error ? error.message : undefined },
        "Work could not be queued; it will be tried again.",
      );
    }
    if (mustRun) for (const task of entries.values()) this.#askLater(task);
    this.poke();
    if (this.#running.size >= this.#concurrency / 2) this.#onOverflow();
  }

  #askLater(task: string): void {
    if (this.#handler === undefined) return;
    const timer = setTimeout(() => {
      this.#asking.delete(timer);
      this.#want(task);
    }, askAgainMs);
    this.#asking.add(timer);
  }

  async #fetch(): Promise<void> {
    do {
      this.#fetchAgain = false;
      const room = Math.min(largestFetch, this.#concurrency - this.#running.size);
      if (room <= 0 || this.#handler === undefined) return;
      try {
        const claims = await this.#boss.fetch<Task>(queueName, { batchSize: room });
        // An update gives its rows in no order; ids are in the order of the wishes.
        claims.sort((one, other) => (one.id < other.id ? -1 : 1));
        for (const claim of claims) this.#run(claim);
        if (claims.length === room) this.#fetchAgain = true;
      } catch (error) {
        this.#logger.warn(
          { error: error instanceof Error ? error.message : undefined },
          "The queue could not be read.",
        );
        return;
      }
    } while (this.#fetchAgain);
  }

  #run(claim: Claim): void {
    const { task } = claim.data;
    const handle = this.#handler;
    // A node that stops does not touch it: the heartbeat runs out and another node takes it.
    if (handle === undefined) return;
    this.#claims.set(claim.id, claim);
    this.#track(task, handle, async () => {
      await this.#finish.add(claim);
      this.#claims.delete(claim.id);
    });
  }

  #track(task: string, handle: (task: string) => Promise<void>, finish: () => Promise<void>): void {
    // A claim that this node lost while it was frozen may come back to it before the first run has ended.
    const before = this.#running.get(task) ?? Promise.resolve();
    const running: Promise<void> = before
      .then(() => handle(task))
      .catch((cause: unknown) => {
        this.#logger.error(
          { task, error: cause },
          "A step failed on our side; it will be tried again.",
        );
        this.schedule(task, this.#clock.now() + afterFaultMs);
      })
      .then(finish)
      .finally(() => {
        if (this.#running.get(task) !== running) return;
        this.#running.delete(task);
        if (this.#again.delete(task)) this.#want(task);
        // Only a node that had no room has left work lying.
        if (this.#running.size === this.#concurrency - 1) this.poke();
      });
    this.#running.set(task, running);
  }

  async #complete(claims: Claim[]): Promise<void> {
    try {
      await this.#boss.complete(queueName, claims);
    } catch (error) {
      // Their heartbeats run out and the steps run once more, which the rows make harmless.
      this.#logger.warn(
        { error: error instanceof Error ? error.message : undefined },
        "Finished work could not be taken from the queue.",
      );
    }
  }

  async #beat(): Promise<void> {
    const claims = [...this.#claims.values()];
    if (claims.length === 0) return;
    try {
      await this.#boss.touch(queueName, claims);
    } catch (error) {
      this.#logger.warn(
        { error: error instanceof Error ? error.message : undefined },
        "The queue could not be told that work goes on.",
      );
    }
  }
}
