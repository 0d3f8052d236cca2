// Puts the job engine together, and exports everything that other folders may use of it, apart from the types in job.ts.

import type { Logger } from "@jimeng/sdk";

import type { Accounts } from "../accounts/accounts.ts";
import { systemClock } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { GatewayDatabase } from "../database/database.ts";
import { createWriter } from "../database/writer.ts";
import type { Writer } from "../database/writer.ts";
import type { Keys } from "../keys/keys.ts";
import type { ReferenceFiles } from "../references/reference-files.ts";
import type { Assets } from "../storage/assets.ts";
import type { Disk } from "../storage/disk.ts";
import { createLeases } from "../tasks/leases.ts";
import type { TaskKind, Tasks } from "../tasks/tasks.ts";
import type { Observer } from "../observer.ts";
import { toAdoptedRecord } from "./adopt.ts";
import { createCharges } from "./charges.ts";
import { ClusterEvents, emitOver } from "./cluster-events.ts";
import { createJobCreation } from "./create.ts";
import { Engine } from "./engine.ts";
import type { Poll } from "./engine.ts";
import type { OnFailpoint } from "./failpoints.ts";
import { createFollowing } from "./following.ts";
import { createCallerPresence } from "./idempotency/caller-presence.ts";
import { createIdempotency } from "./idempotency/idempotency.ts";
import { createShownResults } from "./idempotency/shown-results.ts";
import type { Jobs } from "./job.ts";
import { newRecord } from "./new-record.ts";
import { ClusterPollers } from "./polling/cluster-pollers.ts";
import { createPollers } from "./polling/pollers.ts";
import type { Pollers } from "./polling/pollers.ts";
import { createJobReading } from "./reading.ts";
import type { JobReading } from "./reading.ts";
import { maxAheadMs, toJob } from "./record.ts";
import { RecentRows } from "./recent-rows.ts";
import { resume, resumeAll } from "./resume.ts";
import { createPageSlots } from "./settlement/page-slots.ts";
import { createSettlingJobs } from "./settlement/settling-jobs.ts";
import { createStartRate } from "../keys/request-rate.ts";
import { defaultJobSettings } from "./settings.ts";
import type { JobSettings } from "./settings.ts";
import { advance } from "./steps/advance.ts";
import { requestCancel } from "./steps/cancel.ts";
import { recheck } from "./steps/recheck.ts";
import { removeJob } from "./steps/remove.ts";
import { createJobStore } from "./store.ts";

export { toAdoptedRequest } from "./adopt.ts";
export type { Failpoint, OnFailpoint } from "./failpoints.ts";

/** What jobs work with. */
export interface JobsOptions {
  database: GatewayDatabase;
  tasks: Tasks;
  accounts: Accounts;
  assets: Assets;
  files: ReferenceFiles;
  disk: Disk;
  /** The keys whose rules hold for jobs; by default there are none. */
  keys?: Pick<Keys, "get">;
  clock: Clock;
  logger: Logger;
  settings?: Partial<JobSettings>;
  /** Replaces `Math.random` for jitter. */
  random?: () => number;
  /** Told what happens to jobs; by default nobody is. */
  observer?: Observer;
  /** Told that the event log has news of jobs. */
  hintEvents?: () => void;
  /** Called when rows of assets were written; by default nobody is told. */
  onAssetsStored?: () => void;
  /** Called at each failpoint; by default nothing happens there. */
  onFailpoint?: OnFailpoint;
}

/** The jobs, and the kind of task that advances them. */
export interface JobEngine extends Jobs {
  /** Belongs into the table of kinds as `advance`; tasks may start once `start()` has resolved. */
  readonly advance: TaskKind;
}

