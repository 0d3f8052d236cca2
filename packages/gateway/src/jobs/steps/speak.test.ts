// Tests speech: one paid call without an id, whose lost answer is neither looked up nor asked for again.

import { JimengError } from "@jimeng/sdk";
import { prepareToolRequest } from "@jimeng/sdk/tools";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { startError } from "../../testing/fake-upstream.ts";
import { startHarness } from "../../testing/job-harness.ts";
import type { Harness } from "../../testing/job-harness.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
  harness.assets.contentType = "audio/mpeg";
  harness.upstream.speechBytes = new Uint8Array(1234);
});
afterEach(() => harness.close());

const { request } = prepareToolRequest({
  kind: "audio",
  tool: "speech",
  prompt: "hello",
  voice: "7500000000000000003",
});

async function speak(): Promise<string> {
  const { id } = await harness.create(request);
  await harness.clock.settle();
  return id;
}

test("a speech is one call, and its bytes are the job's file", async () => {
  const id = await speak();
  const job = await harness.job(id);
  expect(job).toMatchObject({ kind: "audio", status: "completed", progress: 100, error: null });
  expect(job.assets).toMatchObject([{ bytes: 1234, contentType: "audio/mpeg", durationMs: 1500 }]);
  expect(harness.upstream.spoken).toEqual(["hello"]);
  expect(harness.upstream.posts).toEqual([]);
  expect(harness.upstream.polls).toEqual([]);
});

test("nobody says that it was not charged: the history names no id of it", async () => {
  const id = await speak();
  await harness.clock.advance(2 * 86_400_000);
  expect(await harness.job(id)).toMatchObject({ costState: "unknown", settledAt: null });
});

describe("a lost answer", () => {
  test("ends the job at once, is never asked for again and never looked up", async () => {
    harness.upstream.speechAnswers = [startError("timeout", "unknown")];
    const id = await speak();
    expect(await harness.job(id)).toMatchObject({
      status: "failed",
      error: { code: "outcome_unknown", charged: "unknown", reason: "answer_lost" },
    });
    await harness.clock.advance(3_600_000);
    expect(harness.upstream.spoken).toHaveLength(1);
    expect(harness.upstream.polls).toEqual([]);
    await expect(harness.jobs.recheck(id)).rejects.toMatchObject({ code: "conflict" });
  });

  test("of a process that died is known after the settle time", async () => {
    harness.upstream.speechHangs = true;
    const id = await speak();
    await harness.kill();
    await harness.clock.advance(30_000);
    expect((await harness.job(id)).status).toBe("in_progress");
    await harness.clock.advance(60_000);
    expect(await harness.job(id)).toMatchObject({
      status: "failed",
      error: { code: "outcome_unknown", charged: "unknown" },
      costState: "unknown",
    });
    expect(harness.upstream.spoken).toHaveLength(1);
    expect(harness.upstream.polls).toEqual([]);
  });

  test("that only takes long is waited for", async () => {
    harness.upstream.speechHangs = true;
    const id = await speak();
    await harness.clock.advance(600_000);
    expect((await harness.job(id)).status).toBe("in_progress");
    harness.upstream.release();
    await harness.clock.settle();
    expect((await harness.job(id)).status).toBe("completed");
  });
});

test("a speech whose answer comes while the gateway stops is kept and delivered", async () => {
  harness.upstream.speechHangs = true;
  const id = await speak();
  const stopped = harness.stop();
  harness.upstream.release();
  await stopped;
  expect(await harness.store.get(id)).toMatchObject({ status: "completed", error: null });
  expect(harness.assets.kept).toEqual([1234]);
  expect(harness.upstream.spoken).toHaveLength(1);
});

test("a certain refusal is tried again, or fails without a charge", async () => {
  harness.upstream.speechAnswers = [startError("connection_failed", "refused")];
  const id = await speak();
  expect((await harness.job(id)).status).toBe("queued");
  await harness.clock.advance(60_000);
  expect((await harness.job(id)).status).toBe("completed");
  harness.upstream.speechAnswers = [startError("content_rejected", "refused")];
  const refused = await speak();
  expect(await harness.job(refused)).toMatchObject({
    status: "failed",
    error: { code: "content_rejected", charged: "no" },
    costState: "not_charged",
  });
});

test("bytes that find no room are kept as soon as there is some", async () => {
  harness.assets.keepFailures = [new Error("no space left"), new Error("no space left")];
  const id = await speak();
  expect((await harness.job(id)).status).toBe("in_progress");
  await harness.clock.advance(60_000);
  expect((await harness.job(id)).status).toBe("completed");
  expect(harness.upstream.spoken).toHaveLength(1);
});

test("what the site calls a sound and is none fails the job, charged unknown", async () => {
  const none = new JimengError("unexpected_response", "no sound", { charged: "yes" });
  harness.assets.keepFailures = [none];
  expect(await harness.job(await speak())).toMatchObject({
    status: "failed",
    error: { code: "unexpected_response" },
  });
});
