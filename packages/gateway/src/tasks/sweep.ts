// Finds tasks whose time has passed and that nobody runs, because their node died or the queue lost them, and queues
// them.

import type { Logger } from "@jimeng/sdk";

import type { Clock, Timer } from "../clock.ts";
import type { TaskKey } from "./dispatcher.ts";
import { taskKey } from "./dispatcher.ts";
import type { TaskKinds } from "./tasks.ts";

/** What a sweep works with. */
export interface SweeperOptions {
  clock: Clock;
  logger: Logger;
  /** Puts tasks into the queue, which refuses those that wait there or run already. */
  enqueue: (tasks: TaskKey[]) => Promise<void>;
  /** The time between two sweeps, in milliseconds; default 5000. */
  sweepEveryMs?: number;
}

const defaultSweepEveryMs = 5000;
// The node that wrote a row's time runs the task by itself; only a task that is late by this much is anybody's.
const standardLateMs = 5000;
// The oldest come first; what is left over is as late at the next sweep.
const tasksPerSweep = 200;
// A thorough sweep comes about once a minute.
const sweepsPerThorough = 12;

/** Sweeps every few seconds, one sweep at a time. */
export class Sweeper {
  readonly #options: SweeperOptions;
  #kinds: TaskKinds = {};
  #timer: Timer | undefined;
  #sweeping: Promise<void> | undefined;
  #sweeps = 0;
  #isStopped = false;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  /** Sweeps once for everything that is due, since the last node may have stopped just now; then regularly. */
  async start(kinds: TaskKinds): Promise<void> {
    this.#kinds = kinds;
    await this.#sweep(0);
    this.#setTimer();
  }

  /** Sweeps no more and waits for the sweep that runs. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#sweeping;
  }

  isSweeping(): boolean {
    return this.#sweeping !== undefined;
  }

  #setTimer(): void {
    if (this.#isStopped) return;
    const { clock, sweepEveryMs = defaultSweepEveryMs } = this.#options;
    this.#timer = clock.setTimer(() => {
      this.#sweeping = this.#sweep(standardLateMs).finally(() => {
        this.#sweeping = undefined;
        this.#setTimer();
      });
    }, sweepEveryMs);
  }

  async #sweep(lateMs: number): Promise<void> {
    const { logger, enqueue } = this.#options;
    this.#sweeps++;
    const isThorough = this.#sweeps % sweepsPerThorough === 0;
    for (const [kind, { overdue }] of Object.entries(this.#kinds)) {
      try {
        const ids = await overdue({ lateMs, limit: tasksPerSweep, isThorough });
        if (ids.length > 0) await enqueue(ids.map((id) => taskKey(kind, id)));
      } catch (error) {
        if (!this.#isStopped) logger.warn({ kind, error }, "Failed to look for overdue tasks");
      }
    }
  }
}
