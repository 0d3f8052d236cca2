// Tests what becomes of a write that the database did and whose answer never came: the connection broke in between.

import type { PoolClient } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { GatewayDatabase } from "../database/database.ts";
import { imageRequest } from "../testing/fake-upstream.ts";
import { startHarness } from "../testing/job-harness.ts";
import type { Harness } from "../testing/job-harness.ts";
import type { SubmittedJobs, IdempotencyContext } from "./job.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

type Connect = (...values: unknown[]) => Promise<PoolClient>;

/** Stands between the engine's statements and the server; `tamper` gets each with the way to carry it out. */
function intercept(
  { postgres }: GatewayDatabase,
  tamper: (statement: string, carryOut: () => Promise<unknown>) => Promise<unknown>,
): void {
  const { pool } = postgres!;
  const connect = pool.connect.bind(pool) as unknown as Connect;
  const connectTampered: Connect = async (...values) => {
    // The pool's own `query` brings a callback; the engine's tables do not.
    if (values.length > 0) return connect(...values);
    const client = await connect();
    const query = client.query.bind(client) as (...all: unknown[]) => Promise<unknown>;
    const release = client.release.bind(client);
    const queryTampered = (...all: unknown[]): Promise<unknown> =>
      tamper(String(all[0]), () => query(...all));
    return Object.assign(client, {
      query: queryTampered,
      release(error?: Error | boolean) {
        Object.assign(client, { query, release });
        release(error);
      },
    });
  };
  Object.assign(pool, { connect: connectTampered });
}

const broken = () => new Error("Connection terminated unexpectedly");

/** Loses the answers to the next statements that match, which are carried out all the same; gives those. */
function loseAnswers(database: GatewayDatabase, pattern: RegExp, times = 1): string[] {
  const lost: string[] = [];
  intercept(database, async (statement, carryOut) => {
    const result = await carryOut();
    if (lost.length === times || !pattern.test(statement)) return result;
    lost.push(statement);
    throw broken();
  });
  return lost;
}

function contextOf(changes: Partial<IdempotencyContext> = {}): IdempotencyContext {
  return { keyId: null, requestHash: "hash-1", key: null, join: "undelivered", ...changes };
}

function submit(changes: Partial<IdempotencyContext> = {}, count = 1): Promise<SubmittedJobs> {
  const newJob = { request: imageRequest(), warnings: [], keyId: null };
  const groupId = count > 1 ? "group_1" : undefined;
  return harness.jobs.createOrReplay(
    Array.from({ length: count }, () => ({ ...newJob, groupId })),
    contextOf(changes),
  );
}

const idsOf = ({ jobs }: SubmittedJobs) => jobs.map(({ id }) => id);
const all = async () => (await harness.jobs.list({ limit: 100, order: "asc" })).jobs;

describe("a commit whose answer was lost", () => {
  test.each([{ key: null }, { key: "k" }])(
    "of a new request (%j) makes one set of jobs",
    async ({ key }) => {
      loseAnswers(harness.database, /^commit/i);
      const made = await submit({ key }, 2);
      expect(made.outcome).toBe("created");
      await harness.clock.settle();
      expect((await all()).map(({ id }) => id)).toEqual(idsOf(made));
      expect(harness.upstream.posts).toHaveLength(2);
      await made.responseLost();
      const again = await submit({ key }, 2);
      expect(idsOf(again)).toEqual(idsOf(made));
      expect(harness.upstream.posts).toHaveLength(2);
    },
  );

  test("of a request that joins gives the job that was joined", async () => {
    const first = await submit();
    await first.responseLost();
    loseAnswers(harness.database, /^commit/i);
    const again = await submit();
    expect(again.outcome).toBe("joined");
    expect(idsOf(again)).toEqual(idsOf(first));
    expect(await all()).toHaveLength(1);
  });

  test("of a search for what was made before gives the job that was taken by it", async () => {
    const first = await submit();
    await first.responseLost();
    const lost = loseAnswers(harness.database, /^update "job_responses" set "connection" = /);
    const again = await harness.jobs.find(contextOf());
    expect(lost).toHaveLength(1);
    expect(again?.outcome).toBe("joined");
    expect(idsOf(again!)).toEqual(idsOf(first));
  });

  test("twice leaves the jobs to the caller's next request, and they are made meanwhile", async () => {
    loseAnswers(harness.database, /^commit/i, 2);
    await expect(submit()).rejects.toThrow("terminated");
    await harness.clock.advance(1000);
    const again = await submit();
    expect(again.outcome).toBe("joined");
    // The sweep finds what nobody was told to advance; the queue takes its real time.
    await harness.clock.advance(40_000);
    await expect.poll(() => harness.upstream.posts.length).toBe(1);
    expect(await all()).toHaveLength(1);
  });

  test("of a submit id sends nothing blindly", async () => {
    loseAnswers(harness.database, /^update "jobs" set "status" = \$1, "account_id"/);
    await submit();
    await harness.clock.advance(50_000);
    expect(harness.upstream.posts).toHaveLength(0);
    expect(harness.upstream.polls.length).toBeGreaterThan(2);
    await harness.clock.advance(30_000);
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("of an operation finds the generation again, paid once", async () => {
    const lost = loseAnswers(harness.database, /^update "jobs" set "operation"/);
    const { jobs } = await submit();
    await harness.clock.advance(60_000);
    expect(await harness.job(jobs[0].id)).toMatchObject({ phase: "generating" });
    expect(lost).toHaveLength(1);
    await harness.clock.advance(120_000);
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("of the end tells those who wait for it", async () => {
    const { jobs } = await submit();
    await harness.clock.settle();
    const ended = harness.jobs.wait(jobs[0].id);
    loseAnswers(harness.database, /^commit/i);
    harness.upstream.finish(harness.upstream.posts[0]!);
    await harness.clock.advance(40_000);
    expect(await harness.job(jobs[0].id)).toMatchObject({ status: "completed" });
    const told = await Promise.race([ended, harness.clock.settle()]);
    expect(told).toMatchObject({ status: "completed" });
  });

  test("of a caller's loss is written once more, so that its next request joins", async () => {
    const first = await submit();
    let isAway = true;
    intercept(harness.database, (_statement, carryOut) =>
      isAway ? Promise.reject(broken()) : carryOut(),
    );
    const lost = first.responseLost();
    await harness.clock.advance(2000);
    isAway = false;
    await harness.clock.advance(1000);
    await lost;
    const row = await harness.database.tables
      .selectFrom("job_responses")
      .select("orphaned_at")
      .where("job_id", "=", idsOf(first)[0]!)
      .executeTakeFirstOrThrow();
    expect(row.orphaned_at).not.toBeNull();
  });
});

describe("a request that joins", () => {
  test("takes a job of which it is written down meanwhile that its caller has left", async () => {
    const first = await submit();
    let isLost = false;
    intercept(harness.database, async (statement, carryOut) => {
      if (!isLost && statement.startsWith('update "job_responses" set "connection" = ')) {
        isLost = true;
        await first.responseLost();
      }
      return carryOut();
    });
    const again = await submit({ join: "any" });
    expect(isLost).toBe(true);
    expect(again.outcome).toBe("joined");
    expect(idsOf(again)).toEqual(idsOf(first));
  });
});
