// Tests two engines on one database: every job is started once and none is forgotten between them.

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { systemClock } from "../clock.ts";
import { FakeUpstream, imageRequest } from "../testing/fake-upstream.ts";
import { makeTestDatabase } from "../testing/database.ts";
import type { TestDatabase } from "../testing/database.ts";
import { startNode } from "../testing/node.ts";
import type { TestNode } from "../testing/node.ts";

let place: TestDatabase;
let upstream: FakeUpstream;
let nodes: TestNode[];
beforeEach(async () => {
  place = await makeTestDatabase();
  upstream = new FakeUpstream(systemClock);
  upstream.forecast = { queueSeconds: 0, generateSeconds: 0.1 };
  upstream.finishAfterMs = 100;
  nodes = [await startNode(place, upstream), await startNode(place, upstream)];
});
afterEach(async () => {
  for (const node of nodes) await node.close();
  await place.remove();
});

async function create(node: TestNode, count: number, account?: string): Promise<string[]> {
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

const completed = async (node: TestNode): Promise<number> =>
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

  test("make one job of a request whose caller left one while it was stored, and asked the other", async () => {
    const newJob = { request: imageRequest(), warnings: [], keyId: null };
    const idempotency = {
      keyId: null,
      requestHash: "hash-1",
      key: null,
      join: "undelivered",
    } as const;
    const caller = new AbortController();
    // The database is slow: whatever writes rows waits, whatever reads them does not.
    const slow = await nodes[0]!.database.postgres!.pool.connect();
    await slow.query("begin; lock table jobs in share mode");
    const left = nodes[0]!.jobs.createOrReplay([newJob], { ...idempotency, gone: caller.signal });
    const refused = expect(left).rejects.toMatchObject({ code: "cancelled" });
    await new Promise((resolve) => setTimeout(resolve, 200));
    caller.abort();
    const asked = nodes[1]!.jobs.createOrReplay([newJob], idempotency);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await slow.query("commit");
    slow.release();
    await refused;
    const { jobs } = await asked;
    await nodes[1]!.jobs.wait(jobs[0].id, { timeoutMs: 20_000 });
    expect(upstream.posts).toHaveLength(1);
  }, 30_000);

  test("make two jobs for two callers of one request who wait on them, and one for who has left", async () => {
    upstream.finishAfterMs = 3000;
    const newJob = { request: imageRequest(), warnings: [], keyId: null };
    const idempotency = {
      keyId: null,
      requestHash: "hash-1",
      key: null,
      join: "undelivered",
    } as const;
    const caller = new AbortController();
    const first = await nodes[0]!.jobs.createOrReplay([newJob], {
      ...idempotency,
      gone: caller.signal,
    });
    expect((await nodes[1]!.jobs.createOrReplay([newJob], idempotency)).outcome).toBe("created");
    // Its node has not written it down yet.
    caller.abort();
    const third = await nodes[1]!.jobs.createOrReplay([newJob], idempotency);
    expect([third.outcome, third.jobs[0].id]).toEqual(["joined", first.jobs[0].id]);
  });

  test("hold the requests of a day to one limit, also those of one moment", async () => {
    const newJob = { request: imageRequest(), warnings: [], expectedCredits: 4 };
    const ask = (node: TestNode, number: number, keyId: string | null, user = "ann") =>
      node.jobs.createOrReplay(
        [{ ...newJob, keyId, metadata: { user } }],
        { keyId, requestHash: `hash-${number}`, key: null, join: "never" },
        { dailyLimit: { by: "user", credits: 30 } },
      );
    for (const keyId of ["key_1", null]) {
      const answers = await Promise.allSettled(
        Array.from({ length: 24 }, (_, number) => ask(nodes[number % 2]!, number, keyId)),
      );
      const refused = answers.flatMap((answer) =>
        answer.status === "rejected" ? [answer.reason as unknown] : [],
      );
      expect(refused).toHaveLength(24 - 7);
      for (const error of refused)
        expect(error).toMatchObject({
          code: "budget_exceeded",
          detail: { param: "daily_limit", reason: "daily_limit", charged: "no" },
        });
    }
    // Each fact, and each caller, has a day of its own.
    expect((await ask(nodes[0]!, 100, "key_1", "bob")).outcome).toBe("created");
    expect((await ask(nodes[1]!, 101, "key_2")).outcome).toBe("created");
  });

  test("tell a caller of the end also where the message of it was lost", async () => {
    for (const { database } of nodes) {
      const { pool } = database.postgres!;
      const query = pool.query.bind(pool) as (...values: unknown[]) => Promise<unknown>;
      const deaf = (...values: unknown[]): Promise<unknown> =>
        String(values[0]).includes("pg_notify") ? Promise.resolve({ rows: [] }) : query(...values);
      Object.assign(pool, { query: deaf });
    }
    const [id] = await create(nodes[0]!, 1);
    const jobs = await Promise.all(nodes.map((node) => node.jobs.wait(id!, { timeoutMs: 25_000 })));
    expect(jobs.map(({ status }) => status)).toEqual(["completed", "completed"]);
    // A wait that is given up reads the row, too: it must have ended before that.
    expect(Date.now() - jobs[0]!.completedAt!).toBeLessThan(10_000);
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
