// Tests settlement over several nodes: one of them reads an account's credit history, and the pace of pages is kept when
// another one goes on.

import type { CreditRecord } from "@jimeng/sdk";
import { afterEach, beforeEach, expect, test } from "vitest";

import { systemClock } from "../../clock.ts";
import { makeTestDatabase } from "../../testing/database.ts";
import type { TestDatabase } from "../../testing/database.ts";
import { FakeUpstream, imageRequest } from "../../testing/fake-upstream.ts";
import { startNode } from "../../testing/node.ts";
import type { TestNode } from "../../testing/node.ts";

const pageGapMs = 300;

let place: TestDatabase;
let upstream: FakeUpstream;
let nodes: TestNode[];
let shown: CreditRecord[];
let readAt: { node: number; at: number }[];

beforeEach(async () => {
  place = await makeTestDatabase();
  upstream = new FakeUpstream(systemClock);
  upstream.finishAfterMs = 100;
  nodes = [];
  shown = [];
  readAt = [];
});
afterEach(async () => {
  for (const node of nodes) await node.close();
  await place.remove();
});

async function open(): Promise<TestNode> {
  const node = await startNode(place, upstream, {
    creditPageGapMs: pageGapMs,
    settlementWindowMs: 120_000,
  });
  const number = nodes.push(node);
  node.client.onHistory = () => {
    readAt.push({ node: number, at: Date.now() });
    return { total: null, records: shown, cursor: null };
  };
  return node;
}

test("a job is settled by whichever node is left, at the pace of one", async () => {
  const first = await open();
  const second = await open();
  const made = await second.jobs.create(
    Array.from({ length: 4 }, () => ({ request: imageRequest(), warnings: [], keyId: null })),
  );
  for (const { id } of made) {
    expect(await second.jobs.wait(id, { timeoutMs: 15_000 })).toMatchObject({
      status: "completed",
    });
  }
  shown = upstream.posts.map((submitId) => ({
    submitId,
    amount: -2,
    createdAt: Date.now(),
    title: "",
    status: 1,
  }));
  const states = async (node: TestNode) =>
    (await node.jobs.list({ limit: 10, order: "asc" })).jobs.map(({ costState }) => costState);
  await expect
    .poll(() => states(second), { timeout: 20_000 })
    .toEqual(["charged", "charged", "charged", "charged"]);
  await first.close();
  nodes.shift();
  const reader = second;
  await expect
    .poll(
      async () =>
        (await reader.jobs.list({ limit: 10, order: "asc" })).jobs.every(
          ({ settledAt }) => settledAt !== null,
        ),
      { timeout: 60_000 },
    )
    .toBe(true);
  expect(readAt.length).toBeGreaterThan(2);
  for (const [index, { at }] of readAt.entries()) {
    // Between the slot and the request lies the time of a commit.
    expect(at - (readAt[index - 1]?.at ?? 0)).toBeGreaterThan(pageGapMs - 150);
  }
}, 90_000);
