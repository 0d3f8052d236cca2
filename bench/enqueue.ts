// The figures about taking jobs: how many a second are on the disk, and how soon one is started. The disk's own rate
// stands beside them: no database is faster than that.
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type Gateway, createGateway, loadConfig } from "@jimeng/gateway";
import { type Figure, atLeast, atMost, fact, median, percentile } from "./figures.ts";
import { onPostgres } from "./on-postgres.ts";
import { sessions, startGateway, startSimulator, withFolder } from "./programs.ts";
import { ask, inParallel, requestsAt, untilIdle } from "./requests.ts";

const pageBytes = 4096;
const measuredMs = 2000;
// Nobody listens there, and nothing is sent before a gateway listens.
const nowhere = "http://127.0.0.1:9";

/** Gives how often a second this disk takes one page of an appended file. */
export function bareSyncRate(folder: string): number {
  const file = openSync(join(folder, "bare"), "w");
  const page = Buffer.alloc(pageBytes, 1);
  try {
    let syncs = 0;
    const begunAt = performance.now();
    while (performance.now() - begunAt < measuredMs) {
      writeSync(file, page);
      fdatasyncSync(file);
      syncs += 1;
    }
    return syncs / ((performance.now() - begunAt) / 1000);
  } finally {
    closeSync(file);
  }
}

const submission = {
  warnings: [],
  keyId: null,
  request: {
    kind: "image" as const,
    model: "jimeng-4.0",
    prompt: "bench",
    ratio: "1:1",
    resolution: "1k",
    width: 1024,
    height: 1024,
    count: 1,
    seed: 7,
    sampleStrength: 0.5,
    referenceStrength: 0.5,
    intelligentRatio: false,
    upstreamCount: 1,
  },
};

let submissions = 0;

/** Does with a submission what a route does: an earlier job of it is looked for, and its answer's going out is noted. */
async function orderAndDeliver(gateway: Gateway): Promise<void> {
  const requestHash = `bench ${submissions++}`;
  const idempotency = { keyId: null, key: null, requestHash, join: "undelivered" } as const;
  const order = await gateway.jobs.createOrReplay([submission], idempotency);
  await order.answered();
}

/** Gives how many jobs a second so many callers have stored, each waiting for its own before the next. */
async function createRate(
  gateway: Gateway,
  callers: number,
  store: (gateway: Gateway) => Promise<unknown> = () => gateway.jobs.create([submission]),
): Promise<number> {
  let stored = 0;
  const begunAt = performance.now();
  const isOver = (): boolean => performance.now() - begunAt > measuredMs;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (!isOver()) {
        await store(gateway);
        stored += 1;
      }
    }),
  );
  return stored / ((performance.now() - begunAt) / 1000);
}

/** Opens a gateway that takes jobs and never starts them. */
async function withIdleGateway<T>(
  folder: string,
  databaseUrl: string | undefined,
  work: (gateway: Gateway) => Promise<T>,
): Promise<T> {
  const environment = {
    JIMENG_SESSIONS: sessions(1),
    JIMENG_BASE_URL: nowhere,
    JIMENG_MAX_QUEUE: "10000000",
    LOG_LEVEL: "error",
    ...(databaseUrl === undefined
      ? {}
      : { DATABASE_URL: databaseUrl, JIMENG_SECRET_KEY: "bench-only-no-secret" }),
  };
  const gateway = await createGateway({
    config: loadConfig(environment, { port: 0, dataDir: folder }),
  });
  try {
    return await work(gateway);
  } finally {
    await gateway.close();
  }
}

// Other work on the disk comes and goes: short turns, one after the other, see the same of it.
const turns = 5;

/** Measures durable creates on both engines. */
export async function measureEnqueue(): Promise<Figure[]> {
  const embedded = await withFolder((folder) =>
    withIdleGateway(folder, undefined, async (gateway) => {
      const bare: number[] = [];
      const one: number[] = [];
      for (let turn = 0; turn < turns; turn++) {
        bare.push(bareSyncRate(folder));
        one.push(await createRate(gateway, 1));
      }
      const ratios = one.map((rate, turn) => rate / (bare[turn] ?? Number.NaN));
      // The first turn pays for compiling the code.
      await createRate(gateway, 64);
      const many = await createRate(gateway, 64);
      await createRate(gateway, 64, orderAndDeliver);
      const ordered = await createRate(gateway, 64, orderAndDeliver);
      return [
        fact("bare fdatasync of the same disk", median(bare), "/s"),
        fact("enqueue, SQLite, 1 caller", median(one), "/s"),
        atLeast("enqueue, SQLite, 1 caller, against bare fdatasync", median(ratios), 0.5, "×"),
        atLeast("enqueue, SQLite, 64 callers", many, 10_000, "/s"),
        fact("found or enqueued and marked delivered, SQLite, 64 callers", ordered, "/s"),
      ];
    }),
  );
  return [...embedded, ...(await onPostgres("enqueue, PostgreSQL", enqueueOnPostgres))];
}

async function enqueueOnPostgres(databaseUrl: string): Promise<Figure[]> {
  return withFolder((folder) =>
    withIdleGateway(folder, databaseUrl, async (gateway) => [
      atLeast("enqueue, PostgreSQL, 1 caller", await createRate(gateway, 1), 600, "/s"),
      atLeast("enqueue, PostgreSQL, 8 callers", await createRate(gateway, 8), 1500, "/s"),
    ]),
  );
}

const startedJobs = 40;

// The ids of jobs are UUIDs of version 7: their first 48 bits are the moment of their making.
function madeAt(jobId: string): number {
  return Number.parseInt(jobId.replace("job_", "").replace("-", "").slice(0, 12), 16);
}

/** Measures the time from a job's making to its arrival at the upstream, one at a time on an idle node. */
async function startDelays(databaseUrl: string | undefined): Promise<number[]> {
  const simulator = await startSimulator(["--image-seconds", "0.3"]);
  try {
    return await withFolder(async (folder) => {
      const gateway = await startGateway(folder, simulator.url, {
        environment: databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl },
      });
      try {
        const queuedAt: number[] = [];
        await inParallel(startedJobs, 1, async (index) => {
          const { body } = await ask(
            `${gateway.url}/v1/images/generations`,
            { prompt: `bench ${index}` },
            { prefer: "respond-async" },
          );
          queuedAt.push(madeAt((body as { id: string }).id));
          await untilIdle(gateway.url);
        });
        const starts = await requestsAt(simulator.url, "generate");
        return starts.map(({ at }, index) => at - (queuedAt[index] ?? Number.NaN));
      } finally {
        await gateway.stop();
      }
    });
  } finally {
    await simulator.stop();
  }
}

/** Measures how soon an idle node starts a job, on both engines. */
export async function measureStarted(): Promise<Figure[]> {
  const title = "queued to started, idle node, p50";
  const embedded = percentile(await startDelays(undefined), 0.5);
  return [
    atMost(`${title}, SQLite`, embedded, 10, "ms"),
    ...(await onPostgres(`${title}, PostgreSQL`, async (url) => [
      atMost(`${title}, PostgreSQL`, percentile(await startDelays(url), 0.5), 20, "ms"),
    ])),
  ];
}
