// Tests records that lead to their results only by asking more: full videos, success without items, series.

import { JimengError } from "@jimeng/sdk";
import type { GenerationOutput } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  imageOutput,
  imageRequest,
  startError,
  videoRequest,
} from "../../testing/fake-upstream.ts";
import { startHarness } from "../../testing/job-harness.ts";
import type { Harness } from "../../testing/job-harness.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

async function running(request: Parameters<Harness["create"]>[0]) {
  const { id } = await harness.create(request);
  await harness.clock.settle();
  const { submitId } = await harness.job(id);
  return { id, submitId: submitId! };
}

function videoOutput(submitId: string): GenerationOutput {
  return {
    kind: "video",
    itemId: `item-${submitId}`,
    url: `https://results.invalid/${submitId}.mp4`,
    width: 1280,
    height: 720,
    fps: 24,
    durationMs: 5000,
    format: "mp4",
    coverUrl: null,
    hasAudio: false,
    expiresAt: null,
  };
}

describe("a video", () => {
  async function finished() {
    const { id, submitId } = await running(videoRequest());
    harness.upstream.finish(submitId, [videoOutput(submitId)]);
    harness.assets.size = { width: 1280, height: 720 };
    await harness.clock.advance(60_000);
    return harness.job(id);
  }

  test("is saved in full quality, not as the preview of its record", async () => {
    const job = await finished();
    expect(job).toMatchObject({ status: "completed", warnings: [] });
    expect(harness.assets.saved).toEqual([`https://results.invalid/${job.submitId}.mp4?full`]);
  });

  test("is saved as its preview, with a warning, where the full file is not found", async () => {
    harness.upstream.fullQuality = ({ outputs }) => outputs;
    expect(await finished()).toMatchObject({
      status: "completed",
      warnings: [{ code: "preview_quality" }],
    });
  });

  test("is saved as its preview where the question for the full file fails", async () => {
    harness.upstream.fullQuality = () => {
      throw new JimengError("upstream_unavailable", "not now");
    };
    expect(await finished()).toMatchObject({
      status: "completed",
      warnings: [{ code: "preview_quality" }],
    });
  });

  test("is saved as its preview where the full file cannot be fetched", async () => {
    const { id, submitId } = await running(videoRequest());
    const { url } = videoOutput(submitId);
    harness.assets.spoilt.set(`${url}?full`, new JimengError("unexpected_response", "no video"));
    harness.upstream.finish(submitId, [videoOutput(submitId)]);
    harness.assets.size = { width: 1280, height: 720 };
    await harness.clock.advance(120_000);
    expect(await harness.job(id)).toMatchObject({
      status: "completed",
      warnings: [{ code: "preview_quality" }],
    });
    expect(harness.assets.saved).toEqual([url]);
  });
});

describe("success without items", () => {
  test("is asked for its reserved items after some polls", async () => {
    const { id, submitId } = await running(imageRequest());
    harness.upstream.change(submitId, { upstreamStatus: 50, reservedItemIds: ["item-1"] });
    let asked = 0;
    harness.upstream.fullQuality = ({ reservedItemIds }) => {
      asked += 1;
      return asked === 1 ? [] : [imageOutput(submitId, 0, { itemId: reservedItemIds![0]! })];
    };
    await harness.clock.advance(9000);
    expect(asked).toBe(0);
    await harness.clock.advance(40_000);
    expect(asked).toBe(2);
    expect(await harness.job(id)).toMatchObject({ status: "completed", assets: [{ index: 0 }] });
  });

  test("ends by itself when the items appear", async () => {
    const { id, submitId } = await running(imageRequest());
    harness.upstream.change(submitId, { upstreamStatus: 50 });
    await harness.clock.advance(8000);
    harness.upstream.finish(submitId);
    await harness.clock.advance(5000);
    expect((await harness.job(id)).status).toBe("completed");
  });
});

