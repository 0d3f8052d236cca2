// Tests the removal of jobs for their callers.

import { afterEach, beforeEach, expect, test } from "vitest";

import { videoRequest } from "../../testing/fake-upstream.ts";
import { startHarness } from "../../testing/job-harness.ts";
import type { Harness } from "../../testing/job-harness.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

const listed = async (withoutDeleted: boolean) => {
  const { jobs } = await harness.jobs.list({ limit: 10, order: "asc", withoutDeleted });
  return jobs.map(({ id }) => id);
};

test("a job that runs is not removed; once it has ended it is, its row stays and lists may leave it out", async () => {
  const { id } = await harness.create(videoRequest());
  await harness.clock.settle();
  await expect(harness.jobs.remove(id)).rejects.toMatchObject({ code: "conflict" });
  const { submitId } = await harness.job(id);
  harness.upstream.finish(submitId!);
  await harness.clock.advance(60_000);
  expect(await harness.job(id)).toMatchObject({ status: "completed", deletedAt: null });
  const removed = await harness.jobs.remove(id);
  expect(removed).toMatchObject({ status: "completed", deletedAt: harness.clock.now() });
  expect((await harness.jobs.remove(id)).deletedAt).toBe(removed.deletedAt);
  expect(await listed(false)).toEqual([id]);
  expect(await listed(true)).toEqual([]);
});

test("a job that waits for its start is cancelled and removed, and nothing is sent", async () => {
  const idle = await startHarness({ idle: true });
  const { id } = await idle.create(videoRequest());
  expect(await idle.jobs.remove(id)).toMatchObject({ status: "cancelled", submitId: null });
  expect((await idle.job(id)).deletedAt).not.toBeNull();
  await idle.close();
});
