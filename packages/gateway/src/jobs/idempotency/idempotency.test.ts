// Tests that one wish makes one set of jobs: idempotency keys, joining, their races, and death in between.

import { JimengError } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { imageRequest } from "../../testing/fake-upstream.ts";
import { startHarness } from "../../testing/job-harness.ts";
import type { Harness } from "../../testing/job-harness.ts";
import type { NewJob, SubmittedJobs, IdempotencyContext } from "../job.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

const wish: NewJob = { request: imageRequest(), warnings: [], keyId: "key_1" };
const minuteMs = 60_000;

function idempotency(changes: Partial<IdempotencyContext> = {}): IdempotencyContext {
  return { keyId: "key_1", requestHash: "hash-1", key: null, join: "undelivered", ...changes };
}

function order(changes: Partial<IdempotencyContext> = {}, count = 1): Promise<SubmittedJobs> {
  const group = count > 1 ? { groupId: "group_1" } : {};
  const keyId = changes.keyId === undefined ? "key_1" : changes.keyId;
  const wishes = Array.from({ length: count }, () => ({ ...wish, ...group, keyId }));
  return harness.jobs.createOrReplay(wishes, idempotency(changes));
}

const idsOf = ({ jobs }: SubmittedJobs) => jobs.map(({ id }) => id);

async function finishAll(): Promise<void> {
  await harness.clock.settle();
  for (const submitId of harness.upstream.charged) harness.upstream.finish(submitId);
  await harness.clock.advance(10_000);
}

describe("a key", () => {
  test("gives the first request's jobs again for 24 hours, then new ones", async () => {
    const first = await order({ key: "k" }, 2);
    const again = await order({ key: "k" }, 2);
    expect(first.outcome).toBe("created");
    expect(again.outcome).toBe("replayed");
    expect(idsOf(again)).toEqual(idsOf(first));
    await finishAll();
    await harness.clock.advance(23 * 60 * minuteMs);
    expect(idsOf((await harness.jobs.find(idempotency({ key: "k" })))!)).toEqual(idsOf(first));
    await harness.clock.advance(60 * minuteMs);
    expect(await harness.jobs.find(idempotency({ key: "k" }))).toBeUndefined();
    expect((await order({ key: "k" })).outcome).toBe("created");
  });

  test("with another body is refused, and belongs to one caller only", async () => {
    await order({ key: "k" });
    await expect(order({ key: "k", requestHash: "hash-2" })).rejects.toMatchObject({
      code: "idempotency_key_reused",
      detail: { charged: "no" },
    });
    expect((await order({ key: "k", keyId: "key_2" })).outcome).toBe("created");
    expect((await order({ key: "k", keyId: null })).outcome).toBe("created");
  });

  test("of twenty requests of one moment makes one job", async () => {
    const orders = await Promise.all(Array.from({ length: 20 }, () => order({ key: "k" })));
    expect(new Set(orders.flatMap(idsOf)).size).toBe(1);
    expect(orders.filter(({ outcome }) => outcome === "created")).toHaveLength(1);
    await harness.clock.settle();
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("is forgotten with a request that made no job", async () => {
    const unusable = { ...wish, account: "nobody" };
    await expect(
      harness.jobs.createOrReplay([unusable], idempotency({ key: "k" })),
    ).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await order({ key: "k", requestHash: "hash-2" })).outcome).toBe("created");
  });

  test("survives the death of the process", async () => {
    const first = await order({ key: "k" });
    await harness.kill();
    const again = await order({ key: "k" });
    expect(idsOf(again)).toEqual(idsOf(first));
    await harness.clock.advance(2 * minuteMs);
    expect(harness.upstream.charged).toHaveLength(1);
  });

  test("that is fresh starts anew beside a lost answer", async () => {
    const first = await order();
    await first.responseLost();
    expect((await order({ key: "fresh" })).outcome).toBe("created");
    expect((await order()).outcome).toBe("joined");
  });
});

