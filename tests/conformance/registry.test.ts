// The agreement of two independent books: every model, region, mode, resolution and ratio that the sdk's registry
// offers yields a draft that the simulator, written from docs/upstream alone, accepts at the size that was meant.
import {
  findModel,
  Jimeng,
  JimengError,
  type Model,
  type ModelMode,
  modelIn,
  models,
  prepareRequest,
  type ModelRequest,
  type Region,
  type UploadedImage,
  type UploadedVideo,
} from "@jimeng/sdk";
import { createSimulator, type Simulator } from "@jimeng/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clip, png } from "./materials.ts";

const regions: Region[] = ["cn", "us", "hk", "jp", "sg"];
// The three Asian sites have one list between them: `npm run test:long` asks all of them, and for every size.
const isLong = process.env["JIMENG_TEST_LONG"] === "1";
const asked = isLong ? regions : regions.slice(0, 3);
let simulator: Simulator;
const clients = new Map<Region, Jimeng>();
const pictures = new Map<Region, UploadedImage[]>();
const clips = new Map<Region, UploadedVideo>();

beforeAll(async () => {
  simulator = await createSimulator({
    media: "blank",
    timing: { imageMs: 20, videoMs: 20, visibleAfterMs: 0 },
    initialCredits: { gift: 0, vip: 100_000_000, purchase: 0 },
  });
  const { url } = simulator;
  let film: Uint8Array | undefined;
  for (const region of asked) {
    const jimeng = new Jimeng({
      session: `conformance-${region}-0000000000000000`,
      region,
      baseUrls: { mweb: url, commerce: url, passport: url, imagex: url, vod: url },
    });
    clients.set(region, jimeng);
    pictures.set(
      region,
      await Promise.all([...Array(10).keys()].map((shade) => jimeng.uploads.create(png(shade)))),
    );
    film ??= await clip(jimeng);
    clips.set(region, await jimeng.uploads.create(film, { kind: "video", name: "clip.mp4" }));
  }
}, 60_000);

afterAll(async () => {
  await simulator?.close();
});

/** Builds the requests of one mode at one size. */
function requestsOf(
  model: Model,
  mode: ModelMode,
  region: Region,
  size: { ratio: string; resolution: string },
): ModelRequest[] {
  const [a, b, ...others] = pictures.get(region)! as [UploadedImage, UploadedImage];
  const common = { model: model.id, prompt: "一座桥", ...size };
  const image = { kind: "image", ...common } as const;
  const video = { kind: "video", ...common } as const;
  switch (mode) {
    case "text_to_image":
      return [image, { ...image, count: model.counts.options.at(-1), negativePrompt: "fog" }];
    case "image_to_image":
      return [
        { ...image, references: [a] },
        { ...image, references: [a, b, ...others].slice(0, model.maxReferences) },
      ];
    case "multi_image_sequence":
      return [{ ...image, sequence: 6 }];
    case "text_to_video":
      return model.durationsSeconds.map((durationSeconds) => ({ ...video, durationSeconds }));
    case "first_frame":
      return [{ ...video, firstFrame: a }];
    case "first_and_last_frame":
      return [{ ...video, firstFrame: a, lastFrame: b }];
    case "subject_reference":
      return [{ ...video, prompt: "@图片1 遇见 @图片2", subjects: [a, b] }];
    case "multi_frame":
      return [{ ...video, frames: [{ image: a }, { image: b, durationSeconds: 3 }] }];
    case "omni_reference":
      return [
        { ...video, prompt: "@图片1 走进 @视频1", references: [a, clips.get(region)!] },
        { ...video, references: Array<UploadedImage>(model.referenceLimits?.images ?? 1).fill(b) },
      ];
  }
}

// Two modes share the ratio list with the others but not the resolutions: the site offers them no 1080p (generate.md).
const modesWithout1080p: ModelMode[] = ["multi_frame", "subject_reference"];

function sizesOf(model: Model, mode: ModelMode): Array<{ ratio: string; resolution: string }> {
  const resolutions = model.resolutions.filter(
    (name) =>
      name !== "1080p" || model.resolutions.length === 1 || !modesWithout1080p.includes(mode),
  );
  const sizes = resolutions.flatMap((resolution) =>
    model.ratios.map((ratio) => ({ resolution, ratio })),
  );
  const isFirst = mode === model.modes[0];
  // Each resolution and each ratio of every mode, and all pairs of the first one.
  return sizes.filter(
    ({ resolution, ratio }) =>
      isLong || isFirst || resolution === resolutions[0] || ratio === model.ratios[0],
  );
}

describe.each(asked)("every model that the registry offers in %s", (region) => {
  const offered = models
    .filter((model) => model.modelKeys[region] !== undefined)
    // A region may force sizes on a model (nanobanana).
    .map((model) => modelIn(model, region));

  test.each(offered.map((model) => ({ id: model.id, model })))(
    "$id: each mode, resolution, ratio, count and duration is accepted",
    async ({ model }) => {
      const jimeng = clients.get(region)!;
      const refusals: string[] = [];
      let accepted = 0;
      for (const mode of model.modes) {
        for (const size of sizesOf(model, mode)) {
          for (const request of requestsOf(model, mode, region, size)) {
            try {
              const { request: prepared } = prepareRequest(request, { region });
              const operation = await jimeng.generations.start(prepared);
              expect(operation.historyId).toMatch(/^\d+$/);
              accepted += 1;
            } catch (error) {
              if (!JimengError.isInstance(error)) throw error;
              refusals.push(
                `${mode} ${size.resolution} ${size.ratio}: ${error.code} ${error.message}`,
              );
            }
          }
        }
      }
      expect(refusals).toEqual([]);
      expect(accepted).toBeGreaterThan(0);
    },
  );

  test("a model that it lacks is model_unavailable before anything is sent", async () => {
    const lacking = models.filter((model) => model.modelKeys[region] === undefined);
    expect(lacking.length).toBeGreaterThan(0);
    const before = simulator.requests({ endpoint: "generate" }).length;
    for (const model of lacking) {
      const start = clients.get(region)!.generations.start({
        kind: model.kind,
        model: model.id,
        prompt: "x",
      } as ModelRequest);
      await expect(start).rejects.toMatchObject({ code: "model_unavailable" });
    }
    expect(simulator.requests({ endpoint: "generate" })).toHaveLength(before);
  });
});

describe("sizes", () => {
  test("a finished picture of every size table has the pixels that the registry promised", async () => {
    const jimeng = clients.get("cn")!;
    const tables = [
      ["jimeng-4.0", "1k"],
      ["jimeng-4.0", "2k"],
      ["jimeng-4.0", "4k"],
      ["jimeng-3.0", "1k"],
    ] as const;
    const asked = tables.flatMap(([id, resolution]) =>
      findModel(id)!.ratios.map((ratio) => ({ model: id, prompt: "size", ratio, resolution })),
    );
    const made = await Promise.all(asked.map((request) => jimeng.images.generate(request)));
    for (const { images, request } of made) {
      expect(images.length).toBeGreaterThan(0);
      for (const image of images) {
        expect(image).toMatchObject({ width: request.width, height: request.height });
      }
    }
  }, 60_000);
});
