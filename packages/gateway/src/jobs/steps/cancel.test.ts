// Tests giving a job up after its paid post: what the upstream is asked, what the record decides, what is known
// of the refund.

import { JimengError } from "@jimeng/sdk";
import { afterEach, beforeEach, expect, test } from "vitest";

import { imageRequest, startError, videoRequest } from "../../testing/fake-upstream.ts";
import { startHarness } from "../../testing/job-harness.ts";
import type { Harness } from "../../testing/job-harness.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

async function running(request: Parameters<Harness["create"]>[0] = imageRequest()) {
  const { id } = await harness.create(request);
  await harness.clock.settle();
  const { submitId } = await harness.job(id);
  return { id, submitId: submitId! };
}

function shownCancelled(submitId: string): void {
  const error = new JimengError("cancelled", "已取消生成", { charged: "refunded" });
  harness.upstream.fail(submitId, error);
}

test("the request is written down and the upstream asked once, however often it is made", async () => {
  const { id, submitId } = await running();
  const wished = await harness.jobs.cancel(id);
  expect(wished).toMatchObject({ status: "in_progress", cancelRequested: true });
  expect(await harness.jobs.cancel(id)).toMatchObject({ status: "in_progress" });
  await harness.clock.advance(3000);
  await harness.jobs.cancel(id);
  await harness.clock.advance(3000);
  expect(harness.upstream.cancelled).toEqual([submitId]);
});

test("a record that shows it ends the job as cancelled, with the refund that the credit history shows", async () => {
  const { id, submitId } = await running();
  await harness.jobs.cancel(id);
  await harness.clock.settle();
  shownCancelled(submitId);
  const movement = { createdAt: harness.clock.now(), title: "", submitId, status: 1 };
  harness.client.movements = {
    total: 10,
    cursor: null,
    records: [
      { ...movement, amount: 4 },
      { ...movement, amount: -4 },
    ],
  };
  await harness.clock.advance(2000);
  expect(await harness.job(id)).toMatchObject({
    status: "cancelled",
    error: { code: "cancelled", charged: "refunded" },
    cost: { charged: 4, refunded: 4 },
  });
  expect(await harness.jobs.cancel(id)).toMatchObject({ status: "cancelled" });
});

test("the credit history's silence leaves what the record says of the refund", async () => {
  const { id, submitId } = await running(videoRequest());
  await harness.jobs.cancel(id);
  shownCancelled(submitId);
  harness.client.failures = [new JimengError("upstream_unavailable", "not now")];
  await harness.clock.advance(2000);
  expect(await harness.job(id)).toMatchObject({
    status: "cancelled",
    error: { charged: "refunded" },
    cost: { charged: null, refunded: null },
  });
});

test("a generation that was faster ends with its result, and says so", async () => {
  const { id, submitId } = await running();
  await harness.jobs.cancel(id);
  harness.upstream.finish(submitId);
  await harness.clock.advance(3000);
  expect(await harness.job(id)).toMatchObject({
    status: "completed",
    warnings: [{ code: "cancel_too_late" }],
  });
  await expect(harness.jobs.cancel(id)).rejects.toMatchObject({ code: "conflict" });
});

test("a generation that fails by itself is failed, not cancelled", async () => {
  const { id, submitId } = await running();
  await harness.jobs.cancel(id);
  harness.upstream.fail(submitId, new JimengError("content_rejected", "no", { charged: "yes" }));
  await harness.clock.advance(3000);
  expect(await harness.job(id)).toMatchObject({
    status: "failed",
    error: { code: "content_rejected", charged: "yes" },
  });
});

test("a record that fails without a reason after the request was accepted is cancelled, its charge unknown", async () => {
  const { id, submitId } = await running();
  await harness.jobs.cancel(id);
  await harness.clock.settle();
  const error = new JimengError("generation_failed", "no reason", {
    charged: "unknown",
    upstream: { logid: "log-1" },
  });
  harness.upstream.fail(submitId, error);
  await harness.clock.advance(3000);
  expect(await harness.job(id)).toMatchObject({
    status: "cancelled",
    error: { code: "cancelled", charged: "unknown" },
  });
});

