// Tests what an observer is told of jobs: how long they waited and ran, what became of uncertain starts, what they cost.

import { afterEach, expect, test } from "vitest";

import { noObserver } from "../../observer.ts";
import type { Observer } from "../../observer.ts";
import { imageRequest, startError } from "../../testing/fake-upstream.ts";
import { startHarness } from "../../testing/job-harness.ts";
import type { Harness } from "../../testing/job-harness.ts";
import type { JobSettings } from "../settings.ts";

let harness: Harness;
afterEach(() => harness.close());

/** Makes an observer that writes down everything it is told but the events of jobs and polls. */
function recorder() {
  const told: unknown[] = [];
  const record = (name: string) => (observation: object) =>
    void told.push({ name, ...observation });
  const observer: Observer = {
    ...noObserver,
    isActive: true,
    jobCreated: record("created"),
    jobStarted: record("started"),
    jobEnded: record("ended"),
    jobDelivered: record("delivered"),
    pollingEnded: record("polled"),
    startUncertain: record("uncertain"),
    creditsMoved: record("credits"),
    assetStored: record("asset"),
  };
  return { told, observer };
}

async function begin(settings?: Partial<JobSettings>) {
  const { told, observer } = recorder();
  harness = await startHarness({ settings, observer, idle: true });
  return told;
}

const lostAnswer = () => startError("timeout", "unknown");

test("a job is told of from its creation to the answer and the charge, without its id", async () => {
  const told = await begin();
  const submitted = await harness.jobs.createOrReplay(
    [{ request: imageRequest(), warnings: [], keyId: null }],
    { keyId: null, requestHash: "hash", key: null, join: "undelivered" },
  );
  const [{ id }] = submitted.jobs;
  await harness.clock.advance(2000);
  await harness.start();
  await harness.clock.settle();
  const { submitId } = await harness.job(id);
  harness.upstream.finish(submitId ?? "");
  await harness.clock.advance(60_000);
  await submitted.answered();
  await harness.clock.settle();

  const { kind, model } = imageRequest();
  expect(told).toContainEqual({ name: "created", kind, model });
  expect(told).toContainEqual({ name: "started", kind, model, queuedMs: 2000 });
  expect(told).toContainEqual({ name: "asset", contentType: "image/png", bytes: 10 });
  const ended = told.find((one) => (one as { name: string }).name === "ended");
  expect(ended).toMatchObject({ kind, model, status: "completed", code: null });
  expect((ended as { runMs: number }).runMs).toBeGreaterThan(0);
  expect(told).toContainEqual({ name: "polled", kind, polls: expect.any(Number) as number });
  expect(told).toContainEqual({ name: "delivered", kind, afterMs: expect.any(Number) as number });
  expect(JSON.stringify(told)).not.toContain(id);
  expect(JSON.stringify(told)).not.toContain(submitId);
});

test("an uncertain start is opened, and found", async () => {
  const told = await begin();
  harness.upstream.behaviours = [{ kind: "accept-then-fail", error: lostAnswer() }];
  await harness.create(imageRequest());
  await harness.start();
  await harness.clock.advance(1000);
  expect(told.filter((one) => (one as { name: string }).name === "uncertain")).toEqual([
    { name: "uncertain", change: "opened" },
    { name: "uncertain", change: "found" },
  ]);
});

test("an uncertain start that stays unseen is sent again, or ends unknown", async () => {
  const told = await begin({ maxRetryCount: 1 });
  harness.upstream.behaviours = [1, 2].map(() => ({ kind: "fail", error: lostAnswer() }));
  const { id } = await harness.create(imageRequest());
  await harness.start();
  await harness.clock.advance(600_000);
  expect((await harness.job(id)).error?.code).toBe("outcome_unknown");
  const changes = told.flatMap((one) => (one as { change?: string }).change ?? []);
  expect(changes).toEqual(["opened", "sent_again", "opened", "unknown"]);
});
