// Tests the door of the engine: create, cancel, wait, events; and that no session reaches the database.

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { imageRequest, videoRequest } from "../testing/fake-upstream.ts";
import { fakeSession, startHarness } from "../testing/job-harness.ts";
import type { Harness } from "../testing/job-harness.ts";
import type { JobEvent } from "./job.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

async function running() {
  const { id } = await harness.create(imageRequest());
  await harness.clock.settle();
  const { submitId } = await harness.job(id);
  return { id, submitId: submitId! };
}

describe("create", () => {
  test("stores several jobs in one call, tied and in order", async () => {
    const jobs = await harness.jobs.create(
      [1, 2, 3].map(() => ({
        request: imageRequest(),
        warnings: [],
        keyId: "k1",
        groupId: "group_1",
      })),
    );
    expect(new Set(jobs.map((job) => job.id)).size).toBe(3);
    expect(jobs.map((job) => job.id)).toEqual(jobs.map((job) => job.id).toSorted());
    expect(jobs.every((job) => job.groupId === "group_1" && job.keyId === "k1")).toBe(true);
    const { jobs: listed } = await harness.jobs.list({ keyId: "k1", limit: 10, order: "asc" });
    expect(listed.map((job) => job.id)).toEqual(jobs.map((job) => job.id));
  });

  test("makes no row for an account that does not exist", async () => {
    await expect(harness.create(imageRequest(), "nobody")).rejects.toMatchObject({
      code: "not_found",
      detail: { what: "account" },
    });
    expect((await harness.jobs.list({ limit: 10, order: "asc" })).jobs).toEqual([]);
  });

  test("posts at most three at one moment on one account, the others in order", async () => {
    harness.upstream.behaviours = Array.from({ length: 5 }, () => ({ kind: "hang" as const }));
    for (let count = 0; count < 5; count++) await harness.create(imageRequest());
    await harness.clock.settle();
    expect(harness.upstream.posts).toHaveLength(3);
    harness.upstream.release();
    await harness.clock.settle();
    expect(harness.upstream.posts).toHaveLength(5);
    harness.upstream.release();
    await harness.clock.settle();
  });
});

describe("cancel", () => {
  test("before the start is free and final, and can be asked twice", async () => {
    harness.upstream.behaviours = Array.from({ length: 3 }, () => ({ kind: "hang" as const }));
    for (let count = 0; count < 3; count++) await harness.create(imageRequest());
    await harness.clock.settle();
    const { id } = await harness.create(imageRequest());
    await harness.clock.settle();
    expect(await harness.jobs.cancel(id)).toMatchObject({ status: "cancelled", submitId: null });
    expect(await harness.jobs.cancel(id)).toMatchObject({ status: "cancelled" });
    harness.upstream.release();
    await harness.clock.advance(1000);
    expect(harness.upstream.posts).toHaveLength(3);
    expect(await harness.job(id)).toMatchObject({ status: "cancelled", phase: null });
  });

  test("of an unknown job is not_found", async () => {
    await expect(harness.jobs.cancel("job_none")).rejects.toMatchObject({ code: "not_found" });
  });

  test("and start at one moment: free without a post, else asked of the upstream", async () => {
    const outcomes = new Set<string>();
    // At least so many rounds; more where a quick machine and a slow database let the cancel arrive first each time.
    for (let round = 0; round < 45 || (outcomes.size < 2 && round < 400); round++) {
      const { id } = await harness.create(imageRequest());
      const posts = harness.upstream.posts.length;
      // Lets the start come a little further in every round before the cancel arrives.
      const going = harness.clock.settle();
      for (let turn = 0; turn < round; turn++)
        await new Promise((resolve) => setImmediate(resolve));
      const isFree = (await harness.jobs.cancel(id)).status === "cancelled";
      await going;
      await harness.clock.settle();
      const job = await harness.job(id);
      expect(harness.upstream.posts.length - posts).toBe(isFree ? 0 : 1);
      expect(job).toMatchObject({
        status: isFree ? "cancelled" : "in_progress",
        cancelRequested: true,
      });
      expect(harness.upstream.cancelled.includes(job.submitId ?? "")).toBe(!isFree);
      outcomes.add(String(isFree));
    }
    expect(outcomes).toEqual(new Set(["true", "false"]));
  });
});

