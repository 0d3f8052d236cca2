// Tests that every job learns what it cost: one reading serves all jobs of an account, no more than a page per slot,
// through restarts, and never an answer that is not certain.

import { JimengError } from "@jimeng/sdk";
import type { CreditRecord } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { imageRequest, startError } from "../../testing/fake-upstream.ts";
import { startHarness } from "../../testing/job-harness.ts";
import type { Harness } from "../../testing/job-harness.ts";

let harness: Harness;
/** The movements that the site shows, newest first. */
let shown: CreditRecord[];
let pageSize: number;
/** When pages were asked for. */
let readAt: number[];

const minuteMs = 60_000;
const hourMs = 3_600_000;
// Stands for the day, which the engine's minute-by-minute work makes long on a real database.
const windowMs = 2 * hourMs;

beforeEach(async () => {
  shown = [];
  readAt = [];
  pageSize = 50;
  harness = await startHarness({ settings: { settlementWindowMs: windowMs } });
  listen();
});
afterEach(() => harness.close());

function listen(): void {
  harness.client.onHistory = (cursor = "0") => {
    readAt.push(harness.clock.now());
    const next = Number(cursor) + pageSize;
    return {
      total: null,
      records: shown.slice(Number(cursor), next),
      cursor: next < shown.length ? String(next) : null,
    };
  };
}

function show(submitId: string | null, amount: number, createdAt = harness.clock.now()): void {
  shown.unshift({ submitId, amount, createdAt, title: "", status: 1 });
}

/** Creates a job that is completed ten seconds later. */
async function completedJob(): Promise<{ id: string; submitId: string }> {
  const { id } = await harness.create(imageRequest());
  await harness.clock.settle();
  const submitId = harness.upstream.posts.at(-1)!;
  harness.upstream.finish(submitId);
  await harness.clock.advance(10_000);
  expect((await harness.job(id)).status).toBe("completed");
  return { id, submitId };
}

async function failedJob(charged: "unknown" | "refunded" = "unknown") {
  const { id } = await harness.create(imageRequest());
  await harness.clock.settle();
  const submitId = harness.upstream.posts.at(-1)!;
  harness.upstream.fail(submitId, new JimengError("generation_failed", "no", { charged }));
  await harness.clock.advance(10_000);
  expect((await harness.job(id)).status).toBe("failed");
  return { id, submitId };
}

async function costOf(id: string) {
  const { cost, costState, settledAt } = await harness.job(id);
  return { charged: cost.charged, refunded: cost.refunded, state: costState, settledAt };
}

