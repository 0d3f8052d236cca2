// Each test leaves a row as a process that died there would, opens the database again and lets time pass.
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { imageOutput, imageRequest, videoRequest } from "../testing/fake-upstream.ts";
import { expiredUrl, startHarness } from "../testing/job-harness.ts";
import type { Harness } from "../testing/job-harness.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ idle: true });
});
afterEach(() => harness.close());

const submitId = "5f0c1f5e-0000-4000-8000-000000000001";

/** Makes a row whose submit id was written and nothing after it. */
async function leaveMarked(request = imageRequest()): Promise<string> {
  const job = await harness.create(request);
  const now = harness.clock.now();
  await harness.leave(await harness.record(job.id), {
    status: "in_progress",
    account: "main",
    submitId,
    submittedAt: now,
    uncertainSince: now,
    resolveBy: now + 60_000,
    runAt: now,
  });
  return job.id;
}

async function completeIn(milliseconds: number, id: string) {
  await harness.clock.advance(milliseconds);
  const job = await harness.job(id);
  expect(job.status).toBe("completed");
  expect(job.assets).toHaveLength(1);
  return job;
}

describe("a process that dies", () => {
  test("has written the submit id to disk before the post is sent", async () => {
    const { id } = await harness.create(imageRequest());
    let read: ReturnType<typeof harness.committed> | undefined;
    harness.upstream.onPost = () => (read = harness.committed(id));
    await harness.reopen();
    await harness.clock.settle();
    const seen = await read;
    expect(seen).toMatchObject({
      submit_id: harness.upstream.posts[0],
      account_id: "main",
      operation: null,
    });
    expect(seen?.["uncertain_since"]).not.toBeNull();
  });

  test("in the middle of the paid call finds what the upstream made of it", async () => {
    harness.upstream.behaviours = [{ kind: "hang" }];
    const { id } = await harness.create(imageRequest());
    await harness.reopen();
    await harness.clock.settle();
    expect(harness.upstream.posts).toHaveLength(1);
    await harness.kill();
    harness.upstream.release();
    harness.upstream.finishAfterMs = 5000;
    await completeIn(20_000, id);
    expect(harness.upstream.posts).toHaveLength(1);
    expect(harness.upstream.charged).toHaveLength(1);
  });

  test("before the submit id is written begins again: one start", async () => {
    const job = await harness.create(imageRequest());
    await harness.reopen();
    await harness.clock.settle();
    const { submitId: minted } = await harness.job(job.id);
    harness.upstream.finish(minted!);
    await completeIn(10_000, job.id);
    expect(harness.upstream.posts).toEqual([minted]);
  });

  test("after writing the submit id, before sending: looked up until the settle time, then sent with the same id", async () => {
    const id = await leaveMarked();
    await harness.reopen();
    await harness.clock.advance(59_999);
    expect(harness.upstream.posts).toEqual([]);
    expect(
      harness.upstream.polls.every((poll) => poll.by === "find" && poll.ids[0] === submitId),
    ).toBe(true);
    const begin = harness.upstream.polls[0]!.at - 1000;
    expect(harness.upstream.polls.map((poll) => poll.at - begin)).toEqual([
      1000, 2000, 4000, 8000, 15_000, 30_000,
    ]);

    await harness.clock.advance(1);
    expect(harness.upstream.posts).toEqual([submitId]);
    harness.upstream.finish(submitId);
    const done = await completeIn(10_000, id);
    expect(done.submitId).toBe(submitId);
    expect(harness.upstream.charged).toEqual([submitId]);
  });

  test("after sending, before storing the answer: found and adopted, no second post", async () => {
    const id = await leaveMarked();
    harness.upstream.plant(imageRequest(), submitId);
    harness.upstream.finish(submitId);
    await harness.reopen();
    const done = await completeIn(10_000, id);
    expect(done.operation?.historyId).toBe(`history-${submitId}`);
    expect(harness.upstream.posts).toEqual([]);
    expect(harness.upstream.charged).toEqual([submitId]);
  });

  test("after sending, while the record is not visible yet: the first empty look-ups change nothing", async () => {
    harness.upstream.visibleAfterMs = 20_000;
    const id = await leaveMarked();
    harness.upstream.plant(imageRequest(), submitId);
    harness.upstream.finish(submitId);
    await harness.reopen();
    await completeIn(31_000, id);
    expect(harness.upstream.posts).toEqual([]);
  });

  test("with its submit id long past the settle time: three empty look-ups, then sent with the same id", async () => {
    await leaveMarked();
    await harness.clock.advance(3_600_000 / 6);
    await harness.reopen();
    await harness.clock.advance(3999);
    expect(harness.upstream.polls).toHaveLength(2);
    expect(harness.upstream.posts).toEqual([]);
    await harness.clock.advance(1);
    expect(harness.upstream.polls.map((poll) => poll.by)).toEqual(["find", "find", "find"]);
    expect(harness.upstream.posts).toEqual([submitId]);
  });

  test("with its submit id long past the settle time: one look-up that misses it leads to no second start", async () => {
    await leaveMarked();
    await harness.clock.advance(3_600_000 / 6);
    await harness.reopen();
    await harness.clock.advance(1000);
    harness.upstream.plant(imageRequest(), submitId);
    await harness.clock.advance(60_000);
    expect(harness.upstream.posts).toEqual([]);
  });

  test("while generating: polled again, no start", async () => {
    const job = await harness.create(videoRequest());
    await harness.reopen();
    await harness.clock.settle();
    const { submitId: minted } = await harness.job(job.id);
    await harness.reopen();
    harness.upstream.finish(minted!);
    await completeIn(15_000, job.id);
    expect(harness.upstream.posts).toEqual([minted]);
  });

  test("while saving: downloaded again, from fresh URLs when the old ones are dead", async () => {
    const id = await leaveMarked();
    const operation = harness.upstream.plant(imageRequest(), submitId);
    const fresh = imageOutput(submitId, 0, { url: "https://results.invalid/fresh.png" });
    harness.upstream.finish(submitId, [fresh]);
    await harness.leave(await harness.record(id), {
      operation,
      forecast: operation.forecast,
      startedAt: harness.clock.now(),
      uncertainSince: null,
      resolveBy: null,
      outputs: [imageOutput(submitId, 0, { url: "https://results.invalid/old.png" })],
    });
    harness.assets.failures = [expiredUrl()];
    await harness.reopen();
    await completeIn(10_000, id);
    expect(harness.assets.saved).toEqual([fresh.url]);
    expect(harness.upstream.posts).toEqual([]);
  });

  test("after saving two of four pictures keeps them and fetches the others", async () => {
    const id = await leaveMarked(imageRequest({ count: 4, upstreamCount: 4 }));
    const outputs = [0, 1, 2, 3].map((index) => imageOutput(submitId, index));
    const operation = harness.upstream.plant(imageRequest(), submitId);
    await harness.leave(await harness.record(id), {
      operation,
      uncertainSince: null,
      resolveBy: null,
      outputs,
    });
    const now = harness.clock.now();
    await harness.store.addAssets(
      [0, 1].map((index) => ({
        id: `asset_kept${index}`,
        jobId: id,
        index,
        itemId: outputs[index]!.itemId,
        contentType: "image/png",
        width: 1024,
        height: 1024,
        durationMs: null,
        bytes: 10,
        upstreamUrl: outputs[index]!.url,
        upstreamExpiresAt: null,
        createdAt: now,
        incomplete: false,
        thumbhash: null,
        coverUrl: null,
        posterBytes: null,
        trashedAt: null,
        deletedAt: null,
      })),
    );
    await harness.reopen();
    await harness.clock.advance(1000);
    const done = await harness.job(id);
    expect(done.status).toBe("completed");
    expect(done.assets.map((asset) => asset.index)).toEqual([0, 1, 2, 3]);
    expect(done.assets.slice(0, 2).map((asset) => asset.id)).toEqual([
      "asset_kept0",
      "asset_kept1",
    ]);
    expect(harness.assets.saved).toEqual([outputs[2]!.url, outputs[3]!.url]);
  });
});
