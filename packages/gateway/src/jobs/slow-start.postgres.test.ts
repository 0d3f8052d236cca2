// Tests that no node resolves an in-flight start as not found, however long its answer takes.

import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { systemClock } from "../clock.ts";
import { FakeUpstream, imageRequest } from "../testing/fake-upstream.ts";
import type { JobSettings } from "./settings.ts";
import { makeTestDatabase } from "../testing/database.ts";
import type { TestDatabase } from "../testing/database.ts";
import { startNode } from "../testing/node.ts";
import type { TestNode } from "../testing/node.ts";

// Longer than the settle time and than the search for accounts that nobody polls.
const slowPostMs = 6000;
const limitMs = 30_000;

let place: TestDatabase;
let upstream: FakeUpstream;
let nodes: TestNode[];
beforeEach(async () => {
  place = await makeTestDatabase();
  upstream = new FakeUpstream(systemClock);
  upstream.forecast = { queueSeconds: 0, generateSeconds: 0.1 };
  upstream.finishAfterMs = 100;
  let first = true;
  upstream.onPost = async () => {
    if (!first) return;
    first = false;
    await sleep(slowPostMs);
  };
});
afterEach(async () => {
  for (const node of nodes) await node.close();
  await place.remove();
});

async function makeOne(settings: Partial<JobSettings>): Promise<string> {
  nodes = [await startNode(place, upstream, settings), await startNode(place, upstream, settings)];
  const [job] = await nodes[0]!.jobs.create([
    { request: imageRequest(), warnings: [], keyId: null },
  ]);
  return job!.id;
}

describe("a start that the upstream takes slowly", () => {
  test(
    "is not sent again while its answer is waited for",
    async () => {
      const id = await makeOne({ settleSeconds: 2 });
      const job = await nodes[1]!.jobs.wait(id, { timeoutMs: limitMs });
      expect(job.status).toBe("completed");
      await sleep(500);
      expect(upstream.posts).toHaveLength(1);
      expect(upstream.charged).toHaveLength(1);
    },
    limitMs,
  );

  test(
    "is not given up meanwhile where the owner is cautious",
    async () => {
      const id = await makeOne({ settleSeconds: 2, onDoubt: "park" });
      const job = await nodes[1]!.jobs.wait(id, { timeoutMs: limitMs });
      expect(job).toMatchObject({ status: "completed", error: null });
      expect(upstream.charged).toHaveLength(1);
    },
    limitMs,
  );
});