describe("an ended job", () => {
  test("is charged as soon as the history shows it, and settled when that stays", async () => {
    const { id, submitId } = await completedJob();
    expect(await costOf(id)).toMatchObject({ state: "not_settled", charged: null });
    await harness.clock.advance(2 * minuteMs);
    expect(await costOf(id)).toMatchObject({ state: "not_settled" });
    show(submitId, -8, harness.clock.now() - 2 * minuteMs);
    await harness.clock.advance(10 * minuteMs);
    expect(await costOf(id)).toMatchObject({ state: "charged", charged: 8, settledAt: null });
    await harness.clock.advance(10 * minuteMs);
    expect(await costOf(id)).toMatchObject({ state: "charged", charged: 8 });
    expect((await costOf(id)).settledAt).not.toBeNull();
    const reads = readAt.length;
    await harness.clock.advance(windowMs);
    expect(readAt).toHaveLength(reads);
  });

  test("without any movement is not charged only when the time for it has passed", async () => {
    const { id } = await completedJob();
    await harness.clock.advance(windowMs - 10 * minuteMs);
    expect(await costOf(id)).toMatchObject({ state: "not_settled", charged: null });
    await harness.clock.advance(20 * minuteMs);
    expect(await costOf(id)).toMatchObject({ state: "not_charged", charged: 0 });
    expect(readAt.length).toBeLessThan(10);
  });

  test("that failed waits for a refund that comes later", async () => {
    const { id, submitId } = await failedJob();
    show(submitId, -8);
    await harness.clock.advance(40 * minuteMs);
    expect(await harness.job(id)).toMatchObject({
      costState: "charged",
      settledAt: null,
      error: { charged: "yes" },
    });
    show(submitId, 8);
    await harness.clock.advance(75 * minuteMs);
    expect(await costOf(id)).toMatchObject({ charged: 8, refunded: 8 });
    expect(await harness.job(id)).toMatchObject({ error: { charged: "refunded" } });
    expect((await costOf(id)).settledAt).not.toBeNull();
  });

  test("whose start was surely refused is not charged, and nothing is read for it", async () => {
    const error = startError("content_rejected", "refused");
    harness.upstream.behaviours = [{ kind: "fail", error }];
    const { id } = await harness.create(imageRequest());
    await harness.clock.advance(windowMs);
    expect(await costOf(id)).toMatchObject({ state: "not_charged" });
    expect(readAt).toEqual([]);
  });

  test("stays open while the history cannot be read, and is unknown after the time for it", async () => {
    const failures = () =>
      harness.client.asked.filter((what) => what.startsWith("movements")).length;
    const { id } = await completedJob();
    harness.client.onHistory = () => {
      throw new JimengError("upstream_unavailable", "there is none here");
    };
    await harness.clock.advance(windowMs);
    expect(await costOf(id)).toMatchObject({ state: "not_settled", charged: null });
    await harness.clock.advance(40 * minuteMs);
    expect(await costOf(id)).toMatchObject({ state: "unknown", settledAt: null });
    // At most one request in half an hour, once several have failed.
    expect(failures()).toBeLessThan(12);
    const before = failures();
    await harness.clock.advance(hourMs);
    expect(failures()).toBe(before);
  });

  test("is unknown where forty pages do not reach back to its start", async () => {
    pageSize = 1;
    const { id } = await completedJob();
    for (let at = 0; at < 60; at++) show(`other-${at}`, -1);
    await harness.clock.advance(windowMs + 30 * minuteMs);
    expect(await costOf(id)).toMatchObject({ state: "unknown", charged: null });
  });

  test("is settled by the process that comes after the one that died", async () => {
    const { id, submitId } = await completedJob();
    await harness.clock.advance(30_000);
    await harness.kill();
    show(submitId, -8);
    await harness.clock.advance(20 * minuteMs);
    expect(await costOf(id)).toMatchObject({ state: "charged", charged: 8 });
    expect((await costOf(id)).settledAt).not.toBeNull();
  });

  test("that is looked for again is settled after its new end", async () => {
    const { id } = await harness.create(imageRequest());
    await harness.clock.advance(901_000);
    expect((await harness.record(id)).settleAt).not.toBeNull();
    const submitId = harness.upstream.posts[0]!;
    await harness.jobs.recheck(id);
    expect((await harness.record(id)).settleAt).toBeNull();
    harness.upstream.finish(submitId);
    show(submitId, -8);
    await harness.clock.advance(30 * minuteMs);
    expect(await costOf(id)).toMatchObject({ state: "charged", charged: 8 });
  });
});

describe("the charges of a model", () => {
  test("are those of completed jobs once they were charged, without what was refunded", async () => {
    const { submitId } = await completedJob();
    expect(await harness.jobs.charges(["main"], imageRequest().model)).toEqual([]);
    show(submitId, -8);
    await harness.clock.advance(2 * minuteMs);
    // Long before it is final that nothing comes back.
    expect(await harness.jobs.charges(["main"], imageRequest().model)).toMatchObject([
      { credits: 8 },
    ]);
    await completedJob();
    const failed = await failedJob();
    show(failed.submitId, -8);
    show(failed.submitId, 8);
    await harness.clock.advance(20 * minuteMs);
    const { model } = imageRequest();
    expect(await harness.jobs.charges(["main"], model)).toMatchObject([
      { credits: 8, request: { model } },
    ]);
    await harness.clock.advance(windowMs);
    const charges = await harness.jobs.charges(["main"], model);
    expect(charges.map(({ credits }) => credits)).toEqual([0, 8]);
    expect(await harness.jobs.charges(["main"], "another")).toEqual([]);
    expect(await harness.jobs.charges(["another"], model)).toEqual([]);
    expect(await harness.jobs.charges([], model)).toEqual([]);
  });
});

