// Tests dispatch over a real pg-boss: once at a moment per key in the whole cluster, nothing forgotten, nothing early.

import type { Logger } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { systemClock } from "../clock.ts";
import { silentLogger } from "../testing/job-harness.ts";
import { makeTestDatabase } from "../testing/database.ts";
import type { TestDatabase } from "../testing/database.ts";
import { openBossDispatcher } from "./boss-dispatcher.ts";
import type { BossDispatcher } from "./boss-dispatcher.ts";
import { taskKey } from "./dispatcher.ts";

let place: TestDatabase;
let dispatchers: BossDispatcher[];
beforeEach(async () => {
  place = await makeTestDatabase();
  dispatchers = [];
});
afterEach(async () => {
  await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));
  await place.remove();
});

async function open({
  concurrency,
  logger = silentLogger,
}: { concurrency?: number; logger?: Logger } = {}): Promise<BossDispatcher> {
  const dispatcher = await openBossDispatcher({
    url: place.url!,
    clock: systemClock,
    logger,
    concurrency,
  });
  dispatchers.push(dispatcher);
  return dispatcher;
}

/** Counts how often each task runs, and how many of one key ran at one moment at most. */
class Runs {
  readonly counts = new Map<string, number>();
  most = 0;
  readonly #active = new Map<string, number>();

  handler = async (task: string): Promise<void> => {
    const active = (this.#active.get(task) ?? 0) + 1;
    this.#active.set(task, active);
    this.most = Math.max(this.most, active);
    this.counts.set(task, (this.counts.get(task) ?? 0) + 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    this.#active.set(task, active - 1);
  };
}

describe("dispatch through pg-boss", () => {
  test("runs each of many tasks that two nodes schedule, never one key twice at a moment", async () => {
    const nodes = [await open(), await open()];
    const runs = new Runs();
    for (const node of nodes) node.start({ advance: runs.handler });
    const tasks = Array.from({ length: 60 }, (_, index) => taskKey("advance", `job_${index}`));
    for (const node of nodes) for (const task of tasks) node.schedule(task, Date.now());
    await expect.poll(() => runs.counts.size, { timeout: 15_000 }).toBe(60);
    expect(runs.most).toBe(1);
  });

  test("runs a task once more that was scheduled while it ran, also when it runs on another node", async () => {
    const [one, other] = [await open(), await open()];
    let release = () => {};
    let runs = 0;
    const handler = () =>
      new Promise<void>((resolve) => {
        runs++;
        release = resolve;
      });
    one.start({ advance: handler });
    one.schedule("advance:job_1", Date.now());
    await expect.poll(() => runs).toBe(1);
    other.start({ advance: handler });
    other.schedule("advance:job_1", Date.now());
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(runs).toBe(1);
    release();
    await expect.poll(() => runs, { timeout: 10_000 }).toBe(2);
    release();
  });

  test("does not put a task into the queue again that is enqueued while it runs", async () => {
    const [one, other] = [await open(), await open()];
    const runs = new Runs();
    let release = () => {};
    one.start({
      advance: async (id) => {
        await runs.handler(id);
        await new Promise<void>((resolve) => (release = resolve));
      },
    });
    one.schedule("advance:job_1", Date.now());
    await expect.poll(() => runs.counts.size).toBe(1);
    await one.enqueue(["advance:job_1"]);
    await other.enqueue(["advance:job_1"]);
    release();
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect([...runs.counts.values()]).toEqual([1]);
  });

  test("runs two kinds of tasks from one queue, one key at most once at a moment", async () => {
    const nodes = [await open(), await open()];
    const jobs = new Runs();
    const deliveries = new Runs();
    for (const node of nodes) node.start({ advance: jobs.handler, deliver: deliveries.handler });
    for (let index = 0; index < 30; index++) {
      for (const node of nodes) {
        // Both kinds work on the same ids: a key is kind and id together.
        node.schedule(taskKey("advance", `id_${index}`), Date.now());
        node.schedule(taskKey("deliver", `id_${index}`), Date.now());
      }
    }
    await expect.poll(() => jobs.counts.size, { timeout: 15_000 }).toBe(30);
    await expect.poll(() => deliveries.counts.size, { timeout: 15_000 }).toBe(30);
    expect([jobs.most, deliveries.most]).toEqual([1, 1]);
  });

  test("logs a task of an unknown kind that another node queued, removes it, and goes on", async () => {
    const errors: unknown[] = [];
    const logger = { ...silentLogger, error: (fields: unknown) => void errors.push(fields) };
    const node = await open({ logger });
    const newer = await open();
    const runs = new Runs();
    await newer.enqueue([taskKey("convert", "id_1")]);
    node.start({ advance: runs.handler });
    await expect.poll(() => errors, { timeout: 5000 }).toEqual([{ task: "convert:id_1" }]);
    node.schedule(taskKey("advance", "job_1"), Date.now());
    await expect.poll(() => runs.counts.get("job_1"), { timeout: 5000 }).toBe(1);
    await expect.poll(() => node.isQuiet()).toBe(true);
    newer.start({ convert: runs.handler });
    newer.schedule(taskKey("convert", "id_1"), Date.now());
    await expect.poll(() => runs.counts.get("id_1"), { timeout: 5000 }).toBe(1);
    expect(errors).toHaveLength(1);
  });

  test("keeps its bound, and takes the rest when there is room", async () => {
    const node = await open({ concurrency: 3 });
    let active = 0;
    let most = 0;
    let done = 0;
    node.start({
      advance: async () => {
        most = Math.max(most, ++active);
        await new Promise((resolve) => setTimeout(resolve, 10));
        active--;
        done++;
      },
    });
    for (let index = 0; index < 20; index++)
      node.schedule(taskKey("advance", `job_${index}`), Date.now());
    await expect.poll(() => done, { timeout: 15_000 }).toBe(20);
    expect(most).toBe(3);
  });

  test("waits for the tasks that run when it stops, and takes no more", async () => {
    const node = await open();
    const order: string[] = [];
    node.start({
      advance: async (id) => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        order.push(id);
      },
    });
    node.schedule("advance:job_1", Date.now());
    await expect.poll(() => node.isQuiet(), { timeout: 5000 }).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 40));
    await node.stop();
    order.push("stopped");
    expect(order).toEqual(["job_1", "stopped"]);
  });
});
