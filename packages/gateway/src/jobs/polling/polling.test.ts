// Tests polling generations together, and saving what they made, whatever goes wrong on the way.

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { JimengError } from "@jimeng/sdk";

import {
  imageOutput,
  imageRequest,
  startError,
  videoRequest,
} from "../../testing/fake-upstream.ts";
import { expiredUrl, startHarness } from "../../testing/job-harness.ts";
import type { Harness } from "../../testing/job-harness.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

async function startJob(request = imageRequest() as Parameters<Harness["create"]>[0]) {
  const { id } = await harness.create(request);
  await harness.clock.settle();
  const { submitId } = await harness.job(id);
  return { id, submitId: submitId! };
}

async function startMany(count: number) {
  const newJobs = Array.from({ length: count }, () => ({
    request: imageRequest(),
    warnings: [],
    keyId: null,
  }));
  const created = await harness.jobs.create(newJobs);
  for (let round = 0; round < count; round++) await harness.clock.settle();
  const jobs = await Promise.all(created.map(({ id }) => harness.job(id)));
  return jobs.map(({ id, submitId }) => ({ id, submitId: submitId! }));
}

const missedReads = (count: number) =>
  Array.from({ length: count }, () => new JimengError("upstream_unavailable", "the read failed"));

describe("polling", () => {
  test("fifty jobs share requests: at most two a second while hot, one otherwise, fifty ids each", async () => {
    const started = await startMany(50);
    await harness.clock.advance(6000);
    for (const { submitId } of started) harness.upstream.finish(submitId);
    await harness.clock.advance(2000);
    for (const { id } of started) expect((await harness.job(id)).status).toBe("completed");
    const polls = harness.upstream.polls.map((poll) => poll.at);
    expect(polls.length).toBeLessThanOrEqual(3);
    expect(Math.max(...harness.upstream.polls.map((poll) => poll.ids.length))).toBe(50);
  });

  test("never sends more than two requests within a poll interval, nor two outside the hot window", async () => {
    await startMany(120);
    const begin = harness.clock.now();
    await harness.clock.advance(40_000);
    const polls = harness.upstream.polls.map((poll) => poll.at - begin);
    for (let at = 1; at < polls.length; at++) {
      const hot = polls[at]! >= 9000 && polls[at]! < 15_000;
      if (hot) expect(polls[at]! - (polls[at - 2] ?? -1000)).toBeGreaterThanOrEqual(1000);
      else expect(polls[at]! - polls[at - 1]!).toBeGreaterThanOrEqual(1000);
    }
    expect(harness.upstream.polls.every((poll) => poll.ids.length <= 50)).toBe(true);
    const asked = new Set(harness.upstream.polls.flatMap((poll) => poll.ids));
    expect(asked.size).toBe(120);
  });

  test("a hundred pictures that are ready together are noticed together, in two requests", async () => {
    const started = await startMany(100);
    await harness.clock.advance(9950);
    const before = harness.upstream.polls.length;
    for (const { submitId } of started) harness.upstream.finish(submitId);
    await harness.clock.advance(1000);
    for (const { id } of started) expect((await harness.job(id)).status).toBe("completed");
    expect(harness.upstream.polls.length - before).toBe(2);
  });

  test("a picture without a forecast is noticed as soon as others once some have ended", async () => {
    harness.upstream.forecast = null;
    for (let round = 0; round < 4; round++) {
      const { id, submitId } = await startJob();
      await harness.clock.advance(20_230);
      harness.upstream.finish(submitId);
      await harness.clock.advance(round < 3 ? 1000 : 500);
      expect((await harness.job(id)).status).toBe("completed");
    }
  });

  test("a finished picture is noticed within half a second inside the hot window", async () => {
    const { id, submitId } = await startJob();
    await harness.clock.advance(10_230);
    harness.upstream.finish(submitId);
    await harness.clock.advance(500);
    expect((await harness.job(id)).status).toBe("completed");
  });

  test("a failing read, a missing record and an unknown status are no failure", async () => {
    harness.upstream.visibleAfterMs = 20_000;
    const { id, submitId } = await startJob();
    harness.upstream.pollFailures = missedReads(5);
    harness.upstream.change(submitId, { upstreamStatus: 77 });
    await harness.clock.advance(120_000);
    expect(await harness.job(id)).toMatchObject({ status: "in_progress", error: null });
    harness.upstream.finish(submitId);
    await harness.clock.advance(31_000);
    expect((await harness.job(id)).status).toBe("completed");
  });

  test("rate limiting doubles the interval for ten minutes", async () => {
    await startJob(videoRequest());
    await harness.clock.advance(6000);
    harness.upstream.pollFailures = [new JimengError("rate_limited", "1057")];
    await harness.clock.advance(20_000);
    await startJob(imageRequest());
    const from = harness.upstream.polls.length;
    await harness.clock.advance(13_900);
    const polls = harness.upstream.polls.slice(from).map((poll) => poll.at);
    const gaps = polls.slice(1).map((at, index) => at - polls[index]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000);
  });

  test("an hour's Retry-After does not keep a picture from being seen before its deadline", async () => {
    const { id, submitId } = await startJob();
    harness.upstream.pollFailures = [
      new JimengError("rate_limited", "429", { retryAfterMs: 3_600_000 }),
    ];
    await harness.clock.advance(10_000);
    harness.upstream.finish(submitId);
    await harness.clock.advance(100_000);
    expect((await harness.job(id)).status).toBe("in_progress");
    await harness.clock.advance(60_000);
    expect((await harness.job(id)).status).toBe("completed");
  });

  test("a picture's deadline is fifteen minutes; the operation is kept", async () => {
    const { id } = await startJob();
    await harness.clock.advance(15 * 60_000 - 1);
    expect((await harness.job(id)).status).toBe("in_progress");
    await harness.clock.advance(1);
    const failed = await harness.job(id);
    expect(failed).toMatchObject({ status: "failed", error: { code: "generation_timeout" } });
    expect(failed.operation).not.toBeNull();
  });

  test("a generation that failed upstream fails the job with the upstream's own words", async () => {
    const { id, submitId } = await startJob();
    const error = new JimengError("content_rejected", "refused", {
      stage: "output",
      charged: "refunded",
      upstream: { failCode: "2038" },
    });
    harness.upstream.fail(submitId, error);
    await harness.clock.advance(7000);
    expect(await harness.job(id)).toMatchObject({
      status: "failed",
      error: { code: "content_rejected", charged: "refunded", upstream: { failCode: "2038" } },
    });
  });

  test("the queue's position and the forecast are shown as the upstream reports them", async () => {
    const { id, submitId } = await startJob(videoRequest());
    harness.upstream.change(submitId, {
      queue: { state: "queued", position: 12, length: 90 },
      forecast: { queueSeconds: 600, generateSeconds: 60 },
    });
    await harness.clock.advance(6000);
    expect(await harness.job(id)).toMatchObject({
      queue: { state: "queued", position: 12 },
      forecast: { queueSeconds: 600 },
    });
  });

  test("progress never falls, even when the forecast grows", async () => {
    const { id, submitId } = await startJob();
    await harness.clock.advance(8000);
    const before = (await harness.job(id)).progress;
    expect(before).toBeGreaterThan(50);
    harness.upstream.change(submitId, { forecast: { queueSeconds: 500, generateSeconds: 500 } });
    await harness.clock.advance(2000);
    expect((await harness.job(id)).progress).toBeGreaterThanOrEqual(before);
    await harness.clock.advance(600_000);
    expect((await harness.job(id)).progress).toBeLessThanOrEqual(95);
  });

  test("pictures that land before their siblings are saved and reported at once", async () => {
    const { id, submitId } = await startJob(imageRequest({ count: 4, upstreamCount: 4 }));
    const reported: [string, number][] = [];
    const listening = (async () => {
      for await (const event of harness.jobs.events(id)) {
        if (event.name === "job.image")
          reported.push([event.asset!.upstreamUrl, event.job.assets.length]);
      }
    })();
    const outputs = [0, 1, 2, 3].map((index) => imageOutput(submitId, index));
    harness.upstream.change(submitId, { outputs: [outputs[2]!] });
    await harness.clock.advance(7000);
    expect(reported).toEqual([[outputs[2]!.url, 1]]);
    const late = harness.jobs.events(id)[Symbol.asyncIterator]();
    const first = await late.next();
    expect(first.value).toMatchObject({
      name: "job.image",
      asset: { upstreamUrl: outputs[2]!.url },
    });
    expect((await late.next()).value).toMatchObject({ name: "job.progress" });
    await late.return?.();
    harness.upstream.finish(submitId, outputs);
    await harness.clock.advance(5000);
    await listening;
    expect(reported).toHaveLength(4);
    const names: string[] = [];
    for await (const { name } of harness.jobs.events(id)) names.push(name);
    expect(names).toEqual([...Array<string>(4).fill("job.image"), "job.completed"]);
    const done = await harness.job(id);
    expect(done.assets.map((asset) => asset.upstreamUrl)).toEqual(
      outputs.map((output) => output.url),
    );
    expect(harness.assets.saved).toHaveLength(4);
  });

  test("a picture that is being saved when the generation ends is fetched once, and holds up no other job", async () => {
    const { id, submitId } = await startJob(imageRequest({ count: 2, upstreamCount: 2 }));
    const other = await startJob();
    const outputs = [0, 1].map((index) => imageOutput(submitId, index));
    let fetchOn = () => {};
    harness.assets.beforeSave = (url) =>
      url === outputs[1]!.url ? new Promise((resolve) => (fetchOn = resolve)) : Promise.resolve();
    harness.upstream.change(submitId, { outputs: [outputs[1]!] });
    await harness.clock.advance(7000);
    harness.upstream.finish(submitId, outputs);
    harness.upstream.finish(other.submitId);
    await harness.clock.advance(5000);
    expect((await harness.job(other.id)).status).toBe("completed");
    expect(await harness.job(id)).toMatchObject({ phase: "saving", assets: [] });
    fetchOn();
    await harness.clock.advance(1000);
    const done = await harness.job(id);
    expect(done.status).toBe("completed");
    expect(done.assets.map(({ upstreamUrl }) => upstreamUrl)).toEqual(
      outputs.map(({ url }) => url),
    );
    expect(harness.assets.saved.toSorted()).toEqual(
      [...outputs.map(({ url }) => url), imageOutput(other.submitId, 0).url].toSorted(),
    );
  });
});

