// Tests dispatch over a real pg-boss: once at a moment per key in the whole cluster, nothing forgotten, nothing early.

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { systemClock } from "../clock.ts";
import { silentLogger } from "../testing/job-harness.ts";
import { makeTestDatabase } from "../testing/database.ts";
import type { TestDatabase } from "../testing/database.ts";
import { openBossDispatcher } from "./boss-dispatcher.ts";
import type { BossDispatcher } from "./boss-dispatcher.ts";

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

async function open(concurrency?: number): Promise<BossDispatcher> {
  const dispatcher = await openBossDispatcher({
    url: place.url!,
    clock: systemClock,
    logger: silentLogger,
    concurrency,
  });
  dispatchers.push(dispatcher);
  return dispatcher;
}

/** Counts how often each task runs, and how many of one key ran at one moment at most. */
class Watched {
  readonly runs = new Map<string, number>();
  most = 0;
  readonly #active = new Map<string, number>();

  handler = async (task: string): Promise<void> => {
    const active = (this.#active.get(task) ?? 0) + 1;
    this.#active.set(task, active);
    this.most = Math.max(this.most, active);
    this.runs.set(task, (this.runs.get(task) ?? 0) + 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    this.#active.set(task, active - 1);
  };
}

describe("dispatch through pg-boss", () => {
  test("runs each of many tasks that two nodes ask for, never one key twice at a moment", async () => {
    const nodes = [await open(), await open()];
    const watched = new Watched();
    for (const node of nodes) node.start(watched.handler);
    const tasks = Array.from({ length: 60 }, (_, index) => `advance:job_${index}`);
    for (const node of nodes) for (const task of tasks) node.schedule(task, Date.now());
    await expect.poll(() => watched.runs.size, { timeout: 15_000 }).toBe(60);
    expect(watched.most).toBe(1);
  });

  test("runs a task once more that was wanted while it ran, also when it runs on another node", async () => {
    const [one, other] = [await open(), await open()];
    let release = () => {};
    let runs = 0;
    const handler = () =>
      new Promise<void>((resolve) => {
        runs++;
        release = resolve;
      });
    one.start(handler);
    one.schedule("advance:job_1", Date.now());
    await expect.poll(() => runs).toBe(1);
    other.start(handler);
    other.schedule("advance:job_1", Date.now());
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(runs).toBe(1);
    release();
    await expect.poll(() => runs, { timeout: 10_000 }).toBe(2);
    release();
  });

  test("does not put a task into the queue again that is offered while it runs", async () => {
    const [one, other] = [await open(), await open()];
    const watched = new Watched();
    let release = () => {};
    one.start(async (task) => {
      await watched.handler(task);
      await new Promise<void>((resolve) => (release = resolve));
    });
    one.schedule("advance:job_1", Date.now());
    await expect.poll(() => watched.runs.size).toBe(1);
    await one.offer(["advance:job_1"]);
    await other.offer(["advance:job_1"]);
    release();
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect([...watched.runs.values()]).toEqual([1]);
  });

  test("keeps its bound, and takes the rest when there is room", async () => {
    const node = await open(3);
    let active = 0;
    let most = 0;
    let done = 0;
    node.start(async () => {
      most = Math.max(most, ++active);
      await new Promise((resolve) => setTimeout(resolve, 10));
      active--;
      done++;
    });
    for (let index = 0; index < 20; index++) node.schedule(`advance:job_${index}`, Date.now());
    await expect.poll(() => done, { timeout: 15_000 }).toBe(20);
    expect(most).toBe(3);
  });

  test("waits for the steps in hand when it stops, and takes no more", async () => {
    const node = await open();
    const order: string[] = [];
    node.start(async (task) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      order.push(task);
    });
    node.schedule("advance:job_1", Date.now());
    await expect.poll(() => node.isQuiet(), { timeout: 5000 }).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 40));
    await node.stop();
    order.push("stopped");
    expect(order).toEqual(["advance:job_1", "stopped"]);
  });
});
