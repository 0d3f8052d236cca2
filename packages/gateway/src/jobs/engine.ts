// Holds what the steps share: the parts they work with, and the one way to change a row and report the change.

import { toErrorRecord } from "@jimeng/sdk";
import type { Logger } from "@jimeng/sdk";

import type { Accounts } from "../accounts/accounts.ts";
import type { StartRate } from "../keys/request-rate.ts";
import type { PermittedAccounts } from "../accounts/selection.ts";
import type { Clock } from "../clock.ts";
import type { ExpectedError } from "../errors.ts";
import type { UploadHandle } from "../references/upload-store.ts";
import type { ReferenceFiles } from "../references/reference-files.ts";
import type { Assets } from "../storage/assets.ts";
import type { Disk } from "../storage/disk.ts";
import { noObserver } from "../observer.ts";
import type { Observer } from "../observer.ts";
import { taskKey } from "../tasks/dispatcher.ts";
import type { Dispatcher, TaskKey } from "../tasks/dispatcher.ts";
import { steadyWaitMs } from "./backoff.ts";
import { ConcurrencyLimits } from "./capacity/concurrency-limits.ts";
import { DiskWaits } from "./capacity/disk-waits.ts";
import { StartSlots } from "./capacity/start-slots.ts";
import { JobEvents, inLandingOrder, stateEvent } from "./events.ts";
import { ignoreFailpoints } from "./failpoints.ts";
import type { OnFailpoint } from "./failpoints.ts";
import { FollowUps } from "./follow-ups.ts";
import type { JobEventName } from "../api/job-words.ts";
import { observeChange } from "./observing/changes.ts";
import { Preflights } from "./preflights.ts";
import { progressAt } from "./progress.ts";
import { toAsset, toJob } from "./record.ts";
import type { JobRecord, StoredAsset } from "./record.ts";
import { concurrencyBackoff, settlementTimes } from "./settings.ts";
import type { JobSettings } from "./settings.ts";
import { releaseOf, settlementOfChange } from "./settlement/schedule.ts";
import type { SettlementTimes } from "./settlement/schedule.ts";
import { Settlement } from "./settlement/settlement.ts";
import type { SettlementParts } from "./settlement/settlement.ts";
import type { JobStore } from "./store.ts";

// Its creation and its two other ends are logged where more is known of them.
const linesOfEvents: Readonly<Partial<Record<JobEventName, string>>> = {
  "job.queued": "Job queued again",
  "job.started": "Job started",
  "job.cancelled": "Job cancelled",
};

/** Sends what happened to a job to the other nodes. */
export type EmitToNodes = (
  record: JobRecord,
  name: JobEventName,
  images: readonly StoredAsset[],
) => void;

/** The parts of an engine. */
export interface EngineParts {
  store: JobStore;
  accounts: Accounts;
  assets: Assets;
  files: ReferenceFiles;
  disk: Disk;
  /** Returns the accounts that may run the jobs of a key; null for all of them. */
  permittedAccounts: (keyId: string | null) => Promise<PermittedAccounts>;
  /** Spreads the paid starts of each account. */
  startRate: StartRate;
  clock: Clock;
  logger: Logger;
  settings: JobSettings;
  tasks: Pick<Dispatcher, "schedule" | "scheduleHere">;
  /** The rows that settlement works with, and how the accounts are shared. */
  settlement: Pick<SettlementParts, "jobs" | "slots" | "ownsAll">;
  random: () => number;
  /** Absent where there is only this node. */
  emitToNodes?: EmitToNodes;
  observer?: Observer;
  /** Told that the event log has news of jobs; the database's triggers append them. */
  hintEvents?: () => void;
  /** Called at each failpoint; by default nothing happens there. */
  onFailpoint?: OnFailpoint;
}

/** Hands a job whose start was sent to its account's poller. */
export type Poll = (record: JobRecord) => void;

/** The kind of task that advances a job by one step. */
export const advanceKind = "advance";

function taskOf(jobId: string): TaskKey {
  return taskKey(advanceKind, jobId);
}

