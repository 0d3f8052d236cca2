// Runs tasks on several nodes: what is due goes through pg-boss, where one key is active at most once in the whole
// cluster. Tasks that are not due yet wait in memory: rows carry their times, and a sweep (sweep.ts) finds those
// of a dead node.

import type { Logger } from "@jimeng/sdk";

import type { Clock } from "../clock.ts";
import { Batch } from "./batch.ts";
import { heartbeatEveryMs, openBossQueue } from "./boss-queue.ts";
import type { BossQueue, Claim } from "./boss-queue.ts";
import { findHandler, retryAfterFaultMs, taskKey } from "./dispatcher.ts";
import type { Dispatcher, TaskHandlers, TaskKey } from "./dispatcher.ts";
import { createInProcessDispatcher } from "./in-process-dispatcher.ts";

/** The dispatcher over pg-boss. */
export interface BossDispatcher extends Dispatcher {
  /** Puts tasks into the queue unless they wait there or run already; they are not asked for again. */
  enqueue(tasks: TaskKey[]): Promise<void>;
  /** Claims tasks now, because another node said that there are some. */
  claimNow(): void;
  /** Returns true while nothing is on its way between this node and the queue; tasks may run (tests wait for it). */
  isQuiet(): boolean;
}

/** What the dispatcher works with. */
export interface BossDispatcherOptions {
  url: string;
  clock: Clock;
  logger: Logger;
  /** Called when more is queued than this node can take. */
  onOverflow?: () => void;
  /** How many tasks run here at one moment; default 128. */
  concurrency?: number;
}

const defaultConcurrency = 128;
const maxClaimsPerFetch = 50;
// Work that another node could not take, or that came back from a dead one, is found so.
const claimEveryMs = 500;
// A task that runs or waits elsewhere is queued again: what caused it may have happened after it read its row.
const requeueAfterMs = 250;

/** Connects to the queue and creates the dispatcher. */
export async function openBossDispatcher(options: BossDispatcherOptions): Promise<BossDispatcher> {
  return new ClaimingDispatcher(await openBossQueue(options), options);
}

class ClaimingDispatcher implements BossDispatcher {
  readonly #queue: BossQueue;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #concurrency: number;
  readonly #onOverflow: () => void;
  readonly #delayed: Dispatcher;
  readonly #running = new Map<TaskKey, Promise<void>>();
  readonly #claims = new Map<string, Claim>();
  /** The tasks that were scheduled while they ran here. */
  readonly #rerun = new Set<TaskKey>();
  readonly #requeueTimers = new Set<NodeJS.Timeout>();
  readonly #inserts: Batch<TaskKey>;
  readonly #completions: Batch<Claim>;
  #handlers: TaskHandlers | undefined;
  #claiming: Promise<void> | undefined;
  #claimAgain = false;
  #stopping: Promise<void> | undefined;
  #intervals: NodeJS.Timeout[] = [];