describe("pages", () => {
  test("are not read while nothing waits to settle", async () => {
    await harness.clock.advance(windowMs);
    expect(readAt).toEqual([]);
  });

  test("serve all jobs of an account, and are at least 20 s apart", async () => {
    pageSize = 3;
    const jobs: { id: string; submitId: string }[] = [];
    for (let at = 0; at < 10; at++) jobs.push(await completedJob());
    for (const { submitId } of jobs) show(submitId, -2, harness.clock.now() - 100_000);
    await harness.clock.advance(hourMs);
    for (const { id } of jobs) {
      expect(await costOf(id)).toMatchObject({ state: "charged", charged: 2 });
      expect((await costOf(id)).settledAt).not.toBeNull();
    }
    for (const [index, at] of readAt.entries()) {
      expect(at - (readAt[index - 1] ?? 0)).toBeGreaterThanOrEqual(20_000);
    }
    expect(readAt.length).toBeLessThan(10 * 5);
  });

  test("are as far apart over a restart", async () => {
    await completedJob();
    await harness.clock.advance(63_000);
    expect(readAt.length).toBeGreaterThan(0);
    await harness.kill();
    await completedJob();
    await harness.clock.advance(10 * minuteMs);
    for (const [index, at] of readAt.entries()) {
      expect(at - (readAt[index - 1] ?? 0)).toBeGreaterThanOrEqual(20_000);
    }
  });

  test("are read for an uncertain start first, whose settle time grows with the pages that it needs", async () => {
    pageSize = 2;
    const { id: waiting } = await completedJob();
    const error = startError("timeout", "unknown");
    harness.upstream.behaviours = [{ kind: "fail", error }];
    const before = harness.upstream.posts.length;
    const { id } = await harness.create(imageRequest());
    await harness.clock.settle();
    for (let at = 0; at < 6; at++) show(`other-${at}`, -1);
    await harness.clock.advance(62_000);
    expect(harness.upstream.posts).toHaveLength(before + 1);
    await harness.clock.advance(30_000);
    expect(harness.upstream.posts).toHaveLength(before + 1);
    await harness.clock.advance(90_000);
    expect(harness.upstream.posts).toHaveLength(before + 2);
    expect(new Set(harness.upstream.posts.slice(before)).size).toBe(1);
    for (const [index, at] of readAt.entries()) {
      expect(at - (readAt[index - 1] ?? 0)).toBeGreaterThanOrEqual(20_000);
    }
    expect((await harness.job(id)).status).toBe("in_progress");
    expect(await costOf(waiting)).toMatchObject({ state: "not_settled" });
  });

  test("are waited for by an uncertain start no longer than two settle times and one page", async () => {
    pageSize = 1;
    harness.upstream.behaviours = [{ kind: "fail", error: startError("timeout", "unknown") }];
    const { id } = await harness.create(imageRequest());
    await harness.clock.settle();
    for (let at = 0; at < 60; at++) show(`other-${at}`, -1);
    await harness.clock.advance(90_000);
    // The wait is counted from the row.
    await harness.kill();
    await harness.clock.advance(45_000);
    expect(harness.upstream.posts).toHaveLength(1);
    await harness.clock.advance(20_000);
    expect(harness.upstream.posts).toHaveLength(2);
    expect((await harness.job(id)).status).toBe("in_progress");
  });
});
