// Tests the pure translation between OpenAI's shapes and the domain's.

import { findModel, models, prepareRequest, defaultModels } from "@jimeng/sdk";
import type { ModelRequest } from "@jimeng/sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { imageBodySchema } from "../../api/images.ts";
import { videoBodySchema } from "../../api/videos.ts";
import { jobSchema } from "../../api/jobs.ts";
import { modelSchema } from "../../api/models.ts";
import { videoSchema } from "../../api/videos.ts";
import { complete, failWith, toQueuedJob } from "../../testing/fake-jobs.ts";
import { toJobObject } from "../native/job.ts";
import type { Job } from "../../jobs/job.ts";
import { splitByMaximum } from "../../submission/split.ts";
import type { TranslationContext } from "../context.ts";
import { imageReferenceFields } from "../reference-fields.ts";
import { createUrls } from "../urls.ts";
import { toImageSubmission } from "./images.ts";
import { toModelObject } from "./models.ts";
import { openaiDialect } from "./names.ts";
import { toVideoObject, toVideoSubmission } from "./videos.ts";

const text = fc.string({ minLength: 1 }).filter((value) => value.trim() !== "");
const urls = createUrls("http://localhost", null);
const context: TranslationContext = {
  formFiles: [],
  inlineFiles: [],
  ownBase: "http://localhost",
  now: 0,
};
const imageModels = models.filter(({ kind }) => kind === "image");
const videoModels = models.filter(({ kind }) => kind === "video");
const absent = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

describe("image requests", () => {
  it("that the schema takes are asked of the sdk in its own words", () => {
    const body = fc.constantFrom(...imageModels).chain((model) =>
      fc.record({
        model: fc.constant(model.id),
        prompt: text,
        n: absent(fc.integer({ min: 1, max: 10 })),
        ratio: absent(fc.constantFrom(...model.ratios)),
        resolution: absent(fc.constantFrom(...model.resolutions)),
        quality: absent(fc.constantFrom("low", "medium", "high", "hd", "auto", "standard")),
        seed: absent(fc.integer({ min: 0, max: 0xffff_ffff })),
        sample_strength: absent(fc.double({ min: 0, max: 1, noNaN: true })),
      }),
    );
    fc.assert(
      fc.property(body, (given) => {
        const { content } = toImageSubmission(imageBodySchema.parse(given), context);
        const { requests } = splitByMaximum(content.requests[0]);
        const prepared = requests.map((request) => prepareRequest(request as ModelRequest).request);
        const counts = prepared.map((request) => (request.kind === "image" ? request.count : 0));
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(given.n ?? 1);
        const seeds = prepared.map(({ seed }) => seed);
        if (given.seed !== null) {
          expect(seeds[0]).toBe(given.seed);
          expect(new Set(seeds).size).toBe(seeds.length);
        }
        for (const request of prepared) {
          expect(request).toMatchObject({ model: given.model, prompt: given.prompt });
          if (given.resolution !== null) expect(request.resolution).toBe(given.resolution);
          if (given.ratio !== null) expect(request.ratio).toBe(given.ratio);
        }
      }),
    );
  });

  it("keep any size, which the sdk brings to the nearest", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 16_384 }),
        fc.integer({ min: 1, max: 16_384 }),
        (width, height) => {
          const body = imageBodySchema.parse({ prompt: "a", size: `${width}x${height}` });
          const { content } = toImageSubmission(body, context);
          expect(content.requests[0]).toMatchObject({ width, height });
        },
      ),
    );
  });

  it("never lose a field without a word", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z][a-z_]{2,11}$/), fc.integer()),
        (extra) => {
          const known = Object.keys(imageBodySchema.shape);
          const references: readonly string[] = [...imageReferenceFields, "mask"];
          const strange = Object.keys(extra).filter(
            (name) => !known.includes(name) && !references.includes(name),
          );
          const body = {
            prompt: "a",
            ...Object.fromEntries(strange.map((name) => [name, extra[name]])),
          };
          const { content } = toImageSubmission(imageBodySchema.parse(body), context);
          const warned = content.warnings.map(({ param }) => param);
          expect(new Set(warned)).toEqual(new Set(strange));
          expect(warned).toHaveLength(strange.length);
        },
      ),
    );
  });
});

describe("video requests", () => {
  it("take seconds as number, string or duration", () => {
    const body = fc.constantFrom(...videoModels).chain((model) =>
      fc.record({
        model: fc.constant(model.id),
        seconds: fc.constantFrom(...model.durationsSeconds),
        field: fc.constantFrom("seconds", "duration"),
        asText: fc.boolean(),
        resolution: fc.constantFrom(...model.resolutions),
        ratio: fc.constantFrom(...model.ratios),
      }),
    );
    fc.assert(
      fc.property(body, ({ model, seconds, field, asText, resolution, ratio }) => {
        const given = {
          prompt: "a",
          model,
          resolution,
          ratio,
          [field]: asText ? String(seconds) : seconds,
        };
        const { requests } = toVideoSubmission(videoBodySchema.parse(given), context);
        const { request } = prepareRequest(requests[0] as ModelRequest);
        expect(request).toMatchObject({ model, durationSeconds: seconds, resolution, ratio });
      }),
    );
  });
});

describe("answers", () => {
  const jobs: fc.Arbitrary<Job> = fc
    .record({
      model: fc.constantFrom(...models),
      prompt: text,
      progress: fc.double({ min: 0, max: 100, noNaN: true }),
      become: fc.constantFrom<(job: Job) => Partial<Job>>(
        () => ({}),
        () => ({ status: "in_progress", phase: "saving" }),
        complete,
        failWith("risk_controlled"),
        () => ({ status: "cancelled" }),
      ),
    })
    .map(({ model, prompt, progress, become }) => {
      const { request, warnings } = prepareRequest({ kind: model.kind, model: model.id, prompt });
      const job = toQueuedJob("job_1", { request, warnings, keyId: null });
      return { ...job, progress, ...become({ ...job, kind: model.kind }), kind: model.kind };
    });

  it("have the published shapes whatever the job", () => {
    fc.assert(
      fc.property(jobs, (job) => {
        expect(jobSchema.parse(toJobObject(job, urls, job.createdAt))).toMatchObject({
          id: "job_1",
        });
        if (job.kind !== "video") return;
        const video = videoSchema.parse(toVideoObject(job, urls));
        expect(video.size).toMatch(/^\d+x\d+$/);
        expect(video.seconds).toMatch(/^\d+$/);
        expect(video.error === null).toBe(video.status !== "failed");
        expect(video.url === null).toBe(video.status !== "completed");
      }),
    );
  });

  it("describe every model", () => {
    for (const model of models) modelSchema.parse(toModelObject(model, [], Date.now()));
  });

  it("use default models that exist", () => {
    expect(findModel(defaultModels.image)?.kind).toBe("image");
    expect(findModel(defaultModels.video)?.kind).toBe("video");
  });

  it("call the parameters by their public names", () => {
    expect(openaiDialect.toParam("image", "count")).toBe("n");
    expect(openaiDialect.toParam("image", "width")).toBe("size");
    expect(openaiDialect.toParam("video", "durationSeconds")).toBe("seconds");
    expect(openaiDialect.toParam("image", "prompt")).toBe("prompt");
  });
});
