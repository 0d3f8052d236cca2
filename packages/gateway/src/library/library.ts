// The library of results: lists and searches them, changes stars and tags, keeps the trash, and removes what is due.

import { JimengError } from "@jimeng/sdk";
import type { Logger } from "@jimeng/sdk";

import type { Clock } from "../clock.ts";
import type { GatewayDatabase } from "../database/database.ts";
import type { AssetRow } from "../database/migrations/schema.ts";
import { createWriter } from "../database/writer.ts";
import type { Assets } from "../storage/assets.ts";
import { restoreAssets, trashAssets, updateAssets } from "./changes.ts";
import type { AssetUpdate } from "./changes.ts";
import { createCalendar } from "./days.ts";
import type { Calendar, DayCount } from "./days.ts";
import { planSweep } from "./due.ts";
import type { Retention, SweepReport } from "./due.ts";
import { fillSome, hasRowsToFill, rowsPerFill } from "./fill.ts";
import type { FillParts } from "./fill.ts";
import { countAssets, getAssets, listAssets } from "./listing.ts";
import type { LibraryFilter, LibraryPage } from "./listing.ts";
import type { LibraryAsset } from "./record.ts";
import { createSearchIndex } from "./search-index.ts";
import { hasFilesToRemove, sweepLibrary } from "./sweep.ts";
import type { SweepParts } from "./sweep.ts";

/** The stored results as a person looks for them. */
export interface Library {
  /** Returns an asset with its job's owner, also one that lies in the trash or was deleted. */
  get(id: string): Promise<LibraryAsset | undefined>;
  /** Returns those of the assets that exist as `get` does, in no order. */
  getMany(ids: readonly string[]): Promise<LibraryAsset[]>;
  /** Returns a page of assets; `after` is an asset of the page before. */
  list(
    page: Omit<LibraryPage, "after"> & { after?: LibraryAsset | undefined },
  ): Promise<{ assets: LibraryAsset[]; hasMore: boolean }>;
  /** Counts the assets of each day, the latest first. Throws `invalid_request` for an unknown time zone. */
  timeline(filter: LibraryFilter, timeZone: string): Promise<DayCount[]>;
  /** Sets stars and tags; returns the ids of the assets that are there. */
  update(ids: readonly string[], update: AssetUpdate): Promise<string[]>;
  /** Puts assets into the trash; returns the ids of those that did not lie there yet. */
  trash(ids: readonly string[]): Promise<string[]>;
  /** Takes assets out of the trash; returns the ids of those that lay there. */
  restore(ids: readonly string[]): Promise<string[]>;
  /** Removes what is due now, or only tells what it would remove; a limit that is left out is that of the settings. */
  sweep(options: { isDryRun: boolean; retention: Partial<Retention> }): Promise<SweepReport>;
  /** Says that a job stored results, which are soon brought into the library. */
  assetsStored(): void;
  /** Asks for the first tasks. */
  start(): void;
  /** Belongs into the table of kinds as `library`. */
  readonly task: LibraryTask;
}

/** Schedules a task for a Unix-millisecond time. */
export interface Scheduler {
  schedule(task: `library:${string}`, at: number): void;
}

/** The kind of task that fills and sweeps the library. */
export interface LibraryTask {
  run(id: string): Promise<void>;
  /** Returns the ids of tasks for which there is work. */
  overdue(query: { isThorough: boolean }): Promise<string[]>;
}

/** What the library works with. */
export interface LibraryOptions {
  database: GatewayDatabase;
  assets: Pick<Assets, "discard">;
  /** Returns the ids of the reference files that a stored request names. */
  filesIn: (request: string) => string[];
  tasks: Scheduler;
  clock: Clock;
  logger: Logger;
  retention: Retention;
  /** Told that the event log has news. */
  hintEvents: () => void;
  /** Told about each job with an asset whose row was changed. */
  onChanged: (jobId: string) => void;
}

const fillTask = "library:fill";
const sweepTask = "library:sweep";
// Results of one moment are filled in one transaction.
const fillDelayMs = 200;
const sweepEveryMs = 3_600_000;
const batchesPerRun = 2;
const pauseMs = 100;

/** Makes the library over an open database. */
export function createLibrary(options: LibraryOptions): Library {
  const { database, assets, tasks, clock, logger, retention, hintEvents, onChanged } = options;
  const { filesIn } = options;
  const { tables } = database;
  const isPostgres = database.postgres !== null;
  const index = createSearchIndex(isPostgres ? "postgres" : "sqlite");
  const parts: SweepParts & FillParts = {
    tables,
    writer: createWriter(database),
    index,
    now: () => clock.now(),
    hintEvents,
    isPostgres,
    filesIn,
    assets,
    logger,
    onChanged(rows) {
      for (const jobId of new Set(rows.map((row) => row.job_id))) onChanged(jobId);
    },
  };

  async function told(work: Promise<AssetRow[]>): Promise<string[]> {
    const rows = await work;
    parts.onChanged(rows);
    return rows.map(({ id }) => id);
  }

  /** Brings the newest results in, so that a list shows what was made just now; a full disk must not hinder reading. */
  async function fillNewest(): Promise<void> {
    await fillSome(parts).catch((error: unknown) => {
      logger.warn({ error }, "Failed to bring new results into the library");
    });
  }

  async function fillAll(): Promise<void> {
    for (let batch = 0; batch < batchesPerRun; batch++)
      if ((await fillSome(parts)) < rowsPerFill) return;
    tasks.schedule(fillTask, clock.now() + pauseMs);
  }

  return {
    async get(id) {
      return (await getAssets(tables, [id]))[0];
    },

    getMany: (ids) => getAssets(tables, ids),

    async list({ after, ...page }) {
      await fillNewest();
      return await listAssets(tables, index, { ...page, after: after?.sortKey ?? undefined });
    },

    async timeline(filter, timeZone) {
      const calendar = calendarOf(timeZone);
      await fillNewest();
      return await countAssets(tables, index, { filter, calendar });
    },

    update: (ids, update) => told(updateAssets(parts, ids, update)),
    trash: (ids) => told(trashAssets(parts, ids)),
    restore: (ids) => told(restoreAssets(parts, ids)),
    async sweep({ isDryRun, retention: asked }) {
      await fillNewest();
      const work = isDryRun ? planSweep : sweepLibrary;
      return await work(parts, { ...retention, ...asked });
    },
    assetsStored: () => tasks.schedule(fillTask, clock.now() + fillDelayMs),

    start() {
      tasks.schedule(fillTask, clock.now());
      tasks.schedule(sweepTask, clock.now());
    },

    task: {
      async run(id) {
        if (id === "fill") {
          await fillAll();
          return;
        }
        await sweepLibrary(parts, retention);
        tasks.schedule(sweepTask, clock.now() + sweepEveryMs);
      },
      async overdue({ isThorough }) {
        const due: string[] = [];
        if (await hasRowsToFill(tables)) due.push("fill");
        if (isThorough && (await hasFilesToRemove(parts))) due.push("sweep");
        return due;
      },
    },
  };
}

function calendarOf(timeZone: string): Calendar {
  try {
    return createCalendar(timeZone);
  } catch (cause) {
    throw new JimengError("invalid_request", `There is no time zone ${timeZone}.`, {
      cause,
      param: "time_zone",
      fix: "Give a name such as Asia/Shanghai, or leave it out for UTC.",
    });
  }
}
