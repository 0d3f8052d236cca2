// Tests that one request makes one set of jobs: idempotency keys, joining, their races, and death in between.

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

const newJob: NewJob = { request: imageRequest(), warnings: [], keyId: "key_1" };
const minuteMs = 60_000;

function idempotency(changes: Partial<IdempotencyContext> = {}): IdempotencyContext {
  return { keyId: "key_1", requestHash: "hash-1", key: null, join: "undelivered", ...changes };
}

function submit(changes: Partial<IdempotencyContext> = {}, count = 1): Promise<SubmittedJobs> {
  const group = count > 1 ? { groupId: "group_1" } : {};
  const keyId = changes.keyId === undefined ? "key_1" : changes.keyId;
  const newJobs = Array.from({ length: count }, () => ({ ...newJob, ...group, keyId }));
  return harness.jobs.createOrReplay(newJobs, idempotency(changes));
}

const idsOf = ({ jobs }: SubmittedJobs) => jobs.map(({ id }) => id);

async function finishAll(): Promise<void> {
  await harness.clock.settle();
  for (const submitId of harness.upstream.charged) harness.upstream.finish(submitId);
  await harness.clock.advance(10_000);
}

describe("a key", () => {
  test("gives the first request's jobs again for 24 hours, then new ones", async () => {
    const first = await submit({ key: "k" }, 2);
    const again = await submit({ key: "k" }, 2);
    expect(first.outcome).toBe("created");
    expect(again.outcome).toBe("replayed");
    expect(idsOf(again)).toEqual(idsOf(first));
    await finishAll();
    await harness.clock.advance(23 * 60 * minuteMs);
    expect(idsOf((await harness.jobs.find(idempotency({ key: "k" })))!)).toEqual(idsOf(first));
    await harness.clock.advance(60 * minuteMs);
    expect(await harness.jobs.find(idempotency({ key: "k" }))).toBeUndefined();
    expect((await submit({ key: "k" })).outcome).toBe("created");
  });

  test("with another body is refused, and belongs to one caller only", async () => {
    await submit({ key: "k" });
    await expect(submit({ key: "k", requestHash: "hash-2" })).rejects.toMatchObject({
      code: "idempotency_key_reused",
      detail: { charged: "no" },
    });
    expect((await submit({ key: "k", keyId: "key_2" })).outcome).toBe("created");
    expect((await submit({ key: "k", keyId: null })).outcome).toBe("created");
  });

  test("of twenty requests of one moment makes one job", async () => {
    const submitted = await Promise.all(Array.from({ length: 20 }, () => submit({ key: "k" })));
    expect(new Set(submitted.flatMap(idsOf)).size).toBe(1);
    expect(submitted.filter(({ outcome }) => outcome === "created")).toHaveLength(1);
    await harness.clock.settle();
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("is forgotten with a request that made no job", async () => {
    const unusable = { ...newJob, account: "nobody" };
    await expect(
      harness.jobs.createOrReplay([unusable], idempotency({ key: "k" })),
    ).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await submit({ key: "k", requestHash: "hash-2" })).outcome).toBe("created");
  });

  test("survives the death of the process", async () => {
    const first = await submit({ key: "k" });
    await harness.kill();
    const again = await submit({ key: "k" });
    expect(idsOf(again)).toEqual(idsOf(first));
    await harness.clock.advance(2 * minuteMs);
    expect(harness.upstream.charged).toHaveLength(1);
  });

  test("that is fresh starts anew beside a lost answer", async () => {
    const first = await submit();
    await first.responseLost();
    expect((await submit({ key: "fresh" })).outcome).toBe("created");
    expect((await submit()).outcome).toBe("joined");
  });
});