test("a record that fails without a reason after the request was refused is failed", async () => {
  const { id, submitId } = await running();
  harness.upstream.cancelFailures = [new JimengError("invalid_request", "too late")];
  await harness.jobs.cancel(id);
  await harness.clock.settle();
  harness.upstream.fail(submitId, new JimengError("generation_failed", "no reason"));
  await harness.clock.advance(3000);
  expect(await harness.job(id)).toMatchObject({
    status: "failed",
    error: { code: "generation_failed" },
  });
});

test("an upstream that cannot be reached is asked again, one that refuses is not", async () => {
  const { id, submitId } = await running();
  harness.upstream.cancelFailures = [
    new JimengError("connection_failed", "cut"),
    new JimengError("invalid_request", "too late"),
  ];
  await harness.jobs.cancel(id);
  await harness.clock.advance(5000);
  expect(harness.upstream.cancelled).toHaveLength(2);
  harness.upstream.finish(submitId);
  await harness.clock.advance(30_000);
  expect(harness.upstream.cancelled).toHaveLength(2);
  const { status, warnings } = await harness.job(id);
  expect(status).toBe("completed");
  expect(warnings.map(({ code }) => code)).toEqual(["cancel_refused", "cancel_too_late"]);
});

test("the request outlives the process", async () => {
  const { id, submitId } = await running();
  harness.upstream.cancelFailures = [new JimengError("connection_failed", "cut")];
  await harness.jobs.cancel(id);
  await harness.clock.settle();
  await harness.kill();
  await harness.clock.advance(10_000);
  expect(harness.upstream.cancelled).toEqual([submitId, submitId]);
});

test("a start that is cancelled while its answer is under way is cancelled upstream", async () => {
  harness.upstream.behaviours = [{ kind: "hang" }];
  const { id } = await harness.create(imageRequest());
  await harness.clock.settle();
  expect(await harness.jobs.cancel(id)).toMatchObject({ status: "in_progress" });
  harness.upstream.release();
  await harness.clock.advance(2000);
  expect(harness.upstream.cancelled).toEqual(harness.upstream.charged);
  shownCancelled(harness.upstream.charged[0]!);
  await harness.clock.advance(5000);
  expect((await harness.job(id)).status).toBe("cancelled");
});

test("a start that is refused while it is being cancelled is cancelled for free", async () => {
  let cancelling: Promise<unknown> | undefined;
  harness.upstream.onPost = async () => {
    cancelling = harness.jobs.cancel(id);
    await cancelling;
  };
  harness.upstream.behaviours = [
    { kind: "fail", error: startError("concurrency_limited", "refused") },
  ];
  const { id } = await harness.create(imageRequest());
  await harness.clock.advance(1000);
  expect(await harness.job(id)).toMatchObject({ status: "cancelled", error: null });
  await harness.clock.advance(60_000);
  expect(harness.upstream.posts).toHaveLength(1);
});

test("an uncertain start that is found again is cancelled upstream", async () => {
  harness.upstream.behaviours = [
    { kind: "accept-then-fail", error: startError("timeout", "unknown") },
  ];
  harness.upstream.visibleAfterMs = 10_000;
  const { id } = await harness.create(imageRequest());
  await harness.clock.settle();
  await harness.jobs.cancel(id);
  expect(harness.upstream.cancelled).toEqual([]);
  await harness.clock.advance(20_000);
  expect(harness.upstream.cancelled).toEqual(harness.upstream.charged);
});

test("a generation that somebody cancelled on the site ends as cancelled", async () => {
  const { id, submitId } = await running();
  shownCancelled(submitId);
  await harness.clock.advance(10_000);
  expect(await harness.job(id)).toMatchObject({
    status: "cancelled",
    error: { code: "cancelled", charged: "refunded" },
  });
});
