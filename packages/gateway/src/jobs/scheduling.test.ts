// Tests who starts when: learned limits of accounts, fairness between callers, priorities, start deadlines, and
// the bound of the queue.

import { afterEach, describe, expect, test } from "vitest";

import { imageRequest, startError, videoRequest } from "../testing/fake-upstream.ts";
import { fakeSession, startHarness } from "../testing/job-harness.ts";
import type { Harness } from "../testing/job-harness.ts";
import type { NewJob } from "./job.ts";

let harness: Harness;
afterEach(() => harness.close());

async function createAll(count: number, changes: Partial<NewJob> = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < count; at++) {
    const [job] = await harness.jobs.create([
      { request: imageRequest(), warnings: [], keyId: null, ...changes },
    ]);
    ids.push(job!.id);
  }
  return ids;
}

const ended = new Set<string>();
async function finishOne(): Promise<void> {
  const submitId = harness.upstream.charged.find((id) => !ended.has(id));
  if (submitId === undefined) throw new Error("nothing runs");
  ended.add(submitId);
  harness.upstream.finish(submitId);
  await harness.clock.advance(12_000);
}
afterEach(() => ended.clear());

describe("an account that takes no more", () => {
  test("is learned: jobs stay queued, start as others end, and never fail", async () => {
    harness = await startHarness();
    harness.upstream.maxRunning = 2;
    const ids = await createAll(6);
    await harness.clock.settle();
    expect(harness.upstream.charged).toHaveLength(2);
    const first = harness.upstream.refusedAsFull;
    expect(first).toBeGreaterThan(0);
    for (let round = 0; round < 6; round++) await finishOne();
    await harness.clock.advance(120_000);
    const jobs = await Promise.all(ids.map((id) => harness.job(id)));
    expect(jobs.map(({ status }) => status)).toEqual(ids.map(() => "completed"));
    expect(new Set(harness.upstream.charged).size).toBe(6);
    // Every job may meet the limit once, and after so many successes one more is tried.
    expect(harness.upstream.refusedAsFull).toBeLessThanOrEqual(first + 6);
  });

  test("is not asked again while as many run as it took", async () => {
    harness = await startHarness();
    harness.upstream.maxRunning = 2;
    await createAll(3);
    await harness.clock.settle();
    const before = harness.upstream.refusedAsFull;
    await createAll(10);
    await harness.clock.advance(8000);
    expect(harness.upstream.refusedAsFull).toBe(before);
    await harness.clock.advance(10 * 60_000 - 8000);
    const { jobs } = await harness.jobs.list({ status: "queued", limit: 50, order: "asc" });
    expect(jobs).toHaveLength(11);
    expect(harness.upstream.refusedAsFull).toBe(before);
  });

  test("is left alone between two tries where somebody else uses it up", async () => {
    harness = await startHarness();
    harness.upstream.maxRunning = 0;
    await createAll(20);
    await harness.clock.advance(10 * 60_000);
    // Some fifteen pauses, three posts at one moment at most; without pauses it would be a hundred and more.
    expect(harness.upstream.refusedAsFull).toBeLessThanOrEqual(45);
    harness.upstream.maxRunning = 1;
    await harness.clock.advance(60_000);
    expect(harness.upstream.charged).toHaveLength(1);
  });

  test("is limited for that model only", async () => {
    harness = await startHarness();
    harness.upstream.maxRunning = 1;
    await createAll(2);
    await harness.clock.settle();
    harness.upstream.maxRunning = Number.POSITIVE_INFINITY;
    const [video] = await createAll(1, { request: videoRequest() });
    await harness.clock.settle();
    expect((await harness.job(video!)).phase).toBe("generating");
  });

  test("leaves jobs to another account that has room", async () => {
    const session = (name: string) => ({ name, session: `${name}-${fakeSession}` });
    harness = await startHarness({ sessions: [session("one"), session("two")] });
    harness.upstream.maxRunning = 1;
    const [busy, refused] = await createAll(2, { account: "one" });
    await harness.clock.settle();
    expect((await harness.job(refused!)).status).toBe("queued");
    harness.upstream.maxRunning = Number.POSITIVE_INFINITY;
    const [free] = await createAll(1);
    await harness.clock.settle();
    expect((await harness.job(busy!)).account).toBe("one");
    expect(await harness.job(free!)).toMatchObject({ account: "two", phase: "generating" });
  });
});

describe("jobs that wait for a slot", () => {
  async function startsInOrder(jobs: Partial<NewJob>[]): Promise<string[]> {
    harness = await startHarness({ settings: { concurrentStarts: 1 } });
    harness.upstream.behaviours = Array.from({ length: 20 }, () => ({ kind: "hang" as const }));
    await createAll(1, { request: imageRequest({ prompt: "first" }) });
    await harness.clock.settle();
    for (const [at, job] of jobs.entries()) {
      const request = imageRequest({ prompt: `${job.keyId} ${job.priority ?? 0} ${at}` });
      await createAll(1, { ...job, request });
    }
    await harness.clock.settle();
    for (const _ of jobs) {
      harness.upstream.release();
      await harness.clock.settle();
    }
    harness.upstream.release();
    await harness.clock.settle();
    return harness.upstream.requests.slice(1).map(({ prompt }) => prompt);
  }

  test("are served one caller after the other", async () => {
    const greedy = Array.from({ length: 4 }, () => ({ keyId: "a" }));
    const order = await startsInOrder([...greedy, { keyId: "b" }, { keyId: "b" }]);
    expect(order.map((prompt) => prompt[0])).toEqual(["a", "b", "a", "b", "a", "a"]);
  });

  test("are served by priority", async () => {
    const order = await startsInOrder([
      { keyId: "a", priority: -5 },
      { keyId: "a" },
      { keyId: "b", priority: 10 },
    ]);
    expect(order).toEqual(["b 10 2", "a 0 1", "a -5 0"]);
  });
});