/** Shared by all steps of all jobs in this process. */
export class Engine {
  readonly store: JobStore;
  readonly accounts: Accounts;
  readonly assets: Assets;
  readonly files: ReferenceFiles;
  readonly disk: Disk;
  readonly permittedAccounts: EngineParts["permittedAccounts"];
  readonly startRate: StartRate;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: JobSettings;
  readonly random: () => number;
  readonly onFailpoint: OnFailpoint;
  readonly events = new JobEvents();
  readonly startSlots: StartSlots;
  readonly concurrencyLimits: ConcurrencyLimits;
  readonly diskWaits: DiskWaits;
  /** The uploads that run, by account and SHA-256, so that jobs with one file share one upload. */
  readonly uploading = new Map<string, Promise<UploadHandle>>();
  /** The checks of references that were made before starts. */
  readonly preflights = new Preflights();
  /** Fires when the engine stops: reads and downloads are dropped, paid posts are finished. */
  readonly stopping = new AbortController();
  /** The work that follows from polls of this node's pollers. */
  readonly followUps: FollowUps;
  /** Reads what jobs cost. */
  readonly settlement: Settlement;
  readonly observer: Observer;
  readonly #times: SettlementTimes;
  readonly #tasks: EngineParts["tasks"];
  readonly #emitToNodes: EngineParts["emitToNodes"];

  /** Tells readers of the event log that there is news of jobs. */
  readonly hintEvents: () => void;

  constructor(parts: EngineParts) {
    this.observer = parts.observer ?? noObserver;
    this.hintEvents = parts.hintEvents ?? (() => undefined);
    this.store = parts.store;
    this.accounts = parts.accounts;
    this.assets = parts.assets;
    this.files = parts.files;
    this.disk = parts.disk;
    this.permittedAccounts = parts.permittedAccounts;
    this.startRate = parts.startRate;
    this.clock = parts.clock;
    this.logger = parts.logger;
    this.settings = parts.settings;
    this.random = parts.random;
    this.onFailpoint = parts.onFailpoint ?? ignoreFailpoints;
    this.followUps = new FollowUps(parts.logger, this.stopping.signal);
    this.#times = settlementTimes(parts.settings);
    this.settlement = new Settlement({
      ...parts.settlement,
      credits: (account) => parts.accounts.connection(account)?.client.credits,
      get: (id) => parts.store.get(id),
      change: (record, changes) => this.change(record, changes),
      clock: parts.clock,
      logger: parts.logger,
      times: this.#times,
      tracing: this.observer.tracing,
      stopping: this.stopping.signal,
    });
    this.#tasks = parts.tasks;
    this.#emitToNodes = parts.emitToNodes;
    // Slots and queue positions are kept in this process: the step that takes them must run here, too.
    const wakeHere = (jobId: string): void => this.#wakeHere(jobId);
    this.startSlots = new StartSlots(parts.settings.concurrentStarts, wakeHere);
    this.concurrencyLimits = new ConcurrencyLimits({
      running: (account, model, exceptId) => this.store.running(account, model, exceptId),
      wake: wakeHere,
      now: () => this.clock.now(),
      pauseMs: (refusals) => steadyWaitMs(refusals, concurrencyBackoff, this.random),
    });
    this.diskWaits = new DiskWaits({
      disk: parts.disk,
      clock: parts.clock,
      logger: parts.logger,
      wake: (jobId) => this.wake(jobId, this.clock.now()),
      onWait: (jobId) => void this.#emitWait(jobId),
    });
    this.stopping.signal.addEventListener("abort", () => this.diskWaits.stop(), { once: true });
  }

  /** Returns true while a job waits in this process until it may start. */
  isWaiting(jobId: string): boolean {
    return (
      this.startSlots.isWaiting(jobId) ||
      this.concurrencyLimits.isWaiting(jobId) ||
      this.diskWaits.isHeld(jobId)
    );
  }

  /** Removes a job that will not start any more from the queues of those that wait to start. */
  leaveStartQueues(jobId: string): void {
    this.startSlots.forget(jobId);
    this.concurrencyLimits.forget(jobId);
  }

