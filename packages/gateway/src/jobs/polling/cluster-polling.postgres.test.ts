// Tests what follows from a poll while another node runs the job's steps: partial results and stalled series belong to
// the node that polls.

import type { Generation } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { systemClock } from "../../clock.ts";
import { makeTestDatabase } from "../../testing/database.ts";
import type { TestDatabase } from "../../testing/database.ts";
import { FakeUpstream, imageOutput, imageRequest } from "../../testing/fake-upstream.ts";
import { startNode } from "../../testing/node.ts";
import type { TestNode } from "../../testing/node.ts";
import type { JobEvent } from "../job.ts";

let place: TestDatabase;
let upstream: FakeUpstream;
let nodes: TestNode[];
beforeEach(async () => {
  place = await makeTestDatabase();
  upstream = new FakeUpstream(systemClock);
  // Without a forecast a picture is polled at every interval.
  upstream.forecast = null;
  nodes = [];
});
afterEach(async () => {
  for (const node of nodes) await node.close();
  await place.remove();
});

async function open(concurrency?: number): Promise<TestNode> {
  const node = await startNode(place, upstream, { concurrency });
  nodes.push(node);
  return node;
}

/** Starts a job, then lets one node poll it and another run its steps. */
async function share(request = imageRequest({ count: 4, upstreamCount: 4 })) {
  const first = await startNode(place, upstream);
  const [job] = await first.jobs.create([{ request, warnings: [], keyId: null }]);
  const { id } = job!;
  await expect.poll(async () => (await first.jobs.get(id))?.phase).toBe("generating");
  await first.close();
  const poller = await open(0);
  const polls = upstream.polls.length;
  await expect.poll(() => upstream.polls.length, { timeout: 10_000 }).toBeGreaterThan(polls);
  const worker = await open();
  return { id, submitId: upstream.posts[0]!, poller, worker };
}

function outputs(submitId: string, count: number) {
  return Array.from({ length: count }, (_, index) => imageOutput(submitId, index));
}

describe("a node that polls a job whose steps another node runs", () => {
  test("saves and reports results that land before their siblings", async () => {
    const { id, submitId, poller, worker } = await share();
    const events: JobEvent[] = [];
    const following = (async () => {
      for await (const event of worker.jobs.events(id)) events.push(event);
    })();
    upstream.change(submitId, { outputs: outputs(submitId, 1) });
    const images = () => events.filter(({ name }) => name === "job.image");
    await expect.poll(() => images().length, { timeout: 5000 }).toBe(1);
    expect((await worker.jobs.get(id))?.assets).toHaveLength(1);
    expect(poller.assets.saved).toHaveLength(1);
    upstream.finish(submitId, outputs(submitId, 4));
    await following;
    expect(events.at(-1)?.name).toBe("job.completed");
    expect(images()).toHaveLength(4);
    expect(poller.assets.saved.concat(worker.assets.saved).toSorted()).toEqual(
      outputs(submitId, 4).map(({ url }) => url),
    );
  }, 30_000);

  test("keeps one file of a picture that both fetched, and removes the other", async () => {
    const { id, submitId, poller, worker } = await share();
    let fetchOn = () => {};
    poller.assets.beforeSave = () => new Promise((resolve) => (fetchOn = resolve));
    upstream.change(submitId, { outputs: outputs(submitId, 1) });
    await expect.poll(() => upstream.polls.length, { timeout: 5000 }).toBeGreaterThan(20);
    upstream.finish(submitId, outputs(submitId, 4));
    const job = await worker.jobs.wait(id, { timeoutMs: 10_000 });
    expect(job.status).toBe("completed");
    expect(worker.assets.saved).toHaveLength(4);
    fetchOn();
    await expect.poll(() => poller.assets.discarded.length, { timeout: 5000 }).toBe(1);
    expect((await worker.jobs.get(id))?.assets).toEqual(job.assets);
  }, 30_000);

  test("continues a series that stalled, once", async () => {
    const { id, submitId, worker } = await share(
      imageRequest({ count: 6, sequence: 6, upstreamCount: 6 }),
    );
    const stalled: Partial<Generation> = {
      outputs: outputs(submitId, 4),
      expectedCount: 6,
      finishedCount: 4,
      needsContinuation: true,
    };
    upstream.change(submitId, stalled);
    await expect.poll(() => upstream.continued, { timeout: 5000 }).toEqual([submitId]);
    const polls = upstream.polls.length;
    await expect.poll(() => upstream.polls.length, { timeout: 5000 }).toBeGreaterThan(polls + 5);
    expect(upstream.continued).toEqual([submitId]);
    upstream.change(submitId, { needsContinuation: false });
    upstream.finish(submitId, outputs(submitId, 6));
    const job = await worker.jobs.wait(id, { timeoutMs: 10_000 });
    expect(job.assets).toHaveLength(6);
  }, 30_000);
});
