// Tests results whose files come broken: how often and when they are fetched again, and what is kept of them.

import { JimengError } from "@jimeng/sdk";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { imageOutput, imageRequest } from "../../testing/fake-upstream.ts";
import { expiredUrl, startHarness } from "../../testing/job-harness.ts";
import type { Harness } from "../../testing/job-harness.ts";
import type { StoredAsset } from "../record.ts";

let harness: Harness;
let fetchedAt: number[];
beforeEach(async () => {
  harness = await startHarness();
  fetchedAt = [];
  harness.assets.beforeSave = () => {
    fetchedAt.push(harness.clock.now());
    return Promise.resolve();
  };
});
afterEach(() => harness.close());

const truncated = () =>
  new JimengError("unexpected_response", "cut", { reason: "truncated", charged: "yes" });
const unreachable = () => new JimengError("connection_failed", "no answer", { charged: "yes" });

/** Starts a job and finishes its generation upstream with so many pictures. */
async function finished(count = 1) {
  const { id } = await harness.create(imageRequest({ count, upstreamCount: count }));
  await harness.clock.settle();
  const submitId = (await harness.job(id)).submitId!;
  const outputs = Array.from({ length: count }, (_, at) => imageOutput(submitId, at));
  harness.upstream.finish(submitId, outputs);
  return { id, submitId, outputs };
}

const codesOf = async (id: string) => (await harness.job(id)).warnings.map(({ code }) => code);

describe("a file that comes broken", () => {
  test("is fetched again after growing waits, never at once, whatever chance says", async () => {
    const { id, outputs } = await finished();
    harness.assets.cut.set(outputs[0]!.url, { bytes: 5, error: truncated() });
    await harness.clock.advance(3 * 60_000);
    const waits = fetchedAt.slice(1).map((at, index) => at - fetchedAt[index]!);
    expect(waits).toHaveLength(3);
    for (const [index, atLeastMs] of [5000, 7500, 15_000].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(atLeastMs);
      expect(waits[index]).toBeLessThan(atLeastMs + 3000);
    }
    expect(await harness.job(id)).toMatchObject({
      status: "completed",
      warnings: [{ code: "incomplete_file" }],
      assets: [{ incomplete: true, bytes: 5 }],
    });
  });

  test("has all its retries, however often its host was out of reach before", async () => {
    const { id } = await finished();
    const failures = [unreachable, unreachable, unreachable, truncated, truncated, truncated];
    harness.assets.failures = failures.map((make) => make());
    await harness.clock.advance(10 * 60_000);
    expect(await harness.job(id)).toMatchObject({ status: "completed", warnings: [] });
    expect(fetchedAt).toHaveLength(7);
  });

  test("does not give up a sibling that is only out of reach", async () => {
    const { id, outputs } = await finished(2);
    harness.assets.spoilt.set(outputs[0]!.url, truncated());
    harness.assets.spoilt.set(outputs[1]!.url, unreachable());
    await harness.clock.advance(5 * 60_000);
    expect((await harness.job(id)).status).toBe("in_progress");
    harness.assets.spoilt.delete(outputs[1]!.url);
    await harness.clock.advance(2 * 60_000);
    const done = await harness.job(id);
    expect(done).toMatchObject({ status: "completed", warnings: [{ code: "fewer_images" }] });
    expect(done.assets.map(({ upstreamUrl }) => upstreamUrl)).toEqual([outputs[1]!.url]);
  });

  test("is not what URLs are that have expired, several at a time", async () => {
    const { id } = await finished(2);
    harness.assets.failures = Array.from({ length: 10 }, () => expiredUrl());
    await harness.clock.advance(10 * 60_000);
    expect(await harness.job(id)).toMatchObject({ status: "completed", warnings: [] });
  });

  test("leaves its whole siblings when it is out of reach until the deadline", async () => {
    const { id, outputs } = await finished(2);
    harness.assets.spoilt.set(outputs[0]!.url, unreachable());
    await harness.clock.advance(20 * 60_000);
    const done = await harness.job(id);
    expect(done).toMatchObject({ status: "completed", warnings: [{ code: "fewer_images" }] });
    expect(done.assets.map(({ upstreamUrl }) => upstreamUrl)).toEqual([outputs[1]!.url]);
    harness.assets.spoilt.clear();
    await harness.jobs.recheck(id);
    await harness.clock.advance(60_000);
    expect((await harness.job(id)).assets).toHaveLength(2);
  });
});