describe("without a key", () => {
  test("a lost answer is joined however often the same was asked for and delivered that day", async () => {
    for (let times = 0; times < 101; times++) {
      const earlier = await order();
      await earlier.answered();
      await harness.clock.advance(100);
    }
    const first = await order();
    await first.responseLost();
    const again = await order();
    expect(again.outcome).toBe("joined");
    expect(idsOf(again)).toEqual(idsOf(first));
  });

  test("two requests that both wait are two jobs", async () => {
    const one = await order();
    const two = await order();
    expect(two.outcome).toBe("created");
    expect(idsOf(two)).not.toEqual(idsOf(one));
  });

  test("the next request joins the oldest job whose answer was lost, once each", async () => {
    const lost = [await order({}, 2), await order()];
    for (const each of lost) await each.responseLost();
    const joined = [await order(), await order()];
    expect(joined.map(({ outcome }) => outcome)).toEqual(["joined", "joined"]);
    expect(joined.map(idsOf)).toEqual(lost.map(idsOf));
    expect((await order()).outcome).toBe("created");
  });

  test("a delivered answer is never joined, a joined one is no more once delivered", async () => {
    const first = await order();
    await first.responseLost();
    const joined = await order();
    await joined.answered();
    expect((await order()).outcome).toBe("created");
  });

  test("an answer lost twice can be joined again, also when the first loss is told late", async () => {
    const first = await order();
    await first.responseLost();
    const second = await order();
    await first.responseLost();
    expect((await order({ requestHash: "hash-1", join: "undelivered" })).outcome).toBe("created");
    await second.responseLost();
    expect(idsOf(await order())).toEqual(idsOf(first));
  });

  test("a lost answer is joined for 15 minutes, whatever became of the job meanwhile", async () => {
    const first = await order();
    await finishAll();
    await first.responseLost();
    await harness.clock.advance(15 * minuteMs - 1);
    const joined = await order();
    expect(joined).toMatchObject({ outcome: "joined", jobs: [{ status: "completed" }] });
    await joined.responseLost();
    await harness.clock.advance(15 * minuteMs);
    expect((await order()).outcome).toBe("created");
  });

  test("another caller, another wish, join: never and a cancelled job join nothing", async () => {
    const first = await order();
    await first.responseLost();
    expect((await order({ keyId: "key_2" })).outcome).toBe("created");
    expect((await order({ keyId: null })).outcome).toBe("created");
    expect((await order({ requestHash: "hash-2" })).outcome).toBe("created");
    expect((await order({ join: "never" })).outcome).toBe("created");
    await harness.clock.settle();
    await harness.jobs.cancel(first.jobs[0].id);
    const { submitId } = await harness.job(first.jobs[0].id);
    harness.upstream.fail(submitId!, cancelledUpstream());
    await harness.clock.advance(20_000);
    expect((await harness.job(first.jobs[0].id)).status).toBe("cancelled");
    expect((await order()).outcome).toBe("created");
  });

  test("requests of one moment join one lost job once", async () => {
    const first = await order();
    await first.responseLost();
    const orders = await Promise.all([order(), order(), order()]);
    expect(orders.filter(({ outcome }) => outcome === "joined")).toHaveLength(1);
    expect(new Set(orders.flatMap(idsOf)).size).toBe(3);
  });

  test("whoever waited in a process that died is gone", async () => {
    const first = await order();
    await harness.kill();
    const joined = await order();
    expect(joined.outcome).toBe("joined");
    expect(idsOf(joined)).toEqual(idsOf(first));
    await harness.clock.advance(2 * minuteMs);
    expect(harness.upstream.charged).toHaveLength(1);
  });
});

describe("a caller who says that it repeats", () => {
  const repeat = { join: "any" } as const;

  test("joins a job that its first connection seems to wait for still, lost ones first", async () => {
    const open = await order();
    const lost = await order();
    await lost.responseLost();
    expect(idsOf(await order(repeat))).toEqual(idsOf(lost));
    const second = await order(repeat);
    expect(second.outcome).toBe("joined");
    expect(idsOf(second)).toEqual(idsOf(open));
  });

  test("spreads over the open jobs of the same wish before it joins one twice", async () => {
    const open = [await order(), await order()];
    const repeats = [await order(repeat), await order(repeat)];
    expect(repeats.map(idsOf)).toEqual(open.map(idsOf));
    expect((await order(repeat)).outcome).toBe("joined");
  });

  test("gets an answer that went out a moment ago, not one of long ago", async () => {
    const first = await order();
    await first.answered();
    await harness.clock.advance(59_000);
    expect((await order(repeat)).outcome).toBe("joined");
    const second = await order({ requestHash: "hash-2" });
    await second.answered();
    await harness.clock.advance(minuteMs);
    expect((await order({ ...repeat, requestHash: "hash-2" })).outcome).toBe("created");
  });
});

test("what was made before answers also where nothing could be made now", async () => {
  const first = await order({ key: "k" });
  await first.responseLost();
  await harness.reopen({ maxQueue: 0 });
  await expect(order({ requestHash: "hash-2" })).rejects.toMatchObject({ code: "overloaded" });
  const replayed = await order({ key: "k" });
  expect(replayed.outcome).toBe("replayed");
  await replayed.responseLost();
  expect((await order()).outcome).toBe("joined");
});

function cancelledUpstream() {
  return new JimengError("cancelled", "cancelled on the site", { charged: "refunded" });
}