  constructor(queue: BossQueue, options: BossDispatcherOptions) {
    this.#queue = queue;
    this.#logger = options.logger;
    this.#clock = options.clock;
    this.#concurrency = options.concurrency ?? defaultConcurrency;
    this.#onOverflow = options.onOverflow ?? (() => undefined);
    this.#delayed = createInProcessDispatcher({ clock: options.clock, logger: options.logger });
    this.#inserts = new Batch(async (tasks) => {
      for (const task of await this.#insert(tasks)) this.#requeueLater(task);
    });
    this.#completions = new Batch((claims) => this.#queue.complete(claims));
  }

  schedule(task: TaskKey, at: number): void {
    this.#delayed.schedule(task, at);
  }

  scheduleHere(task: TaskKey): void {
    if (this.#handlers === undefined) this.schedule(task, this.#clock.now());
    // Without a claim in the queue: compare-and-set on the row decides between this run and another node's.
    else this.#run(task, this.#handlers, () => Promise.resolve());
  }

  async enqueue(tasks: TaskKey[]): Promise<void> {
    const idle = tasks.filter((task) => !this.#running.has(task));
    if (idle.length > 0) await this.#insert(idle);
  }

  start(handlers: TaskHandlers): void {
    this.#handlers = handlers;
    this.#intervals = [
      setInterval(() => this.claimNow(), claimEveryMs),
      setInterval(() => void this.#sendHeartbeats(), heartbeatEveryMs),
    ];
    const queueWhenDue = (kind: string) => (id: string) => {
      this.#request(taskKey(kind, id));
      return Promise.resolve();
    };
    const kinds = Object.keys(handlers);
    this.#delayed.start(Object.fromEntries(kinds.map((kind) => [kind, queueWhenDue(kind)])));
    this.claimNow();
  }

  claimNow(): void {
    if (this.#handlers === undefined) return;
    if (this.#claiming !== undefined) {
      this.#claimAgain = true;
      return;
    }
    this.#claiming = this.#claimAll().finally(() => (this.#claiming = undefined));
  }

  isQuiet(): boolean {
    return (
      this.#claiming === undefined &&
      this.#requeueTimers.size === 0 &&
      this.#inserts.isEmpty() &&
      this.#completions.isEmpty()
    );
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    this.#handlers = undefined;
    await this.#delayed.stop();
    for (const interval of this.#intervals) clearInterval(interval);
    for (const timer of this.#requeueTimers) clearTimeout(timer);
    this.#requeueTimers.clear();
    await this.#claiming;
    const heartbeats = setInterval(() => void this.#sendHeartbeats(), heartbeatEveryMs);
    await Promise.all(this.#running.values());
    clearInterval(heartbeats);
    await this.#inserts.flush();
    await this.#completions.flush();
    await this.#queue.close();
  }

  #request(task: TaskKey): void {
    if (this.#running.has(task)) this.#rerun.add(task);
    else void this.#inserts.add(task);
  }

  async #insert(tasks: TaskKey[]): Promise<TaskKey[]> {
    const notAdded = await this.#queue.insert(tasks);
    this.claimNow();
    if (this.#running.size >= this.#concurrency / 2) this.#onOverflow();
    return notAdded;
  }

  #requeueLater(task: TaskKey): void {
    if (this.#handlers === undefined) return;
    const timer = setTimeout(() => {
      this.#requeueTimers.delete(timer);
      this.#request(task);
    }, requeueAfterMs);
    this.#requeueTimers.add(timer);
  }

  async #claimAll(): Promise<void> {
    do {
      this.#claimAgain = false;
      const room = Math.min(maxClaimsPerFetch, this.#concurrency - this.#running.size);
      if (room <= 0 || this.#handlers === undefined) return;
      const claims = await this.#queue.claim(room);
      for (const claim of claims) this.#take(claim);
      if (claims.length === room) this.#claimAgain = true;
    } while (this.#claimAgain);
  }

  #take(claim: Claim): void {
    // A node that stops does not touch it: the heartbeat runs out and another node takes it.
    if (this.#handlers === undefined) return;
    this.#claims.set(claim.id, claim);
    this.#run(claim.data.task, this.#handlers, async () => {
      await this.#completions.add(claim);
      this.#claims.delete(claim.id);
    });
  }

  #run(task: TaskKey, handlers: TaskHandlers, finish: () => Promise<void>): void {
    // A claim that this node lost while it was frozen may come back to it before the first run has ended.
    const before = this.#running.get(task) ?? Promise.resolve();
    const running: Promise<void> = before
      .then(() => this.#handle(task, handlers))
      .then(finish)
      .finally(() => {
        if (this.#running.get(task) !== running) return;
        this.#running.delete(task);
        if (this.#rerun.delete(task)) this.#request(task);
        // Only a node that had no room has left work lying.
        if (this.#running.size === this.#concurrency - 1) this.claimNow();
      });
    this.#running.set(task, running);
  }

  async #handle(task: TaskKey, handlers: TaskHandlers): Promise<void> {
    const handle = findHandler(handlers, task);
    if (handle === undefined) {
      // A newer node's task, say: its owner's sweep queues it again.
      this.#logger.error({ task }, "No handler for this kind of task");
      return;
    }
    try {
      await handle();
    } catch (error) {
      this.#logger.error({ task, error }, "Task failed, will retry");
      this.schedule(task, this.#clock.now() + retryAfterFaultMs);
    }
  }

  async #sendHeartbeats(): Promise<void> {
    const claims = [...this.#claims.values()];
    if (claims.length > 0) await this.#queue.heartbeat(claims);
  }
}