describe("the part of a file", () => {
  test("gives way to a longer one, not to a shorter one, and to the whole file", async () => {
    const { id, outputs } = await finished();
    const { url } = outputs[0]!;
    const partOf = async (bytes: number) => {
      harness.assets.cut.set(url, { bytes, error: truncated() });
      const before = fetchedAt.length;
      for (let second = 0; second < 60 && fetchedAt.length === before; second++)
        await harness.clock.advance(1000);
      const [asset] = (await harness.job(id)).assets;
      return { bytes: asset?.bytes, id: asset?.id };
    };
    const first = await partOf(5);
    const longer = await partOf(7);
    expect([first.bytes, longer.bytes]).toEqual([5, 7]);
    expect(harness.assets.discarded).toEqual([first.id]);
    expect(await partOf(6)).toEqual(longer);
    harness.assets.cut.clear();
    await harness.clock.advance(60_000);
    const done = await harness.job(id);
    expect(done).toMatchObject({ status: "completed", warnings: [] });
    expect(done.assets).toMatchObject([{ incomplete: false, bytes: 10 }]);
    expect(harness.assets.discarded).toEqual([first.id, longer.id]);
  });

  test("outlives the death of the process, and nothing is paid again", async () => {
    const { id, submitId, outputs } = await finished();
    harness.assets.cut.set(outputs[0]!.url, { bytes: 5, error: truncated() });
    await harness.clock.advance(9000);
    expect((await harness.job(id)).assets).toMatchObject([{ incomplete: true }]);
    await harness.kill();
    harness.assets.cut.clear();
    await harness.clock.advance(60_000);
    const done = await harness.job(id);
    expect(done).toMatchObject({ status: "completed", warnings: [] });
    expect(done.assets).toMatchObject([{ incomplete: false }]);
    expect(harness.upstream.posts).toEqual([submitId]);
  });

  test("stays when a recheck brings no better one, and is told once", async () => {
    const { id, outputs } = await finished();
    harness.assets.cut.set(outputs[0]!.url, { bytes: 5, error: truncated() });
    await harness.clock.advance(3 * 60_000);
    const before = (await harness.job(id)).assets;
    await harness.jobs.recheck(id);
    await harness.clock.advance(3 * 60_000);
    expect((await harness.job(id)).assets).toEqual(before);
    expect(await codesOf(id)).toEqual(["rechecked", "incomplete_file"]);
  });

  test("is told by number among whole siblings, with the way to the rest", async () => {
    const { id, outputs } = await finished(2);
    harness.assets.cut.set(outputs[1]!.url, { bytes: 5, error: truncated() });
    await harness.clock.advance(3 * 60_000);
    const job = await harness.job(id);
    expect(job.assets.map(({ incomplete }) => incomplete)).toEqual([false, true]);
    expect(job.warnings).toMatchObject([{ code: "incomplete_file" }]);
    expect(job.warnings[0]?.message).toMatch(/1 of 2 files .*recheck/);
  });

  test("of unknown size is not compared with the size that was asked", async () => {
    const { id, outputs } = await finished();
    harness.assets.size = { width: null, height: null };
    harness.assets.cut.set(outputs[0]!.url, { bytes: 5, error: truncated() });
    await harness.clock.advance(3 * 60_000);
    expect(await codesOf(id)).toEqual(["incomplete_file"]);
  });
});

test("of the files that come for one result, the first whole one stays, else the longest", async () => {
  const { id } = await finished();
  const file = fc.record({ bytes: fc.integer({ min: 1, max: 5 }), incomplete: fc.boolean() });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 6 }), async (files) => {
      const itemId = `item_${run++}`;
      const rows = files.map((each, at) => ({ ...asset(id, itemId, at), ...each }));
      for (const row of rows) await harness.store.addAssets([row]);
      const stored = (await harness.store.assetsOf([id])).get(id)!;
      const longest = Math.max(...files.map(({ bytes }) => bytes));
      const expected =
        rows.find(({ incomplete }) => !incomplete) ?? rows.find(({ bytes }) => bytes === longest);
      expect(stored.find((each) => each.itemId === itemId)).toEqual({ ...expected, index: 0 });
    }),
    { numRuns: 40 },
  );
});

function asset(jobId: string, itemId: string, at: number): StoredAsset {
  return {
    id: `asset_${itemId}_${at}`,
    jobId,
    index: 0,
    itemId,
    contentType: at % 2 === 0 ? "image/png" : "image/jpeg",
    width: at + 1,
    height: null,
    durationMs: null,
    bytes: 1,
    upstreamUrl: `https://results.invalid/${at}`,
    upstreamExpiresAt: at,
    createdAt: at,
    incomplete: false,
    thumbhash: null,
    coverUrl: null,
    posterBytes: null,
    trashedAt: null,
    deletedAt: null,
  };
}
