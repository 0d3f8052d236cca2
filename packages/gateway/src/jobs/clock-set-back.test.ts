// Tests jobs whose rows were written before the machine's clock was set back by an hour: a new process goes on with them at
// once, and pays nothing twice.

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { imageRequest, startError } from "../testing/fake-upstream.ts";
import { startHarness } from "../testing/job-harness.ts";
import type { Harness } from "../testing/job-harness.ts";

const hourMs = 3_600_000;

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ idle: true });
});
afterEach(() => harness.close());

/** Stops the process, sets the clock back, and starts another. */
async function setBack(): Promise<void> {
  await harness.stop();
  harness.clock.sleep(-hourMs);
  // The fake site keeps time by the same clock.
  for (const submitId of harness.upstream.posts) harness.upstream.show(submitId);
  await harness.reopen();
}

describe("after the clock was set back by an hour", () => {
  test("a queued job starts", async () => {
    const { id } = await harness.create(imageRequest());
    await setBack();
    await harness.clock.advance(1000);
    expect(await harness.job(id)).toMatchObject({ phase: "generating" });
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("a generation is polled, and completes", async () => {
    const { id } = await harness.create(imageRequest());
    await harness.start();
    await harness.clock.settle();
    harness.upstream.finish(harness.upstream.posts[0]!);
    await setBack();
    await harness.clock.advance(30_000);
    expect(await harness.job(id)).toMatchObject({ status: "completed" });
  });

  test("an uncertain start is looked up, not sent again blindly", async () => {
    harness.upstream.behaviours = [
      { kind: "accept-then-fail", error: startError("timeout", "unknown") },
    ];
    const { id } = await harness.create(imageRequest());
    await harness.start();
    await harness.clock.settle();
    await setBack();
    await harness.clock.advance(5000);
    expect(await harness.job(id)).toMatchObject({ phase: "generating" });
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("a download that failed is tried again", async () => {
    const { id } = await harness.create(imageRequest());
    await harness.start();
    await harness.clock.settle();
    harness.upstream.finish(harness.upstream.posts[0]!);
    harness.assets.failures = [startError("connection_failed", "refused")];
    await harness.clock.advance(6000);
    expect(await harness.job(id)).toMatchObject({ phase: "saving" });
    await setBack();
    await harness.clock.advance(30_000);
    expect(await harness.job(id)).toMatchObject({ status: "completed" });
    expect(harness.upstream.posts).toHaveLength(1);
  });
});
