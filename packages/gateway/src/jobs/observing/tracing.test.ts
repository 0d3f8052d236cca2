// Tests what tracing is told of jobs, on both databases: the context is on the row, and the work of whoever goes on with
// the job is done in it.

import { afterEach, expect, test } from "vitest";

import { noObserver, noTracing } from "../../observer.ts";
import type { JobCourse, TracedWork, Tracing } from "../../observer.ts";
import { imageRequest } from "../../testing/fake-upstream.ts";
import { startHarness } from "../../testing/job-harness.ts";
import type { Harness } from "../../testing/job-harness.ts";

let harness: Harness;
afterEach(() => harness.close());

function recorder() {
  const work: TracedWork[] = [];
  const ended: JobCourse[] = [];
  let made = 0;
  const tracing: Tracing = {
    ...noTracing,
    isActive: true,
    contextForJob: () => `context ${(made += 1)}`,
    work: (one, run) => {
      work.push(one);
      return run();
    },
    jobEnded: (course) => void ended.push(course),
  };
  return { work, ended, observer: { ...noObserver, isActive: true, tracing } };
}

test("a job keeps its context, in which its steps and polls go on after a restart", async () => {
  const { work, ended, observer } = recorder();
  harness = await startHarness({ observer });
  const [one, other] = await harness.jobs.create(
    [1, 2].map(() => ({ request: imageRequest(), warnings: [], keyId: null })),
  );
  await harness.clock.settle();
  await harness.kill();
  for (const { id } of [one!, other!]) {
    const { submitId } = await harness.job(id);
    harness.upstream.finish(submitId ?? "");
  }
  work.length = 0;
  await harness.clock.advance(60_000);
  await harness.clock.settle();

  const jobs = [
    { id: one?.id, traceparent: "context 1" },
    { id: other?.id, traceparent: "context 2" },
  ];
  expect((await harness.committed(one?.id ?? ""))?.["traceparent"]).toBe("context 1");
  expect(work).toContainEqual({ name: "poll", account: "main", jobs });
  for (const { id, traceparent } of jobs) {
    expect(work).toContainEqual({
      name: "step save",
      account: "main",
      jobs: [{ id, traceparent }],
    });
    expect(ended).toContainEqual(
      expect.objectContaining({ id, traceparent, status: "completed", code: null, count: 1 }),
    );
  }
});
