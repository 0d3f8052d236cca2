// Tests what becomes of starts whose answer was lost, and of those that were certainly refused.

import { afterEach, describe, expect, test } from "vitest";

import { imageRequest, startError } from "../../testing/fake-upstream.ts";
import { startHarness } from "../../testing/job-harness.ts";
import type { Harness } from "../../testing/job-harness.ts";
import type { JobSettings } from "../settings.ts";

let harness: Harness;
afterEach(() => harness.close());

async function startOne(settings?: Partial<JobSettings>, request = imageRequest()) {
  harness = await startHarness({ settings, idle: true });
  const job = await harness.create(request);
  return async () => {
    await harness.start();
    await harness.clock.settle();
    return job.id;
  };
}

const lostAnswer = () => startError("timeout", "unknown");

describe("a start whose answer was lost", () => {
  test("is found and adopted: one charge", async () => {
    const go = await startOne();
    harness.upstream.behaviours = [{ kind: "accept-then-fail", error: lostAnswer() }];
    const id = await go();
    expect(await harness.job(id)).toMatchObject({
      status: "in_progress",
      phase: "submitting",
      operation: null,
    });
    await harness.clock.advance(1000);
    const adopted = await harness.job(id);
    expect(adopted).toMatchObject({ status: "in_progress", phase: "generating" });
    harness.upstream.finish(adopted.submitId!);
    await harness.clock.advance(10_000);
    expect((await harness.job(id)).status).toBe("completed");
    expect(harness.upstream.charged).toHaveLength(1);
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("and never seen is sent again after the settle time, under the same id", async () => {
    const go = await startOne();
    harness.upstream.behaviours = [{ kind: "fail", error: lostAnswer() }];
    const id = await go();
    await harness.clock.advance(59_999);
    expect(harness.upstream.posts).toHaveLength(1);
    await harness.clock.advance(1);
    const [first, second] = harness.upstream.posts;
    expect(second).toBe(first);
    expect((await harness.job(id)).phase).toBe("generating");
  });

  test("is parked as outcome_unknown where the owner is cautious", async () => {
    const go = await startOne({ onDoubt: "park" });
    harness.upstream.behaviours = [{ kind: "fail", error: lostAnswer() }];
    const id = await go();
    await harness.clock.advance(60_000);
    expect(await harness.job(id)).toMatchObject({
      status: "failed",
      error: { code: "outcome_unknown", charged: "unknown" },
    });
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("settles in ten seconds after HTTP 503", async () => {
    const go = await startOne();
    const error = startError("upstream_unavailable", "unknown", { upstream: { httpStatus: 503 } });
    harness.upstream.behaviours = [{ kind: "fail", error }];
    await go();
    await harness.clock.advance(9999);
    expect(harness.upstream.polls.map((poll) => poll.by)).toEqual(["find", "find", "find", "find"]);
    expect(harness.upstream.posts).toHaveLength(1);
    await harness.clock.advance(1);
    expect(harness.upstream.posts).toHaveLength(2);
  });

  test("is not sent again while the look-ups themselves fail", async () => {
    const go = await startOne();
    harness.upstream.behaviours = [{ kind: "fail", error: lostAnswer() }];
    harness.upstream.pollFailures = Array.from({ length: 500 }, () =>
      startError("upstream_unavailable", "unknown"),
    );
    const id = await go();
    await harness.clock.advance(10 * 60_000);
    expect(harness.upstream.posts).toHaveLength(1);
    expect((await harness.job(id)).status).toBe("in_progress");
    harness.upstream.pollFailures = [];
    await harness.clock.advance(60_000);
    expect(harness.upstream.posts).toHaveLength(2);
  });

  test("ends as outcome_unknown when nothing can be learned until the deadline", async () => {
    const go = await startOne();
    harness.upstream.behaviours = [{ kind: "fail", error: lostAnswer() }];
    harness.upstream.pollFailures = Array.from({ length: 5000 }, () =>
      startError("upstream_unavailable", "unknown"),
    );
    const id = await go();
    // Some minutes of patience belong to it: an upstream that is away now may be back.
    await harness.clock.advance(20 * 60_000);
    expect(await harness.job(id)).toMatchObject({
      status: "failed",
      error: { code: "outcome_unknown" },
    });
  });

  test("again and again is given up after MAX_RETRY_COUNT further posts, all under one id", async () => {
    const go = await startOne({ maxRetryCount: 2 });
    harness.upstream.behaviours = Array.from({ length: 9 }, () => ({
      kind: "fail" as const,
      error: lostAnswer(),
    }));
    const id = await go();
    await harness.clock.advance(10 * 60_000);
    expect(await harness.job(id)).toMatchObject({
      status: "failed",
      error: { code: "outcome_unknown" },
    });
    expect(harness.upstream.posts).toHaveLength(3);
    expect(new Set(harness.upstream.posts).size).toBe(1);
  });

  test("and whose second post is refused may have been paid for all the same", async () => {
    const go = await startOne();
    harness.upstream.behaviours = [
      { kind: "fail", error: lostAnswer() },
      { kind: "fail", error: startError("insufficient_credits", "refused", { charged: "no" }) },
    ];
    const id = await go();
    await harness.clock.advance(60_000);
    expect(await harness.job(id)).toMatchObject({
      status: "failed",
      error: { code: "insufficient_credits", charged: "unknown" },
    });
  });

  test("and whose second post waits for a slot is cancelled without a claim that it was free", async () => {
    const go = await startOne();
    harness.upstream.behaviours = [
      { kind: "fail", error: lostAnswer() },
      { kind: "fail", error: startError("concurrency_limited", "refused") },
    ];
    const id = await go();
    await harness.clock.advance(60_000);
    expect(harness.upstream.posts).toHaveLength(2);
    await harness.jobs.cancel(id);
    await harness.clock.advance(60_000);
    expect(await harness.job(id)).toMatchObject({
      status: "cancelled",
      error: { code: "cancelled", charged: "unknown" },
    });
    expect(harness.upstream.posts).toHaveLength(2);
  });

  test("an error that nobody foresaw is uncertain too", async () => {
    const go = await startOne();
    harness.upstream.behaviours = [{ kind: "fail", error: new TypeError("fetch failed") }];
    await go();
    await harness.clock.advance(59_000);
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("can be cancelled: it is looked up to the end and never sent again", async () => {
    const go = await startOne();
    harness.upstream.behaviours = [{ kind: "fail", error: lostAnswer() }];
    const id = await go();
    expect(await harness.jobs.cancel(id)).toMatchObject({
      status: "in_progress",
      cancelRequested: true,
    });
    await harness.clock.advance(60_000);
    expect(await harness.job(id)).toMatchObject({
      status: "cancelled",
      error: { code: "cancelled", charged: "unknown" },
    });
    await harness.clock.advance(120_000);
    expect(harness.upstream.posts).toHaveLength(1);
    expect(harness.upstream.cancelled).toEqual([]);
  });
});

describe("a start that was certainly refused", () => {
  test.each([
    "content_rejected",
    "insufficient_credits",
    "session_invalid",
    "permission_denied",
    "upstream_error",
  ] as const)("for %s fails at once, not charged, without a look-up", async (code) => {
    const go = await startOne();
    harness.upstream.behaviours = [{ kind: "fail", error: startError(code, "refused") }];
    const id = await go();
    expect(await harness.job(id)).toMatchObject({
      status: "failed",
      error: { code, charged: "no" },
    });
    await harness.clock.advance(120_000);
    expect(harness.upstream.posts).toHaveLength(1);
    expect(harness.upstream.polls).toEqual([]);
  });

  test("because the account is full stays queued for as long as it takes, and never fails", async () => {
    const go = await startOne();
    harness.upstream.behaviours = Array.from({ length: 40 }, () => ({
      kind: "fail" as const,
      error: startError("concurrency_limited", "refused"),
    }));
    const id = await go();
    expect(await harness.job(id)).toMatchObject({ status: "queued", error: null });
    await harness.clock.advance(4999);
    expect(harness.upstream.posts).toHaveLength(1);
    await harness.clock.advance(20 * 60_000);
    expect((await harness.job(id)).status).toBe("queued");
    await harness.clock.advance(12 * 60_000);
    expect((await harness.job(id)).phase).toBe("generating");
    expect(new Set(harness.upstream.posts).size).toBe(1);
  });

  test("by rate limit waits as long as Retry-After says", async () => {
    const go = await startOne();
    const error = startError("rate_limited", "refused", { retryAfterMs: 12_345 });
    harness.upstream.behaviours = [{ kind: "fail", error }];
    await go();
    await harness.clock.advance(12_344);
    expect(harness.upstream.posts).toHaveLength(1);
    await harness.clock.advance(1);
    expect(harness.upstream.posts).toHaveLength(2);
  });

  test("because nothing got through is tried until the deadline, then failed and not charged", async () => {
    const go = await startOne();
    harness.upstream.behaviours = Array.from({ length: 500 }, () => ({
      kind: "fail" as const,
      error: startError("connection_failed", "refused"),
    }));
    const id = await go();
    await harness.clock.advance(14 * 60_000);
    expect((await harness.job(id)).status).toBe("queued");
    expect(harness.upstream.posts.length).toBeGreaterThan(10);
    await harness.clock.advance(2 * 60_000);
    expect(await harness.job(id)).toMatchObject({
      status: "failed",
      error: { code: "connection_failed", charged: "no" },
    });
    expect(harness.upstream.polls).toEqual([]);
  });

  test("can still be cancelled, free and final", async () => {
    const go = await startOne();
    harness.upstream.behaviours = [
      { kind: "fail", error: startError("concurrency_limited", "refused") },
    ];
    const id = await go();
    expect(await harness.jobs.cancel(id)).toMatchObject({ status: "cancelled" });
    await harness.clock.advance(120_000);
    expect(harness.upstream.posts).toHaveLength(1);
  });
});

test("two starts that were not found do not wait for each other at an account that is full", async () => {
  harness = await startHarness();
  harness.upstream.finishAfterMs = 12_000;
  harness.upstream.behaviours = [
    {
      kind: "fail",
      error: startError("upstream_unavailable", "unknown", { upstream: { httpStatus: 503 } }),
    },
    { kind: "fail", error: lostAnswer() },
    { kind: "fail", error: startError("concurrency_limited", "refused") },
  ];
  const ids = [
    (await harness.create(imageRequest())).id,
    (await harness.create(imageRequest())).id,
  ];
  await harness.clock.advance(5 * 60_000);
  for (const id of ids) expect((await harness.job(id)).status).toBe("completed");
  expect(harness.upstream.charged).toHaveLength(2);
});