  /** Forgets that a job waits for anything. */
  forget(jobId: string): void {
    this.leaveStartQueues(jobId);
    this.diskWaits.end(jobId);
  }

  /** Schedules the job's next step for a Unix-millisecond time. */
  wake(jobId: string, at: number): void {
    this.#tasks.schedule(taskOf(jobId), at);
  }

  /** Schedules the job's next step in this process, which holds a slot for it. */
  wakeHereAfter(jobId: string, delayMs: number): void {
    const timer = this.clock.setTimer(() => {
      this.stopping.signal.removeEventListener("abort", cancel);
      this.#wakeHere(jobId);
    }, delayMs);
    const cancel = (): void => timer.cancel();
    this.stopping.signal.addEventListener("abort", cancel, { once: true });
  }

  #wakeHere(jobId: string): void {
    this.#tasks.scheduleHere(taskOf(jobId));
  }

  /** Changes a row by compare-and-set and reports it to the listeners; undefined when somebody else was first. */
  async change(
    record: JobRecord,
    changes: Partial<JobRecord>,
    event?: JobEventName,
    assets: StoredAsset[] = [],
  ): Promise<JobRecord | undefined> {
    const now = this.clock.now();
    const settlement = settlementOfChange(record, changes, now, this.#times);
    const release = releaseOf({ ...record, ...changes, ...settlement });
    const all = { ...changes, ...settlement, ...release };
    const next = await this.store.update(record, all, now, assets);
    if (next === undefined) return undefined;
    observeChange(this.observer, record, next);
    if (next.completedAt !== null) this.diskWaits.end(record.id);
    if (settlement.settleAt != null && next.account !== null)
      this.settlement.expect(next.account, settlement.settleAt);
    // A refused start goes back into the queue: that is no place that became free.
    if (record.account !== null && mayRun(record) && !mayRun(next) && next.status !== "queued") {
      this.concurrencyLimits.ended(record.account, record.request.model, next.outputs !== null);
    }
    if (event === undefined) return next;
    const line = linesOfEvents[event];
    if (line !== undefined) this.logger.info({ job: next.id, account: next.account }, line);
    await this.emit(next, event);
    return next;
  }

  /** Changes a row as `change` does, also when the only other change meanwhile was a request to cancel. */
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
    const { upstream } = error.detail;
    this.logger.info(
      { job: record.id, account: record.account, code: error.code, upstream },
      "Job failed",
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

  /** Reports what happened to a job to the listeners on all nodes; `images` get an event each, before it. */
  async emit(record: JobRecord, name: JobEventName, images: StoredAsset[] = []): Promise<void> {
    const { kind, model } = record.request;
    this.observer.jobChanged({ event: name, kind, model });
    this.#emitToNodes?.(record, name, images);
    if (name !== "job.progress" || images.length > 0) this.hintEvents();
    await this.emitHere(record, name, images);
  }

  /** Reports what happened to a job to the listeners on this node, if there are any. */
  async emitHere(record: JobRecord, name: JobEventName, images: StoredAsset[] = []): Promise<void> {
    if (!this.events.hasListeners(record.id)) return;
    const assets = (await this.store.assetsOf([record.id])).get(record.id) ?? [];
    const job = toJob(record, assets, this.clock.now(), this.diskWaits.problemOf(record.id));
    for (const image of inLandingOrder(images))
      this.events.emit({ name: "job.image", job, asset: toAsset(image) });
    this.events.emit({ name, job });
  }

  /** Tells the listeners on this node that a job waits for the disk; its row, which may not be writable, says nothing. */
  async #emitWait(jobId: string): Promise<void> {
    if (!this.events.hasListeners(jobId)) return;
    try {
      const record = await this.store.get(jobId);
      if (record === undefined || record.completedAt !== null) return;
      await this.emitHere(record, stateEvent(toJob(record, [], this.clock.now())).name);
    } catch (error) {
      this.logger.warn({ job: jobId, error }, "Failed to report that a job waits for the disk");
    }
  }
}

/** Returns true while the upstream may be working on a job. */
function mayRun(record: JobRecord): boolean {
  return record.status === "in_progress" && record.submitId !== null && record.outputs === null;
}
