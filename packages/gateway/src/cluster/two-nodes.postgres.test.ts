// Tests two engines on one database: every job is started once and none is forgotten between them.

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createAccounts } from "../accounts.ts";
import type { Accounts } from "../accounts.ts";
import { FakeAccountClient } from "../fake-account-client.ts";
import { systemClock } from "../jobs/clock.ts";
import { FakeUpstream, imageRequest } from "../jobs/fake-upstream.ts";
import { FakeAssets, FakeFiles, fakeSession, silentLogger } from "../jobs/harness.ts";
import { createJobs } from "../jobs/index.ts";
import type { Jobs } from "../jobs/job.ts";
import { makeTestDatabase } from "../test-database.ts";
import type { TestDatabase } from "../test-database.ts";
import { openCluster } from "./index.ts";

interface Node {
  jobs: Jobs;
  accounts: Accounts;
  close(): Promise<void>;
}

let place: TestDatabase;
let upstream: FakeUpstream;
let nodes: Node[];
beforeEach(async () => {
  place = await makeTestDatabase();
  upstream = new FakeUpstream(systemClock);
  upstream.forecast = { queueSeconds: 0, generateSeconds: 0.1 };
  upstream.finishAfterMs = 100;
  nodes = [await startNode(), await startNode()];
});
afterEach(async () => {
  for (const node of nodes) await node.close();
  await place.remove();
});

async function startNode(): Promise<Node> {
  const database = await place.open();
  const parts = { database, clock: systemClock, logger: silentLogger };
  const accounts = await createAccounts({
    ...parts,
    sessions: [{ name: "main", session: fakeSession }],
    connect: () => ({ upstream, client: new FakeAccountClient(), allowLoopbackDownloads: false }),
    dataDir: place.dataDir,
    secretKey: "obviously-fake-secret",
  });
  const jobs = createJobs({
    ...parts,
    cluster: await openCluster(parts),
    accounts,
    assets: new FakeAssets(),
    files: new FakeFiles(),
    settings: { pollIntervalMs: 100 },
  });
  await jobs.start();
  return {
    jobs,
    accounts,
    async close() {
      await jobs.stop();
      await database.close();
    },
  };
}

async function create(node: Node, count: number, account?: string): Promise<string[]> {
  const jobs = await node.jobs.create(
    Array.from({ length: count }, () => ({
      request: imageRequest(),
      warnings: [],
      keyId: null,
      account,
    })),
  );
  return jobs.map(({ id }) => id);
}

const completed = async (node: Node): Promise<number> =>
  (await node.jobs.list({ status: "completed", limit: 500, order: "asc" })).jobs.length;

describe("two nodes on one database", () => {
  test("bring a crowd of jobs of one account through its few places, each started once", async () => {
    await Promise.all(nodes.map((node) => create(node, 60)));
    await expect.poll(() => completed(nodes[0]!), { timeout: 40_000, interval: 100 }).toBe(120);
    expect(new Set(upstream.posts).size).toBe(120);
    expect(upstream.charged).toHaveLength(120);
  }, 60_000);

  test("let a caller of one wait for a job that the other one ends", async () => {
    const [id] = await create(nodes[0]!, 1);
    const jobs = await Promise.all(nodes.map((node) => node.jobs.wait(id!, { timeoutMs: 20_000 })));
    expect(jobs.map(({ status }) => status)).toEqual(["completed", "completed"]);
  }, 30_000);

  test("work for a session that only one of them was given", async () => {
    const { name } = await nodes[0]!.accounts.adopt("us-fake-session-of-a-caller-000000");
    expect(nodes[1]!.accounts.get(name)).toBeUndefined();
    await create(nodes[0]!, 12, name);
    await expect.poll(() => completed(nodes[1]!), { timeout: 20_000, interval: 100 }).toBe(12);
    await nodes[1]!.accounts.load(name);
    expect(nodes[1]!.accounts.get(name)).toMatchObject({ name, adopted: true });
  }, 30_000);
});
