// Keeps jobs from starting while the disk has no room, and remembers which jobs wait because of it.

import { JimengError } from "@jimeng/sdk";
import type { Logger } from "@jimeng/sdk";

import type { Clock, Timer } from "../../clock.ts";
import type { Disk } from "../../storage/disk.ts";
import { toDiskProblem } from "../../storage/disk-problem.ts";
import type { DiskProblem } from "../../storage/disk-problem.ts";

/** What the waits work with. */
export interface DiskWaitsOptions {
  disk: Disk;
  clock: Clock;
  logger: Logger;
  /** Schedules a job's next step for now. */
  wake: (jobId: string) => void;
  /** Called when a job begins to wait, or waits for another reason. */
  onWait: (jobId: string) => void;
}

const measureAgainMs = 5000;

/** The jobs that wait for the disk in this process. What they wait for is read off their rows when they go on. */
export class DiskWaits {
  readonly #options: DiskWaitsOptions;
  readonly #problems = new Map<string, DiskProblem>();
  /** The jobs that are woken when there is room to start again. */
  readonly #toStart = new Set<string>();
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(options: DiskWaitsOptions) {
    this.#options = options;
  }

  /** Returns why a job waits; undefined when it does not wait for the disk. */
  problemOf(jobId: string): DiskProblem | undefined {
    return this.#problems.get(jobId);
  }

  /** Returns true while a job waits until it may start. */
  isHeld(jobId: string): boolean {
    return this.#toStart.has(jobId);
  }

  /** Returns true when there is no room for a start; the job is then woken as soon as there is. */
  async holdsStart(jobId: string): Promise<boolean> {
    const problem = await this.#options.disk.problem();
    if (problem === undefined) return false;
    // The watch of the disk logs its state: thousands of jobs that wait need no line each.
    this.#note(jobId, problem);
    this.#toStart.add(jobId);
    this.#setTimer();
    return true;
  }

  /** Notes a step that the disk stopped, and logs it once; false when another reason stopped it. */
  failed(jobId: string, error: unknown): boolean {
    const problem = toDiskProblem(error);
    if (problem === undefined) return false;
    // What the watch itself refused must not keep its own refusal alive.
    if (!JimengError.isInstance(error)) this.#options.disk.noteFailure(problem);
    if (this.#note(jobId, problem)) {
      const { reason, message } = problem;
      this.#options.logger.warn(
        { job: jobId, reason, message },
        "The disk keeps a job from going on, will retry until it can be written",
      );
    }
    return true;
  }

  /** Notes that a job does not wait for the disk any more. */
  end(jobId: string): void {
    this.#problems.delete(jobId);
    this.#toStart.delete(jobId);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  /** Returns true where the job did not wait for this reason before. */
  #note(jobId: string, problem: DiskProblem): boolean {
    const before = this.#problems.get(jobId);
    this.#problems.set(jobId, problem);
    if (before?.reason === problem.reason) return false;
    this.#options.onWait(jobId);
    return true;
  }

  #setTimer(): void {
    if (this.#timer !== undefined || this.#isStopped) return;
    this.#timer = this.#options.clock.setTimer(() => {
      this.#timer = undefined;
      void this.#wakeWhenThereIsRoom();
    }, measureAgainMs);
  }

  async #wakeWhenThereIsRoom(): Promise<void> {
    if (this.#toStart.size === 0) return;
    if ((await this.#options.disk.problem()) !== undefined) {
      this.#setTimer();
      return;
    }
    // In the order in which they began to wait.
    for (const jobId of [...this.#toStart]) {
      this.end(jobId);
      this.#options.wake(jobId);
    }
  }
}