describe("success with fewer items than announced", () => {
  const outputs = (submitId: string, count: number) =>
    Array.from({ length: count }, (_, at) => imageOutput(submitId, at));
  const four = imageRequest({ count: 4, upstreamCount: 4 });

  test("waits for the others, which a later poll shows", async () => {
    const { id, submitId } = await running(four);
    harness.upstream.change(submitId, { expectedCount: 4, missingCount: 2 });
    harness.upstream.finish(submitId, outputs(submitId, 2));
    await harness.clock.advance(15_000);
    expect(await harness.job(id)).toMatchObject({ status: "in_progress" });
    harness.upstream.change(submitId, { missingCount: 0, outputs: outputs(submitId, 4) });
    await harness.clock.advance(2000);
    const job = await harness.job(id);
    expect(job).toMatchObject({ status: "completed", warnings: [] });
    expect(job.assets).toHaveLength(4);
  });

  test("ends with what is there once that stayed the same for ten seconds", async () => {
    const { id, submitId } = await running(four);
    harness.upstream.change(submitId, { expectedCount: 4, missingCount: 1 });
    harness.upstream.finish(submitId, outputs(submitId, 3));
    await harness.clock.advance(18_000);
    const job = await harness.job(id);
    expect(job).toMatchObject({ status: "completed", warnings: [{ code: "fewer_images" }] });
    expect(job.assets).toHaveLength(3);
  });

  test("ends at once where the missing ones were refused", async () => {
    const { id, submitId } = await running(four);
    harness.upstream.change(submitId, { expectedCount: 4, missingCount: 0 });
    harness.upstream.finish(submitId, outputs(submitId, 3));
    await harness.clock.advance(8000);
    expect((await harness.job(id)).status).toBe("completed");
    expect(harness.upstream.polls).toHaveLength(1);
  });
});

describe("a stalled series", () => {
  const series = imageRequest({ count: 6, sequence: 6, upstreamCount: 6 });

  function stall(submitId: string, made: number): void {
    harness.upstream.change(submitId, {
      outputs: Array.from({ length: made }, (_, at) => imageOutput(submitId, at)),
      expectedCount: 6,
      finishedCount: made,
      needsContinuation: true,
    });
  }

  function finish(submitId: string, count = 6): void {
    harness.upstream.change(submitId, { needsContinuation: false });
    const outputs = Array.from({ length: count }, (_, at) => imageOutput(submitId, at));
    harness.upstream.finish(submitId, outputs);
  }

  test("is continued once per number of pictures, which is written down before", async () => {
    const { id, submitId } = await running(series);
    stall(submitId, 4);
    await harness.clock.advance(20_000);
    expect(harness.upstream.continued).toEqual([submitId]);
    expect(await harness.record(id)).toMatchObject({ continuedCount: 4 });
    stall(submitId, 5);
    await harness.clock.advance(20_000);
    expect(harness.upstream.continued).toEqual([submitId, submitId]);
    finish(submitId);
    await harness.clock.advance(40_000);
    const job = await harness.job(id);
    expect(job.status).toBe("completed");
    expect(job.assets).toHaveLength(6);
  });

  test("is never continued twice for one number, also after death in between or a lost answer", async () => {
    const { submitId } = await running(series);
    harness.upstream.continueFailures = [startError("timeout", "unknown")];
    stall(submitId, 4);
    await harness.clock.advance(15_000);
    await harness.kill();
    await harness.clock.advance(20_000);
    expect(harness.upstream.continued).toHaveLength(1);
    finish(submitId);
    await harness.clock.advance(40_000);
  });

  test("that was continued in vain ends with what is there", async () => {
    const { id, submitId } = await running(series);
    stall(submitId, 4);
    await harness.clock.advance(120_000);
    const job = await harness.job(id);
    expect(job).toMatchObject({ status: "completed", warnings: [{ code: "fewer_images" }] });
    expect(job.assets).toHaveLength(4);
    expect(harness.upstream.continued).toHaveLength(1);
  });

  test("that the upstream certainly refuses to continue ends with what is there, at once", async () => {
    const { id, submitId } = await running(series);
    harness.upstream.continueFailures = [startError("insufficient_credits", "refused")];
    stall(submitId, 4);
    await harness.clock.advance(20_000);
    expect(await harness.job(id)).toMatchObject({ status: "completed" });
  });

  test("is tried again where nothing got through", async () => {
    const { submitId } = await running(series);
    harness.upstream.continueFailures = [startError("connection_failed", "refused")];
    stall(submitId, 4);
    await harness.clock.advance(20_000);
    expect(harness.upstream.continued).toHaveLength(2);
    finish(submitId);
    await harness.clock.advance(40_000);
  });
});
