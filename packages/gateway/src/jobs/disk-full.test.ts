// Tests jobs while the disk has no room: none is taken or started, and what was paid for is saved when there is room.

import { JimengError } from "@jimeng/sdk";
import { afterEach, describe, expect, test } from "vitest";

import { diskProblem } from "../storage/disk-problem.ts";
import { imageOutput, imageRequest } from "../testing/fake-upstream.ts";
import { startHarness } from "../testing/job-harness.ts";
import type { Harness } from "../testing/job-harness.ts";
import type { JobEvent } from "./job.ts";

let harness: Harness;
afterEach(() => harness.close());

const full = diskProblem("disk_full");
const reference = { imageUri: "jimeng-file:file_1", width: 640, height: 480, format: "png" };
const noSpace = () => Object.assign(new Error("no space"), { code: "ENOSPC", syscall: "write" });
const warnings = (text: string) => harness.warned.filter((line) => line.includes(text));

describe("a disk below its floor", () => {
  test("takes no new job, and stores nothing of it", async () => {
    harness = await startHarness();
    harness.disk.current = full;
    await expect(harness.create(imageRequest())).rejects.toMatchObject({
      code: "storage_unavailable",
      detail: { reason: "disk_full", charged: "no" },
    });
    expect(await harness.jobs.list({ limit: 10, order: "desc" })).toMatchObject({ jobs: [] });
  });

  test("answers a repeated request with the jobs of the first one", async () => {
    harness = await startHarness({ idle: true });
    const newJob = { request: imageRequest(), warnings: [], keyId: null };
    const context = { keyId: null, requestHash: "h", key: "a-key", join: "undelivered" as const };
    const first = await harness.jobs.createOrReplay([newJob], context);
    await first.answered();
    harness.disk.current = full;
    const again = await harness.jobs.createOrReplay([newJob], context);
    expect(again.outcome).toBe("replayed");
    expect(again.jobs[0].id).toBe(first.jobs[0].id);
    await again.answered();
    await expect(
      harness.jobs.createOrReplay([newJob], { ...context, key: "other", requestHash: "i" }),
    ).rejects.toMatchObject({ code: "storage_unavailable" });
  });

  test("starts no waiting job, says so in the job, and starts them all when there is room", async () => {
    harness = await startHarness({ idle: true });
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) ids.push((await harness.create(imageRequest())).id);
    harness.disk.current = full;
    await harness.start();
    await harness.clock.advance(60_000);
    expect(harness.upstream.posts).toEqual([]);
    for (const id of ids) {
      expect(await harness.job(id)).toMatchObject({
        status: "queued",
        submitId: null,
        waiting: { reason: "disk_full", message: full.message, fix: full.fix },
      });
    }
    const { jobs } = await harness.jobs.list({ limit: 10, order: "asc" });
    expect(jobs.map(({ waiting }) => waiting?.reason)).toEqual(Array(3).fill("disk_full"));
    harness.disk.current = undefined;
    await harness.clock.advance(10_000);
    expect(harness.upstream.posts).toHaveLength(3);
    expect((await harness.job(ids[0]!)).waiting).toBeNull();
  });

  test("uploads no reference, and goes on with it later", async () => {
    harness = await startHarness({ idle: true });
    harness.files.add("file_1");
    const { id } = await harness.create(imageRequest({ references: [reference] }));
    harness.disk.current = full;
    await harness.start();
    await harness.clock.advance(30_000);
    expect(await harness.job(id)).toMatchObject({ status: "queued", account: null });
    expect(harness.files.handles.size).toBe(0);
    harness.disk.current = undefined;
    await harness.clock.advance(10_000);
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("lets a waiting job be cancelled, and end at the time by which it was to start", async () => {
    harness = await startHarness({ idle: true });
    const cancelled = await harness.create(imageRequest());
    const startBefore = harness.clock.now() + 20_000;
    const [late] = await harness.jobs.create([
      { request: imageRequest(), warnings: [], keyId: null, startBefore },
    ]);
    harness.disk.current = full;
    await harness.start();
    await harness.clock.advance(5000);
    await harness.jobs.cancel(cancelled.id);
    await harness.clock.advance(30_000);
    expect(await harness.job(cancelled.id)).toMatchObject({ status: "cancelled", waiting: null });
    expect(await harness.job(late!.id)).toMatchObject({
      status: "failed",
      waiting: null,
      error: { code: "timeout", reason: "start_deadline", charged: "no" },
    });
    expect(harness.upstream.posts).toEqual([]);
  });

  test("tells those who follow a job that it waits", async () => {
    harness = await startHarness({ idle: true });
    const { id } = await harness.create(imageRequest());
    const seen: JobEvent[] = [];
    const stop = new AbortController();
    const reading = (async () => {
      for await (const event of harness.jobs.events(id, { signal: stop.signal })) seen.push(event);
    })();
    await harness.clock.settle();
    harness.disk.current = full;
    await harness.start();
    await harness.clock.advance(20_000);
    stop.abort();
    await reading;
    expect(seen.map(({ name, job }) => [name, job.waiting?.reason])).toEqual([
      ["job.queued", undefined],
      ["job.queued", "disk_full"],
    ]);
  });

  test("still saves results: the floor keeps room for what is already paid for", async () => {
    harness = await startHarness();
    const { id } = await harness.create(imageRequest());
    await harness.clock.settle();
    harness.disk.current = full;
    const { submitId } = await harness.job(id);
    harness.upstream.finish(submitId!, [imageOutput(submitId!, 0)]);
    await harness.clock.advance(30_000);
    expect(await harness.job(id)).toMatchObject({ status: "completed", waiting: null });
  });

  test("imports nothing of the site's history", async () => {
    harness = await startHarness();
    harness.disk.current = full;
    await expect(harness.jobs.adopt([])).rejects.toMatchObject({ code: "storage_unavailable" });
  });
});

describe("a disk that takes no result", () => {
  async function finishOnFullDisk(failure: () => Error): Promise<{ id: string; submitId: string }> {
    harness = await startHarness({ settings: { maxPollCount: 60 } });
    const { id } = await harness.create(imageRequest());
    await harness.clock.settle();
    const { submitId } = await harness.job(id);
    const output = imageOutput(submitId!, 0);
    harness.upstream.finish(submitId!, [output]);
    harness.assets.spoilt.set(output.url, failure());
    return { id, submitId: submitId! };
  }

  test("has the job wait however long, says why in it and once in the log, and completes it when there is room", async () => {
    const { id, submitId } = await finishOnFullDisk(noSpace);
    // Many more tries than MAX_RETRY_COUNT, then tries far beyond a picture's deadline.
    await harness.clock.advance(120_000);
    harness.clock.sleep(3_600_000);
    await harness.clock.advance(60_000);
    expect(await harness.job(id)).toMatchObject({
      status: "in_progress",
      phase: "saving",
      error: null,
      waiting: { reason: "disk_full", message: expect.stringContaining("full") },
    });
    expect(warnings("The disk keeps a job from going on")).toHaveLength(1);
    expect(warnings("Task failed")).toEqual([]);
    // Others wait for room meanwhile.
    expect(harness.disk.failures.length).toBeGreaterThan(10);
    harness.assets.spoilt.clear();
    await harness.clock.advance(20_000);
    expect(await harness.job(id)).toMatchObject({ status: "completed", waiting: null });
    expect(harness.upstream.posts).toEqual([submitId]);
  });

  test("is not counted as a fault of the result, even where a file is larger than what is free", async () => {
    const { id } = await finishOnFullDisk(
      () =>
        new JimengError("storage_unavailable" as never, "10 MB free, the file has 90 MB.", {
          reason: "disk_full",
        }),
    );
    await harness.clock.advance(600_000);
    expect(await harness.job(id)).toMatchObject({
      phase: "saving",
      waiting: { message: "10 MB free, the file has 90 MB." },
    });
    harness.assets.spoilt.clear();
    await harness.clock.advance(20_000);
    expect((await harness.job(id)).status).toBe("completed");
  });

  test("that is read-only is not tried with a download, and says its own reason", async () => {
    harness = await startHarness();
    const { id } = await harness.create(imageRequest());
    await harness.clock.settle();
    harness.disk.current = diskProblem("read_only");
    const { submitId } = await harness.job(id);
    harness.upstream.finish(submitId!, [imageOutput(submitId!, 0)]);
    await harness.clock.advance(120_000);
    expect(harness.assets.saved).toEqual([]);
    expect((await harness.job(id)).waiting).toMatchObject({ reason: "read_only" });
    // A refusal of the watch must not prolong itself.
    expect(harness.disk.failures).toEqual([]);
    harness.disk.current = undefined;
    await harness.clock.advance(20_000);
    expect((await harness.job(id)).status).toBe("completed");
  });

  test("keeps results that landed early for the end, without a line for each poll", async () => {
    harness = await startHarness({ settings: { maxPollCount: 6000 } });
    const { id } = await harness.create(imageRequest({ count: 2, upstreamCount: 2 }));
    await harness.clock.settle();
    const { submitId } = await harness.job(id);
    const outputs = [0, 1].map((index) => imageOutput(submitId!, index));
    for (const { url } of outputs) harness.assets.spoilt.set(url, noSpace());
    harness.upstream.change(submitId!, {
      status: "pending",
      outputs: outputs.slice(0, 1),
      expectedCount: 2,
      finishedCount: 1,
    });
    await harness.clock.advance(60_000);
    expect((await harness.job(id)).waiting).toMatchObject({ reason: "disk_full" });
    harness.upstream.finish(submitId!, outputs);
    await harness.clock.advance(60_000);
    expect(warnings("The disk keeps a job from going on")).toHaveLength(1);
    expect(warnings("Failed to follow up")).toEqual([]);
    harness.assets.spoilt.clear();
    await harness.clock.advance(20_000);
    expect((await harness.job(id)).assets).toHaveLength(2);
  });
});
