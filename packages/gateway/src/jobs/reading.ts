// Reads jobs and assets as the faces show them.

import { JimengError } from "@jimeng/sdk";

import type { Clock } from "../clock.ts";
import { tryAgain } from "../database/away.ts";
import type { DiskWaits } from "./capacity/disk-waits.ts";
import type { Asset, Job, Jobs } from "./job.ts";
import { toAsset, toJob } from "./record.ts";
import type { JobRecord } from "./record.ts";
import type { JobStore } from "./store.ts";

// The site's ids are digits; a result that came without one is known by its place (job.ts).
const siteId = /^\d{1,19}$/;

/** The reading half of the jobs' door. */
export interface JobReading extends Pick<
  Jobs,
  "get" | "ownerOf" | "list" | "getMany" | "endings" | "asset" | "product"
> {
  /** Returns a job; throws `not_found`. Tries again while the database is away: a caller may have waited for hours. */
  require(id: string): Promise<Job>;
  /** Returns a row; throws `not_found`. */
  requireRecord(id: string): Promise<JobRecord>;
}

/** Creates the reading over a store. */
export function createJobReading({
  store,
  clock,
  diskWaits,
}: {
  store: JobStore;
  clock: Clock;
  diskWaits: Pick<DiskWaits, "problemOf">;
}): JobReading {
  async function get(id: string): Promise<Job | undefined> {
    const record = await store.get(id);
    if (record === undefined) return undefined;
    const assets = await store.assetsOf([id]);
    return toJob(record, assets.get(id) ?? [], clock.now(), diskWaits.problemOf(id));
  }

  async function withAssets(records: readonly JobRecord[]): Promise<Job[]> {
    const assets = await store.assetsOf(records.map((record) => record.id));
    const now = clock.now();
    return records.map((record) =>
      toJob(record, assets.get(record.id) ?? [], now, diskWaits.problemOf(record.id)),
    );
  }

  return {
    get,

    ownerOf: (id) => store.ownerOf(id),

    async require(id) {
      const job = await tryAgain(() => get(id));
      if (job === undefined) throw jobNotFound(id);
      return job;
    },

    async requireRecord(id) {
      const record = await store.get(id);
      if (record === undefined) throw jobNotFound(id);
      return record;
    },

    async list(filter) {
      const { records, hasMore } = await store.list(filter);
      return { jobs: await withAssets(records), hasMore };
    },

    async getMany(ids) {
      const jobs = await withAssets(await store.getMany(ids));
      return new Map(jobs.map((job) => [job.id, job]));
    },

    endings: (ids) => store.endings(ids),

    async asset(id): Promise<Asset | undefined> {
      const stored = await store.asset(id);
      return stored && toAsset(stored);
    },

    async product(assetId) {
      const stored = await store.asset(assetId);
      const record = stored && (await store.get(stored.jobId));
      const { account = null, operation = null } = record ?? {};
      if (stored === undefined || account === null || operation === null) return undefined;
      const { historyId, submitId } = operation;
      const { itemId } = stored;
      if (!siteId.test(itemId) || !siteId.test(historyId)) return undefined;
      return { product: { itemId, historyId, submitId }, account };
    },
  };
}

function jobNotFound(id: string): JimengError {
  return new JimengError("not_found", `There is no job ${id}.`, {
    what: "job",
    fix: "List the jobs to find its id.",
  });
}
