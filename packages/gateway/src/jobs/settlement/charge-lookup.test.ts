// Tests how the credit history decides about an uncertain start, and rechecks of what was given up.

import { JimengError } from "@jimeng/sdk";
import { afterEach, describe, expect, test } from "vitest";

import { imageRequest, startError } from "../../testing/fake-upstream.ts";
import { startHarness } from "../../testing/job-harness.ts";
import type { Harness } from "../../testing/job-harness.ts";
import type { JobSettings } from "../settings.ts";

let harness: Harness;
afterEach(() => harness.close());

/** Creates a job whose start's answer is lost; the upstream took it unless told otherwise, and never shows it. */
async function lostStart(options: { taken?: boolean; settings?: Partial<JobSettings> } = {}) {
  harness = await startHarness({ settings: options.settings });
  const error = startError("timeout", "unknown");
  const kind = options.taken === false ? "fail" : "accept-then-fail";
  harness.upstream.behaviours = [{ kind, error }];
  harness.upstream.visibleAfterMs = Number.POSITIVE_INFINITY;
  const { id } = await harness.create(imageRequest());
  await harness.clock.settle();
  return { id, submitId: harness.upstream.posts[0]! };
}

function tellMovement(submitId: string, ...amounts: number[]): void {
  const createdAt = harness.clock.now();
  harness.client.movements = {
    total: null,
    cursor: null,
    records: amounts.map((amount) => ({ amount, createdAt, title: "", submitId, status: 1 })),
  };
}

describe("before a second post", () => {
  test("the credit history is asked, once", async () => {
    await lostStart({ taken: false });
    await harness.clock.advance(59_000);
    expect(harness.client.asked).toEqual([]);
    await harness.clock.advance(2000);
    expect(harness.client.asked).toHaveLength(1);
    expect(harness.upstream.posts).toHaveLength(2);
  });

  test("a charge under the submit id forbids it; the job is looked for further, then parked as paid", async () => {
    const { id, submitId } = await lostStart();
    tellMovement(submitId, -4);
    await harness.clock.advance(61_000);
    expect(await harness.job(id)).toMatchObject({ status: "in_progress", cost: { charged: 4 } });
    const polls = harness.upstream.polls.length;
    await harness.clock.advance(61_000);
    expect(harness.upstream.polls.length).toBeGreaterThan(polls);
    expect(await harness.job(id)).toMatchObject({
      status: "failed",
      error: { code: "outcome_unknown", charged: "yes" },
    });
    await harness.clock.advance(600_000);
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("a charge that was given back parks it as refunded", async () => {
    const { id, submitId } = await lostStart();
    tellMovement(submitId, 4, -4);
    await harness.clock.advance(61_000);
    expect(await harness.job(id)).toMatchObject({
      status: "failed",
      error: { code: "outcome_unknown", charged: "refunded" },
      cost: { charged: 4, refunded: 4 },
    });
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("a charge whose amount is written without a minus sign forbids it all the same, and is no refund", async () => {
    const { id, submitId } = await lostStart();
    tellMovement(submitId, 4);
    await harness.clock.advance(122_000);
    expect(await harness.job(id)).toMatchObject({
      status: "failed",
      error: { code: "outcome_unknown", charged: "yes" },
      cost: { charged: 4, refunded: null },
    });
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("a movement under the submit id forbids it even when its amount cannot be read", async () => {
    const { id, submitId } = await lostStart();
    tellMovement(submitId, 0);
    await harness.clock.advance(122_000);
    expect(await harness.job(id)).toMatchObject({ error: { charged: "yes" } });
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("another start's charge forbids nothing", async () => {
    await lostStart({ taken: false });
    tellMovement("another", -4);
    await harness.clock.advance(61_000);
    expect(harness.upstream.posts).toHaveLength(2);
  });

  test("a history that cannot be read is asked again after one more settle time; its silence delays, and does not forbid", async () => {
    const { id, submitId } = await lostStart({ taken: false });
    harness.client.failures = Array.from(
      { length: 10 },
      () => new JimengError("upstream_unavailable", "not now"),
    );
    await harness.clock.advance(119_000);
    expect((await harness.job(id)).status).toBe("in_progress");
    expect(harness.client.asked).toHaveLength(1);
    expect(harness.upstream.posts).toHaveLength(1);
    await harness.clock.advance(6000);
    expect(harness.client.asked).toHaveLength(2);
    expect(harness.upstream.posts).toEqual([submitId, submitId]);
  });

  test("a history that can be read again lets it go on", async () => {
    await lostStart({ taken: false });
    harness.client.failures = [new JimengError("timeout", "not now")];
    await harness.clock.advance(119_000);
    expect(harness.upstream.posts).toHaveLength(1);
    await harness.clock.advance(6000);
    expect(harness.upstream.posts).toHaveLength(2);
  });
});

describe("recheck", () => {
  test("brings a result that came after the deadline", async () => {
    harness = await startHarness();
    const { id } = await harness.create(imageRequest());
    await harness.clock.advance(901_000);
    expect(await harness.job(id)).toMatchObject({ error: { code: "generation_timeout" } });
    expect(await harness.jobs.recheck(id)).toMatchObject({ status: "in_progress", error: null });
    harness.upstream.finish(harness.upstream.charged[0]!);
    await harness.clock.advance(60_000);
    expect(await harness.job(id)).toMatchObject({
      status: "completed",
      assets: [{ index: 0 }],
      warnings: [{ code: "rechecked" }],
    });
    await expect(harness.jobs.recheck(id)).rejects.toMatchObject({ code: "conflict" });
    expect(harness.upstream.charged).toHaveLength(1);
  });

  test("finds a start that was parked, by its submit id", async () => {
    const { id, submitId } = await lostStart({ settings: { onDoubt: "park" } });
    await harness.clock.advance(61_000);
    expect(await harness.job(id)).toMatchObject({ error: { code: "outcome_unknown" } });
    expect(await harness.jobs.recheck(id)).toMatchObject({ status: "failed" });
    harness.upstream.show(submitId);
    harness.upstream.finish(submitId);
    await harness.jobs.recheck(id);
    await harness.clock.advance(1000);
    expect(await harness.job(id)).toMatchObject({ status: "completed", error: null });
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("shows the failure that the upstream reports by then", async () => {
    harness = await startHarness();
    const { id } = await harness.create(imageRequest());
    await harness.clock.advance(901_000);
    const error = new JimengError("content_rejected", "no", { charged: "refunded" });
    harness.upstream.fail(harness.upstream.charged[0]!, error);
    expect(await harness.jobs.recheck(id)).toMatchObject({
      status: "failed",
      error: { code: "content_rejected", charged: "refunded" },
    });
  });

  test("is refused for a job that has not ended, or whose end is known", async () => {
    harness = await startHarness();
    const { id } = await harness.create(imageRequest());
    await expect(harness.jobs.recheck(id)).rejects.toMatchObject({ code: "conflict" });
    await expect(harness.jobs.recheck("job_none")).rejects.toMatchObject({ code: "not_found" });
  });
});