describe("without a key", () => {
  test("a lost answer is joined however often the same was asked for and delivered that day", async () => {
    for (let times = 0; times < 101; times++) {
      const earlier = await submit();
      await earlier.answered();
      await harness.clock.advance(100);
    }
    const first = await submit();
    await first.responseLost();
    const again = await submit();
    expect(again.outcome).toBe("joined");
    expect(idsOf(again)).toEqual(idsOf(first));
  });

  test("two requests that both wait are two jobs", async () => {
    const one = await submit();
    const two = await submit();
    expect(two.outcome).toBe("created");
    expect(idsOf(two)).not.toEqual(idsOf(one));
  });

  test("the next request joins the oldest job whose answer was lost, once each", async () => {
    const lost = [await submit({}, 2), await submit()];
    for (const each of lost) await each.responseLost();
    const joined = [await submit(), await submit()];
    expect(joined.map(({ outcome }) => outcome)).toEqual(["joined", "joined"]);
    expect(joined.map(idsOf)).toEqual(lost.map(idsOf));
    expect((await submit()).outcome).toBe("created");
  });

  test("a delivered answer is never joined, a joined one is no more once delivered", async () => {
    const first = await submit();
    await first.responseLost();
    const joined = await submit();
    await joined.answered();
    expect((await submit()).outcome).toBe("created");
  });

  test("an answer lost twice can be joined again, also when the first loss is told late", async () => {
    const first = await submit();
    await first.responseLost();
    const second = await submit();
    await first.responseLost();
    expect((await submit({ requestHash: "hash-1", join: "undelivered" })).outcome).toBe("created");
    await second.responseLost();
    expect(idsOf(await submit())).toEqual(idsOf(first));
  });

  test("a lost answer is joined for 15 minutes, whatever became of the job meanwhile", async () => {
    const first = await submit();
    await finishAll();
    await first.responseLost();
    await harness.clock.advance(15 * minuteMs - 1);
    const joined = await submit();
    expect(joined).toMatchObject({ outcome: "joined", jobs: [{ status: "completed" }] });
    await joined.responseLost();
    await harness.clock.advance(15 * minuteMs);
    expect((await submit()).outcome).toBe("created");
  });

  test("another caller, another request, join: never and a cancelled job join nothing", async () => {
    const first = await submit();
    await first.responseLost();
    expect((await submit({ keyId: "key_2" })).outcome).toBe("created");
    expect((await submit({ keyId: null })).outcome).toBe("created");
    expect((await submit({ requestHash: "hash-2" })).outcome).toBe("created");
    expect((await submit({ join: "never" })).outcome).toBe("created");
    await harness.clock.settle();
    await harness.jobs.cancel(first.jobs[0].id);
    const { submitId } = await harness.job(first.jobs[0].id);
    harness.upstream.fail(submitId!, cancelledUpstream());
    await harness.clock.advance(20_000);
    expect((await harness.job(first.jobs[0].id)).status).toBe("cancelled");
    expect((await submit()).outcome).toBe("created");
  });

  test("requests of one moment join one lost job once", async () => {
    const first = await submit();
    await first.responseLost();
    const submitted = await Promise.all([submit(), submit(), submit()]);
    expect(submitted.filter(({ outcome }) => outcome === "joined")).toHaveLength(1);
    expect(new Set(submitted.flatMap(idsOf)).size).toBe(3);
  });

  test("whoever waited in a process that died is gone", async () => {
    const first = await submit();
    await harness.kill();
    const joined = await submit();
    expect(joined.outcome).toBe("joined");
    expect(idsOf(joined)).toEqual(idsOf(first));
    await harness.clock.advance(2 * minuteMs);
    expect(harness.upstream.charged).toHaveLength(1);
  });
});