describe("a start deadline", () => {
  const failed = { status: "failed", error: { code: "timeout", charged: "no" } };

  test("ends a job that still waits for its place, with nothing paid", async () => {
    harness = await startHarness({ settings: { concurrentStarts: 1 } });
    harness.upstream.behaviours = [{ kind: "hang" }];
    await createAll(1);
    await harness.clock.settle();
    const startBefore = harness.clock.now() + 30_000;
    const [id] = await createAll(1, { startBefore });
    await harness.clock.advance(29_999);
    expect((await harness.job(id!)).status).toBe("queued");
    await harness.clock.advance(1);
    expect(await harness.job(id!)).toMatchObject(failed);
    harness.upstream.release();
    await harness.clock.advance(60_000);
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("ends a job that the upstream had no room for", async () => {
    harness = await startHarness();
    harness.upstream.maxRunning = 1;
    await createAll(1);
    await harness.clock.settle();
    const startBefore = harness.clock.now() + 7000;
    const ids = await createAll(2, { startBefore });
    await harness.clock.advance(7000);
    for (const id of ids) expect(await harness.job(id)).toMatchObject(failed);
  });

  test("means nothing to a job that was started in time", async () => {
    harness = await startHarness();
    const [id] = await createAll(1, { startBefore: harness.clock.now() + 1000 });
    await harness.clock.advance(5000);
    expect((await harness.job(id!)).phase).toBe("generating");
  });

  test("does not end an uncertain start", async () => {
    harness = await startHarness();
    harness.upstream.behaviours = [{ kind: "fail", error: startError("timeout", "unknown") }];
    const [id] = await createAll(1, { startBefore: harness.clock.now() + 10_000 });
    await harness.clock.advance(59_000);
    expect((await harness.job(id!)).status).toBe("in_progress");
    await harness.clock.advance(2000);
    expect(harness.upstream.posts).toHaveLength(2);
  });
});

describe("a queue that is full", () => {
  test("takes no more rows until some have started", async () => {
    harness = await startHarness({ settings: { concurrentStarts: 1, maxQueue: 2 } });
    harness.upstream.behaviours = [{ kind: "hang" }];
    await createAll(1);
    await harness.clock.settle();
    await createAll(2);
    await expect(createAll(1)).rejects.toMatchObject({
      code: "overloaded",
      detail: { charged: "no", retryAfterMs: 10_000 },
    });
    expect((await harness.jobs.list({ limit: 10, order: "asc" })).jobs).toHaveLength(3);
    harness.upstream.release();
    await harness.clock.settle();
    await createAll(1);
  });
});

describe("a limit of starts a minute", () => {
  test("spreads an account's starts evenly, and loses none", async () => {
    harness = await startHarness({ settings: { startsPerMinute: 6 } });
    const ids = await createAll(5);
    const started: number[] = [];
    for (let second = 0; second < 50; second++) {
      await harness.clock.advance(1000);
      started.push(harness.upstream.charged.length);
    }
    expect([started[1], started[12], started[22], started[32], started[45]]).toEqual([
      1, 2, 3, 4, 5,
    ]);
    const jobs = await Promise.all(ids.map((id) => harness.job(id)));
    const sent = new Set(harness.upstream.charged);
    expect(new Set(jobs.map(({ submitId }) => submitId))).toEqual(sent);
  });

  test("gives the place of a cancelled job to the next", async () => {
    harness = await startHarness({ settings: { startsPerMinute: 1, concurrentStarts: 1 } });
    const [, second, third] = await createAll(3);
    await harness.clock.settle();
    await harness.jobs.cancel(second!);
    await harness.clock.advance(61_000);
    expect((await harness.job(third!)).status).toBe("in_progress");
  });
});

test("after a refusal by risk control the other jobs of the account fail unsent, and no other account gets them", async () => {
  harness = await startHarness({
    sessions: [
      { name: "one", session: fakeSession },
      { name: "two", session: `${fakeSession}-2` },
    ],
    settings: { concurrentStarts: 1 },
  });
  const error = startError("risk_controlled", "refused", { upstream: { ret: "1019" } });
  harness.upstream.behaviours.push({ kind: "fail", error });
  const ids = await createAll(1, { account: "one" });
  await harness.clock.settle();
  await expect(createAll(1, { account: "one" })).rejects.toMatchObject({ code: "risk_controlled" });
  expect((await harness.job(ids[0]!)).error).toMatchObject({ code: "risk_controlled" });
  await harness.clock.advance(30 * 60_000);
  expect(harness.upstream.charged).toEqual([]);
});
