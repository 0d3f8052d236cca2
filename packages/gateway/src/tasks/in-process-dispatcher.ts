// Runs tasks in a single process. They wait in memory: rows carry their times and are scheduled again at every start.

import type { Logger } from "@jimeng/sdk";

import type { Clock, Timer } from "../clock.ts";
import { findHandler, retryAfterFaultMs } from "./dispatcher.ts";
import type { Dispatcher, TaskHandlers, TaskKey } from "./dispatcher.ts";
import { DueQueue } from "./due-queue.ts";

/** What the dispatcher works with. */
export interface InProcessDispatcherOptions {
  clock: Clock;
  logger: Logger;
  /** How many tasks run at one moment; default 256. */
  concurrency?: number;
}

// Only tasks that run count, not those that wait; each is a short promise.
const defaultConcurrency = 256;

/** Creates the dispatcher. */
export function createInProcessDispatcher(options: InProcessDispatcherOptions): Dispatcher {
  return new InProcessDispatcher(options);
}

class InProcessDispatcher implements Dispatcher {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #concurrency: number;
  readonly #queue = new DueQueue<TaskKey>();
  /** The time at which each waiting task is due. */
  readonly #dueAt = new Map<TaskKey, number>();
  readonly #running = new Map<TaskKey, Promise<void>>();
  #handlers: TaskHandlers | undefined;
  #timer: Timer | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor({ clock, logger, concurrency = defaultConcurrency }: InProcessDispatcherOptions) {
    this.#clock = clock;
    this.#logger = logger;
    this.#concurrency = concurrency;
  }

  schedule(task: TaskKey, at: number): void {
    const known = this.#dueAt.get(task);
    if (known !== undefined && known <= at) return;
    this.#dueAt.set(task, at);
    this.#queue.push(task, at);
    this.#setTimer();
  }

  scheduleHere(task: TaskKey): void {
    this.schedule(task, this.#clock.now());
  }

  start(handlers: TaskHandlers): void {
    this.#handlers = handlers;
    this.#setTimer();
  }

  async stop(): Promise<void> {
    this.#handlers = undefined;
    this.#timer?.cancel();
    this.#clearTimer();
    await Promise.all(this.#running.values());
  }

  #clearTimer(): void {
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #setTimer(): void {
    const next = this.#queue.peek();
    if (this.#handlers === undefined || next === undefined) return;
    if (this.#running.size >= this.#concurrency) return;
    if (this.#timer !== undefined && this.#timerAt <= next.at) return;
    this.#timer?.cancel();
    this.#timerAt = next.at;
    const delayMs = Math.max(0, next.at - this.#clock.now());
    this.#timer = this.#clock.setTimer(() => this.#runDue(), delayMs);
  }

  #runDue(): void {
    this.#clearTimer();
    if (this.#handlers === undefined) return;
    const now = this.#clock.now();
    while (this.#running.size < this.#concurrency) {
      const next = this.#queue.peek();
      if (next === undefined || next.at > now) break;
      this.#queue.pop();
      const { task, at } = next;
      // An entry is stale when its task was due earlier and has run. While its task runs it is dropped: the end of
      // the run schedules it again.
      if (this.#dueAt.get(task) !== at || this.#running.has(task)) continue;
      this.#dueAt.delete(task);
      this.#run(task, this.#handlers);
    }
    this.#setTimer();
  }

  #run(task: TaskKey, handlers: TaskHandlers): void {
    const handle = findHandler(handlers, task);
    if (handle === undefined) {
      this.#logger.error({ task }, "No handler for this kind of task");
      return;
    }
    const running = handle()
      .catch((error: unknown) => {
        this.#logger.error({ task, error }, "Task failed, will retry");
        this.schedule(task, this.#clock.now() + retryAfterFaultMs);
      })
      .finally(() => {
        this.#running.delete(task);
        const nextAt = this.#dueAt.get(task);
        if (nextAt !== undefined) this.#queue.push(task, nextAt);
        this.#setTimer();
      });
    this.#running.set(task, running);
  }
}
