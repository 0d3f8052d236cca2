// Queues tasks in PostgreSQL through pg-boss, and claims them. Failures are logged here: rows are the truth, and a sweep
// (sweep.ts) brings back what the queue lost.

import type { Logger } from "@jimeng/sdk";
import { PgBoss } from "pg-boss";
import type { Job } from "pg-boss";
import { v7 as uuidV7 } from "uuid";

import type { TaskKey } from "./dispatcher.ts";

/** A task that this process has claimed. */
export type Claim = Job<{ task: TaskKey }>;

/** The time between two heartbeats of claims, in milliseconds. */
export const heartbeatEveryMs = 3000;

const queueName = "tasks";
const schemaName = "pgboss";
// Two statements at once are plenty; the queue shares the server's connections with everybody's pools.
const queueConnections = 4;
// pg-boss's shortest: a node that died is noticed after it, at the next supervision.
const heartbeatSeconds = 10;
const superviseSeconds = 2;
// Longer than any task: the largest download has an hour.
const maxTaskSeconds = 3600;
// Finished entries are kept only for people who look into the table.
const keepFinishedSeconds = 60;
const keepQueuedSeconds = 7 * 86_400;
// Dead nodes use up attempts; the row decides when work is given up, never the queue.
const maxAttempts = 10_000;

/** Connects pg-boss and creates its tables when they are missing. */
export async function openBossQueue({
  url,
  logger,
}: {
  url: string;
  logger: Logger;
}): Promise<BossQueue> {
  const boss = new PgBoss({
    connectionString: url,
    application_name: "jimeng-queue",
    schema: schemaName,
    max: queueConnections,
    // The rows are the truth: the sweep brings back what a crash of the database server takes from the queue.
    options: "-c synchronous_commit=off",
    schedule: false,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
    maintenanceIntervalSeconds: keepFinishedSeconds,
    monitorVacuum: false,
  });
  boss.on("error", (error: Error) => logger.warn({ error: error.message }, "pg-boss error"));
  await boss.start();
  await boss.createQueue(queueName, {
    policy: "exclusive",
    heartbeatSeconds,
    expireInSeconds: maxTaskSeconds,
    retryLimit: maxAttempts,
    deleteAfterSeconds: keepFinishedSeconds,
    retentionSeconds: keepQueuedSeconds,
  });
  return new BossQueue(boss, logger);
}

/** The queue as one process uses it. */
export class BossQueue {
  readonly #boss: PgBoss;
  readonly #logger: Logger;

  constructor(boss: PgBoss, logger: Logger) {
    this.#boss = boss;
    this.#logger = logger;
  }

  /** Adds tasks; returns those that were not added, because they wait or run already or the queue failed. */
  async insert(tasks: readonly TaskKey[]): Promise<TaskKey[]> {
    const entries = new Map([...new Set(tasks)].map((task) => [uuidV7(), task]));
    await this.#try("Failed to queue tasks, will retry", async () => {
      const stored = await this.#boss.insert(
        queueName,
        [...entries].map(([id, task]) => ({ id, singletonKey: task, data: { task } })),
        { returnId: true },
      );
      for (const id of stored ?? []) entries.delete(id);
    });
    return [...entries.values()];
  }

  /** Claims up to `limit` tasks in the order in which they were queued; none when the queue failed. */
  async claim(limit: number): Promise<Claim[]> {
    let claims: Claim[] = [];
    await this.#try("Failed to read the task queue", async () => {
      claims = await this.#boss.fetch<Claim["data"]>(queueName, { batchSize: limit });
    });
    // An update returns its rows in no order; ids are version 7 UUIDs.
    return claims.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** Removes finished tasks. Where that fails their heartbeats end and they run once more, which rows allow. */
  async complete(claims: Claim[]): Promise<void> {
    await this.#try("Failed to remove finished tasks from the queue", async () => {
      await this.#boss.complete(queueName, claims);
    });
  }

  /** Sends heartbeats of the claims: work on them goes on. */
  async heartbeat(claims: Claim[]): Promise<void> {
    await this.#try("Failed to send heartbeats of running tasks", async () => {
      await this.#boss.touch(queueName, claims);
    });
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false });
  }

  async #try(failure: string, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#logger.warn({ error: error instanceof Error ? error.message : undefined }, failure);
    }
  }
}
