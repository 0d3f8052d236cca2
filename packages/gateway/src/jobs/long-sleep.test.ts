// Tests what becomes of jobs while nobody was there for longer than their deadline: the process was dead, or the
// machine asleep. What the upstream made meanwhile is looked for before anything is given up.

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { imageOutput, imageRequest, startError } from "../testing/fake-upstream.ts";
import { expiredUrl, startHarness } from "../testing/job-harness.ts";
import type { Harness } from "../testing/job-harness.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

async function startOne(): Promise<string> {
  const { id } = await harness.create(imageRequest());
  await harness.clock.settle();
  return id;
}

const finish = (): void => harness.upstream.finish(harness.upstream.posts[0]!);
const away = () => startError("upstream_unavailable", "unknown");

/** Lets an hour pass in which no process runs. */
async function dieForAnHour(): Promise<void> {
  await harness.stop();
  await harness.clock.advance(hourMs);
  await harness.reopen();
}

describe("a process that was dead beyond the deadline", () => {
  test("fetches what was made meanwhile, also when the first polls fail", async () => {
    const id = await startOne();
    finish();
    harness.upstream.pollFailures = [away(), away()];
    await dieForAnHour();
    await harness.clock.advance(30_000);
    expect(await harness.job(id)).toMatchObject({ status: "completed" });
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("finds a start whose answer was lost, and its result", async () => {
    harness.upstream.behaviours = [
      { kind: "accept-then-fail", error: startError("timeout", "unknown") },
    ];
    const id = await startOne();
    finish();
    harness.upstream.pollFailures = [away(), away()];
    await dieForAnHour();
    await harness.clock.advance(30_000);
    expect(await harness.job(id)).toMatchObject({ status: "completed" });
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("does not send again what was never seen", async () => {
    harness.upstream.behaviours = [{ kind: "fail", error: startError("timeout", "unknown") }];
    const id = await startOne();
    await dieForAnHour();
    await harness.clock.advance(minuteMs);
    expect(await harness.job(id)).toMatchObject({ error: { code: "outcome_unknown" } });
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("gives up at its first poll what is still not made", async () => {
    const id = await startOne();
    await dieForAnHour();
    await harness.clock.advance(2000);
    expect(await harness.job(id)).toMatchObject({
      status: "failed",
      error: { code: "generation_timeout" },
    });
  });

  test("gives up what it cannot ask about for minutes", async () => {
    const id = await startOne();
    harness.upstream.pollFailures = Array.from({ length: 1000 }, away);
    await dieForAnHour();
    await harness.clock.advance(4 * minuteMs);
    expect((await harness.job(id)).status).toBe("in_progress");
    await harness.clock.advance(2 * minuteMs);
    expect(await harness.job(id)).toMatchObject({ error: { code: "generation_timeout" } });
  });

  test("fetches the files whose URLs died meanwhile by fresh ones", async () => {
    const id = await startOne();
    finish();
    harness.assets.failures = [startError("connection_failed", "refused")];
    await harness.clock.advance(6000);
    expect(await harness.job(id)).toMatchObject({ status: "in_progress", phase: "saving" });
    harness.assets.failures = [expiredUrl()];
    await dieForAnHour();
    await harness.clock.advance(minuteMs);
    expect(await harness.job(id)).toMatchObject({ status: "completed" });
  });
});

describe("a machine that slept beyond the deadline", () => {
  test("fetches what was made meanwhile", async () => {
    const id = await startOne();
    finish();
    harness.upstream.pollFailures = [away()];
    harness.clock.sleep(hourMs);
    await harness.clock.advance(30_000);
    expect(await harness.job(id)).toMatchObject({ status: "completed" });
  });
});

describe("files that could not be fetched after the deadline", () => {
  test("fail the job, and a recheck brings them", async () => {
    const id = await startOne();
    const [submitId] = harness.upstream.posts;
    finish();
    const failure = startError("connection_failed", "refused");
    harness.assets.spoilt.set(imageOutput(submitId!, 0).url, failure);
    await dieForAnHour();
    await harness.clock.advance(10 * minuteMs);
    expect(await harness.job(id)).toMatchObject({
      status: "failed",
      error: { code: "connection_failed" },
    });
    harness.assets.spoilt.clear();
    await harness.jobs.recheck(id);
    await harness.clock.advance(minuteMs);
    expect(await harness.job(id)).toMatchObject({ status: "completed", error: null });
    expect(harness.upstream.posts).toHaveLength(1);
  });
});
