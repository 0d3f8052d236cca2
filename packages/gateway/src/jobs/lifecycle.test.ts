// Tests the way of one job from request to file, on a fake upstream and a clock that stands still.

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { imageOutput, imageRequest, videoRequest } from "../testing/fake-upstream.ts";
import { startHarness } from "../testing/job-harness.ts";
import type { Harness } from "../testing/job-harness.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

describe("a job from request to file", () => {
  test("an image is posted once, polled, saved and completed", async () => {
    const { clock, upstream } = harness;
    const job = await harness.create(imageRequest());
    expect(job).toMatchObject({ status: "queued", account: null, submitId: null, progress: 0 });

    await clock.settle();
    const started = await harness.job(job.id);
    expect(started).toMatchObject({ status: "in_progress", phase: "generating", account: "main" });
    expect(upstream.posts).toEqual([started.submitId]);

    await clock.advance(9000);
    upstream.finish(started.submitId!);
    await clock.advance(1000);
    const done = await harness.job(job.id);
    expect(done).toMatchObject({
      status: "completed",
      phase: null,
      progress: 100,
      error: null,
      warnings: [],
    });
    expect(done.assets).toHaveLength(1);
    expect(done.assets[0]).toMatchObject({
      jobId: job.id,
      index: 0,
      contentType: "image/png",
      width: 1024,
    });
    expect(upstream.charged).toHaveLength(1);
    expect(await harness.jobs.asset(done.assets[0]!.id)).toEqual(done.assets[0]);
  });

  test("nothing is asked before six tenths of the forecast", async () => {
    await harness.create(imageRequest());
    await harness.clock.advance(5999);
    expect(harness.upstream.polls).toEqual([]);
    await harness.clock.advance(1);
    expect(harness.upstream.polls).toHaveLength(1);
  });

  test("a video completes too", async () => {
    const job = await harness.create(videoRequest());
    await harness.clock.settle();
    const { submitId } = await harness.job(job.id);
    await harness.clock.advance(20_000);
    harness.upstream.finish(submitId!);
    harness.assets.size = { width: 1280, height: 720 };
    await harness.clock.advance(5000);
    expect(await harness.job(job.id)).toMatchObject({ status: "completed", warnings: [] });
  });

  test("what came differs from what was asked: warnings say so and every picture is kept", async () => {
    const job = await harness.create(imageRequest({ width: 2048, height: 1152 }));
    await harness.clock.settle();
    const { submitId } = await harness.job(job.id);
    harness.upstream.finish(
      submitId!,
      [0, 1, 2, 3].map((index) => imageOutput(submitId!, index)),
    );
    await harness.clock.advance(10_000);
    const done = await harness.job(job.id);
    expect(done.assets.map((asset) => asset.index)).toEqual([0, 1, 2, 3]);
    expect(done.warnings.map((warning) => warning.code)).toEqual(["extra_images", "size_differs"]);
  });

  test("fewer pictures than wanted complete the job with a warning", async () => {
    const job = await harness.create(imageRequest({ count: 4, upstreamCount: 4 }));
    await harness.clock.settle();
    const { submitId } = await harness.job(job.id);
    harness.upstream.finish(submitId!, [imageOutput(submitId!, 0), imageOutput(submitId!, 1)]);
    await harness.clock.advance(10_000);
    expect(await harness.job(job.id)).toMatchObject({
      status: "completed",
      warnings: [{ code: "fewer_images" }],
    });
  });
});
