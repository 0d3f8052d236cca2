// Tests that a storage of results which is down costs time and nothing else.

import { afterEach, describe, expect, test } from "vitest";

import { StorageFailure } from "../storage/asset-store.ts";
import { startHarness } from "../testing/job-harness.ts";
import type { Harness } from "../testing/job-harness.ts";
import { imageOutput, imageRequest } from "../testing/fake-upstream.ts";

let harness: Harness;
afterEach(() => harness.close());

const down = () => new StorageFailure("The storage of ASSETS_URL could not be written (test).");

describe("a storage that is down while results are saved", () => {
  test("has the job wait, however long, with one start and no result lost", async () => {
    harness = await startHarness({ settings: { maxPollCount: 60 } });
    const { id } = await harness.create(imageRequest({ count: 2, upstreamCount: 2 }));
    await harness.clock.settle();
    const { submitId } = await harness.job(id);
    const outputs = [0, 1].map((index) => imageOutput(submitId!, index));
    harness.upstream.finish(submitId!, outputs);
    for (const { url } of outputs) harness.assets.spoilt.set(url, down());
    // Far beyond MAX_RETRY_COUNT and a picture's deadline.
    await harness.clock.advance(120_000);
    expect(await harness.job(id)).toMatchObject({ status: "in_progress", phase: "saving" });
    harness.assets.spoilt.clear();
    await harness.clock.advance(10_000);
    const job = await harness.job(id);
    expect(job.status).toBe("completed");
    expect(job.assets).toHaveLength(2);
    expect(harness.upstream.posts).toEqual([submitId]);
  });

  test("keeps what was stored before it went down", async () => {
    harness = await startHarness();
    const { id } = await harness.create(imageRequest({ count: 2, upstreamCount: 2 }));
    await harness.clock.settle();
    const { submitId } = await harness.job(id);
    const outputs = [0, 1].map((index) => imageOutput(submitId!, index));
    harness.upstream.finish(submitId!, outputs);
    harness.assets.spoilt.set(outputs[1]!.url, down());
    await harness.clock.advance(30_000);
    await harness.reopen();
    harness.assets.spoilt.clear();
    await harness.clock.advance(10_000);
    expect((await harness.job(id)).assets).toHaveLength(2);
    expect(harness.assets.saved).toEqual(outputs.map(({ url }) => url));
  });
});
