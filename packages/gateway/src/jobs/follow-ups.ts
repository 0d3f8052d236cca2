// Runs work that follows from a poll and must not hold up the next one: saving partial results, continuing a stalled
// series.

import type { Logger } from "@jimeng/sdk";

/** The follow-ups that run; those of one job run one after the other. */
export class FollowUps {
  readonly #logger: Logger;
  readonly #stopping: AbortSignal;
  readonly #last = new Map<string, Promise<void>>();

  /** After `stopping` no follow-up begins. */
  constructor(logger: Logger, stopping: AbortSignal) {
    this.#logger = logger;
    this.#stopping = stopping;
  }

  /** Runs work of a job after its other follow-ups. What fails is logged: the next poll shows the same again. */
  add(jobId: string, work: () => Promise<void>): void {
    const before = this.#last.get(jobId) ?? Promise.resolve();
    const running: Promise<void> = before
      .then(() => (this.#stopping.aborted ? undefined : work()))
      .catch((error: unknown) => {
        this.#logger.warn({ job: jobId, error }, "Failed to follow up on a poll result");
      })
      .finally(() => {
        if (this.#last.get(jobId) === running) this.#last.delete(jobId);
      });
    this.#last.set(jobId, running);
  }

  /** Returns true while a job has follow-ups that have not ended. */
  isBusy(jobId: string): boolean {
    return this.#last.has(jobId);
  }

  /** Waits for a job's follow-ups. */
  async finished(jobId: string): Promise<void> {
    await this.#last.get(jobId);
  }

  /** Waits for the follow-ups that run; call after the stop signal. */
  async stop(): Promise<void> {
    await Promise.all(this.#last.values());
  }
}
