// What the steps share: the parts they work with, and the one way to change a row and tell about it.

import { toErrorRecord } from "@jimeng/sdk";
import type { GenerationOutput, Logger } from "@jimeng/sdk";

import type { Accounts } from "../accounts/registry.ts";
import { Allowances } from "./capacity/concurrency-limits.ts";
import type { Assets } from "../storage/assets.ts";
import { steadyWaitMs } from "./backoff.ts";
import type { Clock } from "../clock.ts";
import type { Dispatcher } from "../tasks/dispatcher.ts";
import type { ExpectedError } from "../errors.ts";
import { JobEvents, inLandingOrder } from "./events.ts";
import type { JobEventName } from "../api/jobs.ts";
import type { UploadHandle } from "../references/file-store.ts";
import { noPoint } from "./failpoints.ts";
import type { OnJobPoint } from "./failpoints.ts";
import { progressAt } from "./progress.ts";
import { toAsset, toJob } from "./record.ts";
import type { JobRecord, StoredAsset } from "./record.ts";
import { concurrencyBackoff } from "./settings.ts";
import type { JobSettings } from "./settings.ts";
import { Slots } from "./capacity/start-slots.ts";
import type { JobStore } from "./store.ts";
import type { ReferenceFiles } from "./steps/upload.ts";

/** The parts an engine is put together from. */
export interface EngineParts {
  store: JobStore;
  accounts: Accounts;
  assets: Assets;
  files: ReferenceFiles;
  clock: Clock;
  logger: Logger;
  settings: JobSettings;
  dispatcher: Dispatcher;
  random: () => number;
  /** Tells the other nodes what happened to a job; absent where there is only this one. */
  announce?: (record: JobRecord, name: JobEventName, images: StoredAsset[]) => void;
  /** Hears of the moments between two durable facts; default nobody. */
  onPoint?: OnJobPoint;
}

const advancePrefix = "advance:";

/** Gives the key of the task that advances a job. */
export function taskOf(jobId: string): string {
  return `${advancePrefix}${jobId}`;
}

/** Reads the job's id out of a task's key. */
export function jobOf(task: string): string {
  return task.slice(advancePrefix.length);
}

/** Shared by all steps of all jobs in this process. */
export class Engine {
  readonly store: JobStore;
  readonly accounts: Accounts;
  readonly assets: Assets;
  readonly files: ReferenceFiles;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: JobSettings;
  readonly random: () => number;
  readonly onPoint: OnJobPoint;
  readonly events = new JobEvents();
  readonly slots: Slots;
  readonly allowances: Allowances;
  /** Holds results that landed while their siblings are still being made, until the next step saves them. */
  readonly partials = new Map<string, GenerationOutput[]>();
  /** Holds how many pictures of a series there are that stands still, until the next step continues it. */
  readonly standstills = new Map<string, number>();
  /** Holds since when the last look is wanted of jobs past their deadline, in Unix milliseconds. */
  readonly overdueSince = new Map<string, number>();
  /** Holds the uploads that run, by account and SHA-256, so that jobs with one file share one upload. */
  readonly uploading = new Map<string, Promise<UploadHandle>>();
  /** Fires when the engine stops: reads and downloads are dropped, paid posts are finished. */
  readonly stopping = new AbortController();
  readonly #dispatcher: Dispatcher;
  readonly #announce: EngineParts["announce"];

  constructor(parts: EngineParts) {
    this.store = parts.store;
    this.accounts = parts.accounts;
    this.assets = parts.assets;
    this.files = parts.files;
    this.clock = parts.clock;
    this.logger = parts.logger;
    this.settings = parts.settings;
    this.random = parts.random;
    this.onPoint = parts.onPoint ?? noPoint;
    this.#dispatcher = parts.dispatcher;
    this.#announce = parts.announce;
    // A turn is kept in this process: the step that takes it must run here, too.
    const wakeHere = (id: string): void => this.#dispatcher.scheduleHere(taskOf(id));
    this.slots = new Slots(parts.settings.concurrentStarts, wakeHere);
    this.allowances = new Allowances({
      running: (account, model, exceptId) => this.store.running(account, model, exceptId),
      wake: wakeHere,
      now: () => this.clock.now(),
      pauseMs: (refusals) => steadyWaitMs(refusals, concurrencyBackoff, this.random),
    });
  }