/** Creates the jobs; nothing runs before `start()`. */
export function createJobs(options: JobsOptions): JobEngine {
  const { database, tasks, logger } = options;
  const { cluster } = tasks;
  const writer = createWriter(database);
  const isShared = database.postgres !== null;
  // Other nodes write to a shared database: there every row is read.
  const recent = isShared ? undefined : new RecentRows();
  const engine = createEngine(options, writer, recent);
  const pollers = createPollersOf(engine, options);
  const poll: Poll = (record) => pollers.poll(record);
  const clusterEvents = cluster && new ClusterEvents(engine, cluster.channel, systemClock);
  const reading = createJobReading(engine);
  const presence = createCallerPresence({ database, logger, channel: cluster?.channel });
  const idempotency = createIdempotency(writer, presence, { isShared, recent });
  const creation = createJobCreation(engine, { idempotency, presence }, reading.require);
  const { get, ownerOf, list, getMany, endings, asset, product } = reading;

  return {
    create: (newJobs) => creation.create(newJobs),
    createOrReplay: (newJobs, context, checks) => creation.createOrReplay(newJobs, context, checks),
    find: (context) => creation.find(context),
    get,
    ownerOf,
    list,
    getMany,
    endings,
    asset,
    product,
    assetsChanged: (jobId) => recent?.assetsChanged(jobId),
    noteShown: createShownResults({ writer, clock: engine.clock, logger }),
    charges: createCharges(database.tables, engine.clock),
    concurrencyLimits: (account) => engine.concurrencyLimits.of(account),
    ...createFollowing(engine, reading.require),
    ...createChanges(engine, poll, reading),
    advance: toTaskKind(engine, poll),

    async start() {
      await options.assets.start();
      if (cluster === null) await resumeAll(engine, poll);
      await pollers.start();
    },

    async stop() {
      engine.stopping.abort();
      // Steps that run may end a job yet: its waiting callers get that before they are let go.
      await Promise.all([tasks.stop(), pollers.stop()]);
      engine.events.close();
      await presence.close();
      clusterEvents?.stop();
    },
  };
}

function createEngine(
  options: JobsOptions,
  writer: Writer,
  recent: RecentRows | undefined,
): Engine {
  const { database, tasks, accounts, assets, files, disk, keys } = options;
  const { clock, logger, observer, hintEvents, onFailpoint } = options;
  const settings = { ...defaultJobSettings, ...options.settings };
  return new Engine({
    store: createJobStore(database, {
      writer,
      recent,
      onAssets: options.onAssetsStored,
      onUnreadable: (id, error) =>
        logger.error({ job: id, error }, "Skipped a job whose row cannot be read"),
    }),
    accounts,
    assets,
    files,
    disk,
    permittedAccounts: async (keyId) =>
      keyId === null ? null : ((await keys?.get(keyId))?.accounts ?? null),
    startRate: createStartRate(database, clock, settings.startsPerMinute),
    clock,
    logger,
    settings,
    tasks,
    settlement: {
      jobs: createSettlingJobs(database.tables, writer, recent),
      slots: createPageSlots(database.tables, writer),
      ownsAll: tasks.cluster === null,
    },
    random: options.random ?? Math.random,
    emitToNodes: tasks.cluster === null ? undefined : emitOver(tasks.cluster.channel),
    observer,
    hintEvents,
    onFailpoint,
  });
}

function createPollersOf(engine: Engine, { database, tasks }: JobsOptions): Pollers {
  const { cluster } = tasks;
  if (cluster === null) return createPollers(engine);
  const clock = systemClock;
  const leases = createLeases({ database, table: "pollers", node: cluster.id, clock });
  return new ClusterPollers(engine, { leases, channel: cluster.channel, clock });
}

function createChanges(
  engine: Engine,
  poll: Poll,
  { require, requireRecord }: JobReading,
): Pick<Jobs, "adopt" | "cancel" | "recheck" | "remove"> {
  const { clock, settings, store } = engine;
  return {
    async adopt(adoptions) {
      await engine.disk.assertRoom();
      const records = adoptions.map(({ generation, ...newJob }) =>
        toAdoptedRecord(newRecord(settings, clock.now(), newJob), generation),
      );
      const stored = await store.adopt(records);
      const adopted = records.filter(({ id }) => stored.has(id));
      for (const record of adopted) resume(engine, poll, record);
      return adopted.map((record) => toJob(record, [], clock.now()));
    },

    async cancel(id) {
      for (;;) {
        const record = await requireRecord(id);
        // False means that a step was first (or another cancel): read the row again.
        if (await requestCancel(engine, record)) return await require(id);
      }
    },

    async remove(id) {
      for (;;) {
        if (await removeJob(engine, await requireRecord(id))) return await require(id);
      }
    },

    async recheck(id) {
      await recheck(engine, poll, await requireRecord(id));
      return await require(id);
    },
  };
}

function toTaskKind(engine: Engine, poll: Poll): TaskKind {
  return {
    run: (id) => advance(engine, poll, id),
    async overdue({ lateMs, limit, isThorough }) {
      const now = engine.clock.now();
      // At the start and once a minute: the clock is seldom set back.
      const writtenAfter = isThorough || lateMs === 0 ? now + maxAheadMs : undefined;
      const ids = await engine.store.overdue({ before: now - lateMs, writtenAfter, limit });
      // A job that waits here until it may start is not forgotten; when it is woken in vain nothing changes.
      return isThorough ? ids : ids.filter((id) => !engine.isWaiting(id));
    },
  };
}
