// The door of the job engine: make, get, list, cancel, recheck, wait, events.

import { JimengError } from "@jimeng/sdk";
import type { Logger } from "@jimeng/sdk";

import type { Accounts } from "../accounts/registry.ts";
import type { Assets } from "../storage/assets.ts";
import type { Cluster } from "../tasks/cluster.ts";
import { tryAgain } from "../database/away.ts";
import type { GatewayDatabase } from "../database/database.ts";
import { toAdoptedRecord } from "./adopt.ts";
import { advance } from "./steps/advance.ts";
import { mustSendCancel, requestCancel } from "./steps/cancel.ts";
import type { Clock } from "../clock.ts";
import { createInProcessDispatcher } from "../tasks/dispatcher.ts";
import { Engine, jobOf } from "./engine.ts";
import { inLandingOrder, isEnding, standingEvent } from "./events.ts";
import { hasEnded } from "./job.ts";
import type { Job, JobEvent, Jobs } from "./job.ts";
import { newRecord } from "./new-record.ts";
import { createJobCreation } from "./create.ts";
import type { OnJobPoint } from "./failpoints.ts";
import { createIdempotency } from "./idempotency/idempotency.ts";
import { recheck } from "./steps/recheck.ts";
import { stepOf, toAsset, toJob } from "./record.ts";
import type { JobRecord } from "./record.ts";
import { defaultJobSettings } from "./settings.ts";
import type { JobSettings } from "./settings.ts";
import type { ReferenceFiles } from "./steps/upload.ts";
import { createJobStore } from "./store.ts";
import { createWriter } from "../database/writer.ts";
import { createCallerPresence } from "./idempotency/caller-presence.ts";
import { createWatchers } from "./polling/pollers.ts";

export { toAdoptedRequest } from "./adopt.ts";

/** What the engine is made of. */
export interface JobsOptions {
  database: GatewayDatabase;
  accounts: Accounts;
  assets: Assets;
  files: ReferenceFiles;
  clock: Clock;
  logger: Logger;
  settings?: Partial<JobSettings>;
  /** This node's share in a cluster, where several nodes work on one database. */
  cluster?: Cluster;
  /** Replaces `Math.random` for jitter. */
  random?: () => number;
  /** Hears of the moments between two durable facts; default nobody. */
  onPoint?: OnJobPoint;
}

const rowsPerPage = 500;

