// Tests that generations made elsewhere become jobs: once, durably, and without a single start.

import { models } from "@jimeng/sdk";
import type { Generation, ImageOutput } from "@jimeng/sdk";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { toAdoptedRequest } from "./adopt.ts";
import { imageOutput, imageRequest } from "../testing/fake-upstream.ts";
import { startHarness } from "../testing/job-harness.ts";
import type { Harness } from "../testing/job-harness.ts";
import type { Adoption } from "./job.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

/** Puts a generation on the fake site, as if it had been made there. */
async function made(submitId: string, finished: boolean): Promise<Generation> {
  harness.upstream.plant(imageRequest({ count: 2 }), submitId);
  if (finished) {
    harness.upstream.finish(submitId, [imageOutput(submitId, 0), imageOutput(submitId, 1)]);
  }
  const found = await harness.upstream.generations.find([submitId], {});
  return { ...found.get(submitId)!, createdAt: harness.clock.now() - 3_600_000 };
}

function adoption(generation: Generation): Adoption {
  const request = toAdoptedRequest(generation, "made on the site");
  return { generation, request, warnings: [], keyId: "key_1", account: "main" };
}

describe("a generation made elsewhere", () => {
  test("that has ended goes straight to saving", async () => {
    const [job] = await harness.jobs.adopt([adoption(await made("site-1", true))]);
    expect(job).toMatchObject({ status: "in_progress", phase: "saving", submitId: "site-1" });
    await harness.clock.advance(1);
    const done = await harness.jobs.wait(job!.id);
    expect(done).toMatchObject({ status: "completed", keyId: "key_1", account: "main" });
    expect(done.assets).toHaveLength(2);
    expect(done.warnings).toEqual([]);
    expect(done.startedAt).toBe(done.createdAt - 3_600_000);
    expect(harness.upstream.posts).toEqual([]);
  });

  test("that still runs is polled to its end", async () => {
    const [job] = await harness.jobs.adopt([adoption(await made("site-2", false))]);
    expect(job).toMatchObject({ status: "in_progress", phase: "generating" });
    harness.upstream.finish("site-2");
    await harness.clock.advance(60_000);
    const done = await harness.jobs.wait(job!.id);
    expect(done).toMatchObject({ status: "completed" });
    // The size of a request that nobody knows cannot differ from what came.
    expect(done.warnings.map(({ code }) => code)).not.toContain("size_differs");
    expect(harness.upstream.posts).toEqual([]);
  });

  test("is taken once, however often and at once it is asked for", async () => {
    const one = adoption(await made("site-3", true));
    const other = adoption(await made("site-4", true));
    const [first, second] = await Promise.all([
      harness.jobs.adopt([one]),
      harness.jobs.adopt([other, one]),
    ]);
    const taken = [...first, ...second].map(({ submitId }) => submitId);
    expect(taken).toHaveLength(2);
    expect(new Set(taken)).toEqual(new Set(["site-3", "site-4"]));
    expect(await harness.jobs.adopt([one, other])).toEqual([]);
  });

  test("that is a job of ours already stays that job", async () => {
    const job = await harness.create(imageRequest());
    await harness.clock.advance(1);
    const { submitId } = await harness.job(job.id);
    const found = await harness.upstream.generations.find([submitId!], {});
    expect(await harness.jobs.adopt([adoption(found.get(submitId!)!)])).toEqual([]);
    expect(harness.upstream.posts).toEqual([submitId]);
  });

  test("survives a sudden death after it was taken, and is still not started", async () => {
    const running = adoption(await made("site-5", false));
    const ended = adoption(await made("site-6", true));
    const jobs = await harness.jobs.adopt([running, ended]);
    await harness.kill();
    harness.upstream.finish("site-5");
    await harness.clock.advance(60_000);
    for (const { id } of jobs) {
      expect(await harness.jobs.wait(id)).toMatchObject({ status: "completed" });
    }
    expect(harness.upstream.posts).toEqual([]);
  });
});

describe("the request of an adopted generation", () => {
  test("names the resolution and ratio of every size that its model makes", async () => {
    const generation = await made("site-7", true);
    const known = models.filter(({ sizes }) => Object.keys(sizes).length > 0);
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.nat(), (model, pick) => {
        const all = Object.values(model.sizes).flatMap((byRatio) => Object.values(byRatio));
        const { width, height } = all[pick % all.length]!;
        const { kind } = model;
        const output = { ...generation.outputs[0]!, width, height } as ImageOutput;
        const request = toAdoptedRequest(
          {
            ...generation,
            operation: { ...generation.operation, model: model.id, kind },
            outputs: [output],
          },
          "p",
        );
        expect(request).toMatchObject({ kind, model: model.id, prompt: "p" });
        expect(model.sizes[request.resolution ?? ""]?.[request.ratio ?? ""]).toEqual({
          width,
          height,
        });
      }),
    );
  });

  test("leaves empty what the record does not show", async () => {
    const running = await made("site-8", false);
    expect(toAdoptedRequest(running, "")).toEqual({
      ...{ kind: "image", model: "jimeng-4.0", prompt: "", resolution: "", width: 0, height: 0 },
      ...{ count: 1, upstreamCount: 1, seed: 0, sampleStrength: 0, intelligentRatio: false },
    });
    const { operation } = running;
    const video = { ...running, operation: { ...operation, kind: "video" as const, model: "odd" } };
    expect(toAdoptedRequest(video, "")).toEqual({
      ...{ kind: "video", model: "odd", prompt: "", ratio: "", resolution: "" },
      ...{ durationSeconds: 0, seed: 0 },
    });
  });
});
