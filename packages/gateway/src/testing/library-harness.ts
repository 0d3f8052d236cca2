// A library over a real database with jobs and assets that a test describes. Imported by tests only.

import { createLibrary } from "../library/library.ts";
import type { Library } from "../library/library.ts";
import type { Retention } from "../library/due.ts";
import { fileIdsIn } from "../references/file-handles.ts";
import { imageRequest } from "./fake-upstream.ts";
import { silentLogger, startHarness } from "./job-harness.ts";
import type { Harness } from "./job-harness.ts";

/** An asset as a test describes it. */
export interface TestAsset {
  id: string;
  prompt?: string;
  keyId?: string | null;
  model?: string;
  /** Default now. */
  createdAt?: number;
  bytes?: number;
  status?: "completed" | "in_progress";
  jobDeletedAt?: number | null;
}

/** A library with what a test looks at. */
export interface LibraryHarness extends Harness {
  library: Library;
  /** The jobs whose rows were said to have changed. */
  changed: string[];
  /** Tasks that were asked for, with their times. */
  scheduled: [string, number][];
  retention: Retention;
  /** Stores assets, each with a job of its own. */
  add(...assets: TestAsset[]): Promise<void>;
  /** Returns the ids of a list. */
  ids(filter?: Partial<Parameters<Library["list"]>[0]>): Promise<string[]>;
}

/** Starts the library; nothing of it runs by itself. */
export async function startLibrary(): Promise<LibraryHarness> {
  const harness = await startHarness({ idle: true });
  const changed: string[] = [];
  const scheduled: [string, number][] = [];
  const retention: Retention = { days: null, gigabytes: null };
  const library = createLibrary({
    database: harness.database,
    assets: harness.assets,
    tasks: { schedule: (task, at) => void scheduled.push([task, at]) },
    clock: harness.clock,
    logger: silentLogger,
    retention,
    filesIn: fileIdsIn,
    hintEvents: () => undefined,
    onChanged: (jobId) => {
      changed.push(jobId);
      harness.jobs.assetsChanged(jobId);
    },
  });

  async function addOne(asset: TestAsset): Promise<void> {
    const { id, keyId = null, createdAt = harness.clock.now(), bytes = 10 } = asset;
    const request = imageRequest({
      prompt: asset.prompt ?? "a cat",
      model: asset.model ?? "jimeng-4.0",
    });
    const [job] = await harness.jobs.create([{ request, warnings: [], keyId, account: "main" }]);
    if (job === undefined) throw new Error("no job");
    const { status = "completed", jobDeletedAt = null } = asset;
    const record = await harness.record(job.id);
    await harness.leave(record, { status, account: "main", deletedAt: jobDeletedAt });
    const facts = { contentType: "image/png", width: 1, height: 1, durationMs: null, bytes };
    await harness.store.addAssets([
      {
        ...facts,
        id,
        jobId: job.id,
        index: 0,
        itemId: "1",
        upstreamUrl: "https://results.example/1.png",
        upstreamExpiresAt: null,
        createdAt,
        incomplete: false,
        thumbhash: null,
        coverUrl: null,
        posterBytes: null,
        trashedAt: null,
        deletedAt: null,
      },
    ]);
  }

  return Object.assign(harness, {
    library,
    changed,
    scheduled,
    retention,
    async add(...assets: TestAsset[]) {
      for (const asset of assets) await addOne(asset);
    },
    async ids(filter: Partial<Parameters<Library["list"]>[0]> = {}) {
      const { assets } = await library.list({ limit: 100, order: "desc", ...filter });
      return assets.map(({ id }) => id);
    },
  });
}