/** Makes the job engine; nothing runs before `start()`. */
export function createJobs(options: JobsOptions): Jobs {
  const { clock, logger, accounts } = options;
  const settings = { ...defaultJobSettings, ...options.settings };
  const writer = createWriter(options.database);
  const store = createJobStore(options.database, writer, (id, error) =>
    logger.error({ job: id, error }, "Skipped a job whose row cannot be read"),
  );
  const channel = options.cluster?.channel;
  const presence = createCallerPresence({ database: options.database, logger, channel });
  const idempotency = createIdempotency(writer, presence, {
    isShared: options.database.postgres !== null,
  });
  const { cluster } = options;
  const dispatcher = cluster?.dispatcher ?? createInProcessDispatcher({ clock, logger });
  const engine = new Engine({
    store,
    accounts,
    assets: options.assets,
    files: options.files,
    clock,
    logger,
    settings,
    dispatcher,
    random: options.random ?? Math.random,
    announce:
      cluster &&
      ((record, name, images) =>
        cluster.channel.send({
          kind: "job",
          jobId: record.id,
          name,
          version: record.version,
          ...(images.length === 0 ? {} : { assets: images.map(({ id }) => id) }),
        })),
    onPoint: options.onPoint,
  });
  const { events } = engine;
  const watchers = cluster?.join(engine) ?? createWatchers(engine);

  async function get(id: string): Promise<Job | undefined> {
    const record = await store.get(id);
    if (record === undefined) return undefined;
    const assets = await store.assetsOf([id]);
    return toJob(record, assets.get(id) ?? [], clock.now());
  }

  async function mustGet(id: string): Promise<Job> {
    // Whoever waits for hours must not lose its answer to a restart of the database.
    const job = await tryAgain(() => get(id));
    if (job === undefined) throw jobNotFound(id);
    return job;
  }

  const creation = createJobCreation(engine, { idempotency, presence }, mustGet);

  /** Takes up what the last process left, whatever row of the death table it died at. */
  async function resume(): Promise<void> {
    let page = await store.unfinished("", rowsPerPage);
    for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
      for (const record of page) resumeOne(record);
      page = await store.unfinished(last.id, rowsPerPage);
    }
  }

  function resumeOne(record: JobRecord): void {
    const step = stepOf(record);
    if ((step === "watch" || step === "settle") && !mustSendCancel(record)) watchers.watch(record);
    else engine.wake(record.id, record.runAt ?? clock.now());
  }

  return {
    create: (newJobs) => creation.create(newJobs),
    createOrReplay: (newJobs, context) => creation.createOrReplay(newJobs, context),
    find: (context) => creation.find(context),

    async adopt(adoptions) {
      const records = adoptions.map(({ generation, ...newJob }) =>
        toAdoptedRecord(newRecord(settings, clock.now(), newJob), generation),
      );
      const stored = await store.adopt(records);
      const adopted = records.filter(({ id }) => stored.has(id));
      for (const record of adopted) resumeOne(record);
      return adopted.map((record) => toJob(record, [], clock.now()));
    },

    get,

    async list(filter) {
      const { records, hasMore } = await store.list(filter);
      const assets = await store.assetsOf(records.map((record) => record.id));
      const now = clock.now();
      return {
        jobs: records.map((record) => toJob(record, assets.get(record.id) ?? [], now)),
        hasMore,
      };
    },

    async cancel(id) {
      for (;;) {
        const record = await store.get(id);
        if (record === undefined) throw jobNotFound(id);
        // A lost race means that a step was first (or another cancel): look again.
        if (await requestCancel(engine, record)) return await mustGet(id);
      }
    },

    async recheck(id) {
      const record = await store.get(id);
      if (record === undefined) throw jobNotFound(id);
      await recheck(engine, watchers.watch, record);
      return await mustGet(id);
    },

    async wait(id, { timeoutMs, signal } = {}) {
      let finish!: () => void;
      const finished = new Promise<void>((resolve) => (finish = resolve));
      const leave = events.listen(id, (event) => isEnding(event) && finish(), finish);
      const timer = timeoutMs === undefined ? undefined : clock.setTimer(finish, timeoutMs);
      signal?.addEventListener("abort", finish, { once: true });
      try {
        const job = await mustGet(id);
        if (hasEnded(job) || signal?.aborted || engine.stopping.signal.aborted) return job;
        await finished;
        return await mustGet(id);
      } finally {
        leave();
        timer?.cancel();
        signal?.removeEventListener("abort", finish);
      }
    },

    async *events(id, { signal } = {}) {
      const queue: JobEvent[] = [];
      let closed = signal?.aborted ?? false;
      let wakeUp = () => {};
      const close = () => {
        closed = true;
        wakeUp();
      };
      const leave = events.listen(
        id,
        (event) => {
          queue.push(event);
          wakeUp();
        },
        close,
      );
      signal?.addEventListener("abort", close, { once: true });
      try {
        const job = await mustGet(id);
        let version = job.version;
        // Who comes late, or again, hears of the pictures that are there.
        const told = new Set(job.assets.map((asset) => asset.id));
        for (const asset of inLandingOrder(job.assets)) yield { name: "job.image", job, asset };
        yield standingEvent(job);
        if (hasEnded(job)) return;
        for (;;) {
          const event = queue.shift();
          if (event === undefined) {
            if (closed || engine.stopping.signal.aborted) return;
            await new Promise<void>((resolve) => (wakeUp = resolve));
            continue;
          }
          // Older than what was already told: it happened while the state was being read.
          if (event.job.version < version) continue;
          version = event.job.version;
          if (event.asset !== undefined) {
            if (told.has(event.asset.id)) continue;
            told.add(event.asset.id);
          }
          yield event;
          if (isEnding(event)) return;
        }
      } finally {
        leave();
        signal?.removeEventListener("abort", close);
      }
    },

    async asset(id) {
      const stored = await store.asset(id);
      return stored && toAsset(stored);
    },

    async start() {
      await options.assets.start();
      if (cluster === undefined) await resume();
      dispatcher.start((task) => advance(engine, watchers.watch, jobOf(task)));
      await cluster?.start();
    },

    async stop() {
      engine.stopping.abort();
      await Promise.all([dispatcher.stop(), watchers.stop()]);
      events.close();
      await presence.close();
      await cluster?.close();
    },
  };
}

function jobNotFound(id: string): JimengError {
  return new JimengError("not_found", `There is no job ${id}.`, {
    what: "job",
    fix: "List the jobs to find its id.",
  });
}