  /** Tells whether a job waits here for its turn to start. */
  isWaiting(jobId: string): boolean {
    return this.slots.isWaiting(jobId) || this.allowances.isWaiting(jobId);
  }

  /** Drops a job that will not start any more from those who wait for their turn. */
  forget(jobId: string): void {
    this.slots.forget(jobId);
    this.allowances.forget(jobId);
  }

  /** Asks for the job's next step at a Unix-millisecond time. */
  wake(jobId: string, at: number): void {
    this.#dispatcher.schedule(taskOf(jobId), at);
  }

  /** Asks for the step that a watched job's deadline brings; past it, that step knows when to come again. */
  wakeAtDeadline({ id, deadlineAt }: JobRecord): void {
    if (!this.overdueSince.has(id)) this.wake(id, deadlineAt);
  }

  /** Changes a row by compare-and-set and tells the listeners; undefined when somebody else was first. */
  async change(
    record: JobRecord,
    changes: Partial<JobRecord>,
    event?: JobEventName,
    assets: StoredAsset[] = [],
  ): Promise<JobRecord | undefined> {
    const next = await this.store.update(record, changes, this.clock.now(), assets);
    if (next === undefined) return undefined;
    // A refused start goes back into the queue: that is no place that became free.
    if (record.account !== null && mayRun(record) && !mayRun(next) && next.status !== "queued") {
      this.allowances.ended(record.account, record.request.model, next.outputs !== null);
    }
    if (event !== undefined) await this.tell(next, event);
    return next;
  }

  /** Changes a row as `change` does, also when nothing happened to it meanwhile but a wish to cancel. */
  async changeDespiteCancel(
    record: JobRecord,
    changes: Partial<JobRecord>,
    event?: JobEventName,
  ): Promise<JobRecord | undefined> {
    const next = await this.change(record, changes, event);
    if (next !== undefined) return next;
    const latest = await this.store.get(record.id);
    const isOnlyCancel =
      latest?.version === record.version + 1 && latest.cancelRequested && !record.cancelRequested;
    return isOnlyCancel ? this.change(latest, changes, event) : undefined;
  }

  /** Ends a job as failed, keeping whatever handle to the generation it has. */
  fail(
    record: JobRecord,
    error: ExpectedError,
    changes: Partial<JobRecord> = {},
  ): Promise<JobRecord | undefined> {
    const now = this.clock.now();
    this.logger.info(
      {
        job: record.id,
        account: record.account,
        code: error.code,
        upstream: error.detail.upstream,
      },
      "A job failed.",
    );
    const ended: Partial<JobRecord> = {
      status: "failed",
      progress: progressAt(record, now),
      error: toErrorRecord(error),
      queue: null,
      runAt: null,
      completedAt: now,
      ...changes,
    };
    return this.changeDespiteCancel(record, ended, "job.failed");
  }

  /** Tells the listeners of a job, here and on other nodes, what happened; `images` get an event each, before it. */
  async tell(record: JobRecord, name: JobEventName, images: StoredAsset[] = []): Promise<void> {
    this.#announce?.(record, name, images);
    await this.tellHere(record, name, images);
  }

  /** Tells the listeners on this node, if there are any. */
  async tellHere(record: JobRecord, name: JobEventName, images: StoredAsset[] = []): Promise<void> {
    if (!this.events.hasListeners(record.id)) return;
    const assets = (await this.store.assetsOf([record.id])).get(record.id) ?? [];
    const job = toJob(record, assets, this.clock.now());
    for (const image of inLandingOrder(images))
      this.events.emit({ name: "job.image", job, asset: toAsset(image) });
    this.events.emit({ name, job });
  }
}

/** Tells whether the upstream may be working on a job. */
function mayRun(record: JobRecord): boolean {
  return record.status === "in_progress" && record.submitId !== null && record.outputs === null;
}