describe("wait", () => {
  test("gives the job once it has ended", async () => {
    const { id, submitId } = await running();
    const waiting = harness.jobs.wait(id);
    harness.upstream.finish(submitId);
    await harness.clock.advance(10_000);
    expect(await waiting).toMatchObject({ status: "completed", assets: [{ index: 0 }] });
    expect(await harness.jobs.wait(id)).toMatchObject({ status: "completed" });
  });

  test("gives the job as it is when the time is over or the signal fires", async () => {
    const { id } = await running();
    const timed = harness.jobs.wait(id, { timeoutMs: 3000 });
    const controller = new AbortController();
    const signalled = harness.jobs.wait(id, { signal: controller.signal });
    await harness.clock.advance(3000);
    expect((await timed).status).toBe("in_progress");
    controller.abort();
    expect((await signalled).status).toBe("in_progress");
    expect((await harness.jobs.wait(id, { signal: controller.signal })).status).toBe("in_progress");
  });

  test("of an unknown job is not_found, and leaves no listener", async () => {
    await expect(harness.jobs.wait("job_none")).rejects.toMatchObject({ code: "not_found" });
  });

  test("ends when the engine stops", async () => {
    const { id } = await running();
    const waiting = harness.jobs.wait(id);
    await harness.clock.settle();
    await harness.stop();
    expect((await waiting).status).toBe("in_progress");
  });
});

describe("events", () => {
  async function collect(id: string, signal?: AbortSignal): Promise<JobEvent[]> {
    const events: JobEvent[] = [];
    for await (const event of harness.jobs.events(id, { signal })) events.push(event);
    return events;
  }

  test("begin with the job as it stands and end with its end", async () => {
    const { id } = await harness.create(imageRequest());
    const collecting = collect(id);
    await harness.clock.settle();
    const { submitId } = await harness.job(id);
    await harness.clock.advance(7000);
    harness.upstream.finish(submitId!);
    await harness.clock.advance(5000);
    const events = await collecting;
    const names = events.map((event) => event.name);
    expect(names[0]).toBe("job.queued");
    expect(names).toContain("job.started");
    expect(names).toContain("job.progress");
    expect(names.slice(-2)).toEqual(["job.image", "job.completed"]);
    const progress = events.map((event) => event.job.progress);
    expect(progress).toEqual(progress.toSorted((one, other) => one - other));
    expect(events.at(-2)!.asset).toEqual(events.at(-1)!.job.assets[0]);
  });

  test("of a job that has ended are one event", async () => {
    const { id } = await harness.create(imageRequest());
    await harness.jobs.cancel(id);
    expect(await collect(id)).toMatchObject([{ name: "job.cancelled" }]);
  });

  test("tell a cancellation", async () => {
    harness.upstream.behaviours = Array.from({ length: 3 }, () => ({ kind: "hang" as const }));
    for (let count = 0; count < 3; count++) await harness.create(videoRequest());
    await harness.clock.settle();
    const { id } = await harness.create(imageRequest());
    const collecting = collect(id);
    await harness.clock.settle();
    await harness.jobs.cancel(id);
    expect((await collecting).map((event) => event.name)).toEqual(["job.queued", "job.cancelled"]);
    harness.upstream.release();
  });

  test("stop when the listener goes, and when the engine stops", async () => {
    const { id } = await running();
    const controller = new AbortController();
    const gone = collect(id, controller.signal);
    const stopped = collect(id);
    await harness.clock.settle();
    controller.abort();
    expect(await gone).toHaveLength(1);
    await harness.stop();
    expect(await stopped).toHaveLength(1);
  });

  test("of an unknown job are not_found", async () => {
    await expect(collect("job_none")).rejects.toMatchObject({ code: "not_found" });
  });
});

test("no column of any table holds a session", async () => {
  await harness.accounts.adopt(`us-caller-${fakeSession}`);
  const { id, submitId } = await running();
  harness.upstream.finish(submitId);
  await harness.clock.advance(10_000);
  expect((await harness.job(id)).status).toBe("completed");
  for (const table of ["jobs", "assets", "accounts"] as const) {
    const rows = await harness.database.tables.selectFrom(table).selectAll().execute();
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(fakeSession);
  }
});