describe("a site that answers by submit id only", () => {
  test("is asked that way after some polls that showed nothing, one kind of id a request", async () => {
    harness.upstream.answersHistoryIds = false;
    const { id, submitId } = await startJob();
    harness.upstream.finish(submitId);
    await harness.clock.advance(60_000);
    expect((await harness.job(id)).status).toBe("completed");
    expect(harness.upstream.posts).toHaveLength(1);
    expect(harness.upstream.polls.map(({ by }) => by)).toEqual(["check", "check", "check", "find"]);
  });

  test("is told what was started: a record need not say that it is a video", async () => {
    harness.upstream.answersHistoryIds = false;
    const kinds: string[] = [];
    harness.upstream.fullQuality = ({ operation, outputs }) => {
      kinds.push(operation.kind);
      return outputs;
    };
    const { submitId } = await startJob(videoRequest());
    harness.upstream.change(submitId, { upstreamStatus: 50, reservedItemIds: ["item-1"] });
    await harness.clock.advance(20 * 60_000);
    expect(kinds.length).toBeGreaterThan(0);
    expect(new Set(kinds)).toEqual(new Set(["video"]));
  });
});

describe("saving", () => {
  test("keeps one file of an item that is listed twice", async () => {
    const { id, submitId } = await startJob(imageRequest({ count: 2, upstreamCount: 2 }));
    const [one, other] = [imageOutput(submitId, 0), imageOutput(submitId, 1)];
    harness.upstream.finish(submitId, [one, { ...one }, other]);
    await harness.clock.advance(20_000);
    expect(await harness.job(id)).toMatchObject({ status: "completed", warnings: [] });
    expect(harness.assets.saved).toEqual([one.url, other.url]);
  });

  test("a dead URL is replaced by a fresh one from the history, never by a new start", async () => {
    const { id, submitId } = await startJob();
    harness.upstream.finish(submitId);
    harness.assets.failures = [expiredUrl(), expiredUrl()];
    await harness.clock.advance(60_000);
    expect((await harness.job(id)).status).toBe("completed");
    expect(harness.upstream.posts).toHaveLength(1);
    expect(harness.upstream.polls.length).toBeGreaterThanOrEqual(3);
  });

  test("a host that does not answer is tried again without asking the history", async () => {
    const { id, submitId } = await startJob();
    harness.upstream.finish(submitId);
    harness.assets.failures = [new JimengError("connection_failed", "no answer")];
    await harness.clock.advance(20_000);
    expect((await harness.job(id)).status).toBe("completed");
    expect(harness.upstream.polls).toHaveLength(1);
  });

  test("a host that answers nobody twice is asked about in the history, where the URL may be another by now", async () => {
    const { id, submitId } = await startJob();
    harness.upstream.finish(submitId);
    const refused = new JimengError("connection_failed", "no answer");
    harness.assets.spoilt.set(imageOutput(submitId, 0).url, refused);
    await harness.clock.advance(8000);
    const moved = { ...imageOutput(submitId, 0), url: "https://elsewhere.example/picture.png" };
    harness.upstream.finish(submitId, [moved]);
    await harness.clock.advance(120_000);
    expect((await harness.job(id)).status).toBe("completed");
    expect(harness.assets.saved).toEqual([moved.url]);
    expect(harness.upstream.posts).toHaveLength(1);
  });

  test("a result that is no picture is fetched again, then the job fails and says that it was charged", async () => {
    const { id, submitId } = await startJob();
    harness.upstream.finish(submitId);
    const spoilt = new JimengError("unexpected_response", "not media", {
      reason: "not_media",
      charged: "yes",
    });
    harness.assets.failures = Array.from({ length: 9 }, () => spoilt);
    await harness.clock.advance(10 * 60_000);
    expect(await harness.job(id)).toMatchObject({
      status: "failed",
      error: { code: "unexpected_response", charged: "yes" },
    });
    const job = await harness.job(id);
    expect(job.operation).not.toBeNull();
    expect(job.error?.fix).toContain(`POST /v1/jobs/${id}/recheck`);
    expect(job.error?.fix).toContain(`jimeng jobs recheck ${id}`);
    harness.assets.failures = [];
    await harness.jobs.recheck(id);
    await harness.clock.advance(60_000);
    expect((await harness.job(id)).status).toBe("completed");
    expect(harness.upstream.posts).toEqual([submitId]);
  });

  test("one spoilt picture of two leaves the other: completed with a warning", async () => {
    const { id, submitId } = await startJob(imageRequest({ count: 2, upstreamCount: 2 }));
    const outputs = [imageOutput(submitId, 0), imageOutput(submitId, 1)];
    harness.upstream.finish(submitId, outputs);
    const spoilt = new JimengError("unexpected_response", "not media", { reason: "not_media" });
    harness.assets.spoilt.set(outputs[0]!.url, spoilt);
    await harness.clock.advance(10 * 60_000);
    const done = await harness.job(id);
    expect(done).toMatchObject({ status: "completed", warnings: [{ code: "fewer_images" }] });
    expect(done.assets.map((asset) => asset.upstreamUrl)).toEqual([outputs[1]!.url]);
    expect(harness.assets.saved).toHaveLength(1);
    expect(done.warnings[0]?.message).toContain(`jimeng jobs recheck ${id}`);
  });

  test("a picture that was missing beside its sibling is fetched by a recheck, without a second payment", async () => {
    const { id, submitId } = await startJob(imageRequest({ count: 2, upstreamCount: 2 }));
    const outputs = [imageOutput(submitId, 0), imageOutput(submitId, 1)];
    harness.upstream.finish(submitId, outputs);
    const spoilt = new JimengError("unexpected_response", "cut", { reason: "truncated" });
    harness.assets.spoilt.set(outputs[0]!.url, spoilt);
    await harness.clock.advance(10 * 60_000);
    harness.assets.spoilt.clear();
    await harness.jobs.recheck(id);
    await harness.clock.advance(60_000);
    const done = await harness.job(id);
    expect(done).toMatchObject({ status: "completed", warnings: [{ code: "rechecked" }] });
    expect(done.assets.map((asset) => asset.upstreamUrl)).toEqual(outputs.map(({ url }) => url));
    expect(harness.assets.saved).toEqual([outputs[1]!.url, outputs[0]!.url]);
    await expect(harness.jobs.recheck(id)).rejects.toMatchObject({ code: "conflict" });
    expect(harness.upstream.posts).toEqual([submitId]);
  });

  test.each([
    ["the asked ratio", { width: 1248, height: 704 }, {}, []],
    ["another ratio", { width: 704, height: 1248 }, {}, ["size_differs"]],
    [
      "its first frame's ratio",
      { width: 704, height: 1248 },
      { firstFrame: { imageUri: "tos/a", width: 9, height: 16, format: "png" } },
      [],
    ],
  ])("compares a video of %s with what was asked", async (_name, size, changes, codes) => {
    const { id, submitId } = await startJob(videoRequest(changes));
    harness.upstream.finish(submitId);
    harness.assets.size = size;
    harness.assets.contentType = "video/mp4";
    await harness.clock.advance(10 * 60_000);
    const { status, warnings } = await harness.job(id);
    expect(status).toBe("completed");
    expect(warnings.map(({ code }) => code)).toEqual(codes);
  });

  test("a result in a format that few programs show is kept, with a warning", async () => {
    const { id, submitId } = await startJob();
    harness.upstream.finish(submitId);
    harness.assets.contentType = "image/avif";
    await harness.clock.advance(60_000);
    const done = await harness.job(id);
    expect(done).toMatchObject({ status: "completed", warnings: [{ code: "unusual_format" }] });
    expect(done.assets[0]?.contentType).toBe("image/avif");
  });

  test("a full disk is our own fault: the step is tried again and nothing is lost", async () => {
    const { id, submitId } = await startJob();
    harness.upstream.finish(submitId);
    harness.assets.failures = [
      Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" }),
    ];
    await harness.clock.advance(6500);
    expect((await harness.job(id)).phase).toBe("saving");
    await harness.clock.advance(5000);
    expect((await harness.job(id)).status).toBe("completed");
  });

  test("a start error of another job does not touch a running one", async () => {
    const { id, submitId } = await startJob();
    harness.upstream.behaviours = [
      { kind: "fail", error: startError("risk_controlled", "refused") },
    ];
    const other = await harness.create(imageRequest());
    await harness.clock.settle();
    expect((await harness.job(other.id)).status).toBe("failed");
    harness.upstream.finish(submitId);
    await harness.clock.advance(10_000);
    expect((await harness.job(id)).status).toBe("completed");
  });
});