describe("a caller who wants a result (join: until_result)", () => {
  const untilResult = { join: "until_result" } as const;

  test("joins the job of which only the id was answered, while it runs and once it has ended", async () => {
    const first = await submit({}, 2);
    await first.answered();
    expect((await submit()).outcome).toBe("created");
    await harness.clock.advance(5 * minuteMs);
    const running = await submit(untilResult);
    expect(running.outcome).toBe("joined");
    expect(idsOf(running)).toEqual(idsOf(first));
    await running.answered();
    await finishAll();
    const ended = await submit(untilResult);
    expect(ended).toMatchObject({ outcome: "joined", jobs: [{ status: "completed" }, {}] });
    await ended.answered();
    expect((await submit(untilResult)).outcome).toBe("created");
  });

  test("gets another once it was shown the result, and 15 minutes after the id", async () => {
    const first = await submit();
    await first.answered();
    await finishAll();
    const [job] = first.jobs;
    harness.jobs.noteShown(await harness.job(job.id));
    await harness.clock.settle();
    const second = await submit(untilResult);
    expect(second.outcome).toBe("created");
    await second.answered();
    await harness.clock.advance(15 * minuteMs);
    expect((await submit(untilResult)).outcome).toBe("created");
  });

  test("joins a finished job again and again while its answers are passed on unseen", async () => {
    const first = await submit({ ...untilResult, seen: false });
    await finishAll();
    await first.answered();
    for (let attempt = 0; attempt < 3; attempt++) {
      const again = await submit({ ...untilResult, seen: false });
      expect(again).toMatchObject({ outcome: "joined", jobs: [{ status: "completed" }] });
      await again.answered();
    }
    const [job] = first.jobs;
    harness.jobs.noteShown(await harness.job(job.id));
    await harness.clock.settle();
    expect((await submit({ ...untilResult, seen: false })).outcome).toBe("created");
  });

  test("never joins a failed, cancelled or removed job, nor one that somebody else waits for", async () => {
    const failed = await submit();
    await failed.responseLost();
    await harness.clock.settle();
    harness.upstream.fail(harness.upstream.charged[0]!, new JimengError("generation_failed", "no"));
    await harness.clock.advance(10_000);
    expect((await harness.job(failed.jobs[0].id)).status).toBe("failed");
    const made = await submit(untilResult);
    expect(made.outcome).toBe("created");
    expect((await submit(untilResult)).outcome).toBe("created");
    await made.answered();
    await finishAll();
    await harness.jobs.remove(made.jobs[0].id);
    expect((await submit({ ...untilResult, keyId: "key_2" })).outcome).toBe("created");
    expect((await submit(untilResult)).outcome).toBe("created");
  });
});

describe("a caller who says that it repeats", () => {
  const repeat = { join: "any" } as const;

  test("joins a job that its first connection seems to wait for still, lost ones first", async () => {
    const open = await submit();
    const lost = await submit();
    await lost.responseLost();
    expect(idsOf(await submit(repeat))).toEqual(idsOf(lost));
    const second = await submit(repeat);
    expect(second.outcome).toBe("joined");
    expect(idsOf(second)).toEqual(idsOf(open));
  });

  test("spreads over the open jobs of the same request before it joins one twice", async () => {
    const open = [await submit(), await submit()];
    const repeats = [await submit(repeat), await submit(repeat)];
    expect(repeats.map(idsOf)).toEqual(open.map(idsOf));
    expect((await submit(repeat)).outcome).toBe("joined");
  });

  test("gets an answer that went out a moment ago, not one of long ago", async () => {
    const first = await submit();
    await first.answered();
    await harness.clock.advance(59_000);
    expect((await submit(repeat)).outcome).toBe("joined");
    const second = await submit({ requestHash: "hash-2" });
    await second.answered();
    await harness.clock.advance(minuteMs);
    expect((await submit({ ...repeat, requestHash: "hash-2" })).outcome).toBe("created");
  });
});

test("what was made before answers also where nothing could be made now", async () => {
  const first = await submit({ key: "k" });
  await first.responseLost();
  await harness.reopen({ maxQueue: 0 });
  await expect(submit({ requestHash: "hash-2" })).rejects.toMatchObject({ code: "overloaded" });
  const replayed = await submit({ key: "k" });
  expect(replayed.outcome).toBe("replayed");
  await replayed.responseLost();
  expect((await submit()).outcome).toBe("joined");
});

function cancelledUpstream() {
  return new JimengError("cancelled", "cancelled on the site", { charged: "refunded" });
}
