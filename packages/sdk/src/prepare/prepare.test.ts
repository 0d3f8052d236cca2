// Tests every choice made in a request, and that what is not honoured exactly becomes a warning.

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { nearestSize } from "../models/sizes.ts";
import { models } from "../models/models.ts";
import { prepareRequest } from "./prepare.ts";
import type { ModelRequest, ImageRequest, VideoRequest } from "../requests.ts";

const image = (extra: Partial<ImageRequest> = {}): ImageRequest => ({
  kind: "image",
  model: "jimeng-4.0",
  prompt: "一只猫",
  ...extra,
});
const video = (extra: Partial<VideoRequest> = {}): VideoRequest => ({
  kind: "video",
  model: "jimeng-video-3.0",
  prompt: "海滩",
  ...extra,
});
const frame = {
  imageUri: "tos-cn-i-tb4s082cfz/00000000000000000000000000000001",
  width: 1024,
  height: 1024,
  format: "png",
};

describe("prepareRequest", () => {
  test("fills in the model's defaults and a seed", () => {
    expect(prepareRequest(image(), { random: () => 0.5 })).toEqual({
      request: {
        kind: "image",
        model: "jimeng-4.0",
        prompt: "一只猫",
        ratio: "1:1",
        resolution: "2k",
        width: 2048,
        height: 2048,
        count: 4,
        upstreamCount: 4,
        seed: 2_550_000_000,
        sampleStrength: 0.5,
        intelligentRatio: false,
      },
      warnings: [],
    });
    expect(prepareRequest(video(), { random: () => 0 }).request).toMatchObject({
      ratio: "16:9",
      resolution: "720p",
      durationSeconds: 5,
      seed: 2_500_000_000,
    });
  });

  test("uses the large 1k table before 4.0 and the small one from 4.0 on", () => {
    expect(prepareRequest(image({ model: "jimeng-3.0" })).request).toMatchObject({
      width: 1328,
      height: 1328,
    });
    expect(prepareRequest(image({ resolution: "1k", ratio: "4:3" })).request).toMatchObject({
      width: 1024,
      height: 768,
    });
    expect(prepareRequest(image({ resolution: "4K", ratio: "16:9" })).request).toMatchObject({
      width: 5404,
      height: 3040,
    });
  });

  test("maps a size to the nearest offered one and says so", () => {
    const { request, warnings } = prepareRequest(image({ width: 1920, height: 1080 }));
    expect(request).toMatchObject({ ratio: "16:9", resolution: "2k", width: 2560, height: 1440 });
    expect(warnings).toMatchObject([{ code: "size_substituted" }]);
    expect(prepareRequest(image({ width: 2560, height: 1440 })).warnings).toEqual([]);
    expect(
      prepareRequest(image({ width: 1920, height: 1080, resolution: "1k" })).request,
    ).toMatchObject({ width: 1024, height: 576 });
  });

  test("maps a video's size to a ratio and a resolution", () => {
    expect(prepareRequest(video({ width: 1024, height: 1024 })).request).toMatchObject({
      ratio: "1:1",
      resolution: "1080p",
    });
    expect(prepareRequest(video({ width: 1280, height: 720 })).warnings).toEqual([]);
  });

  test("refuses pixels of another resolution than the one named, which would be made and charged", () => {
    expect(() => prepareRequest(image({ width: 1024, height: 1024, resolution: "2k" }))).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        detail: expect.objectContaining({
          param: "resolution",
          fix: expect.stringContaining("ask for 1k"),
        }),
      }),
    );
    expect(
      prepareRequest(image({ width: 1024, height: 1024, resolution: "1k" })).request,
    ).toMatchObject({ resolution: "1k", width: 1024, height: 1024 });
  });

  test("lets each model's own prompt limit rule, and the caller's where it is lower", () => {
    const long = "字".repeat(12_000);
    const newest = video({ model: "jimeng-video-seedance-2.5", prompt: long });
    expect(() => prepareRequest(newest)).not.toThrow();
    expect(() => prepareRequest(newest, { maxPromptLength: 10_000 })).toThrow("10000 are allowed");
    expect(() => prepareRequest({ ...newest, prompt: "字".repeat(15_001) })).toThrow(
      "15000 are allowed",
    );
    const older = video({ model: "jimeng-video-seedance-2.0", prompt: long });
    expect(() => prepareRequest(older, { maxPromptLength: 20_000 })).toThrow("4000 are allowed");
  });

  test("says that nobody has recorded a run of an experimental model", () => {
    const { warnings } = prepareRequest(video({ model: "wan-3.0" }));
    expect(warnings).toMatchObject([{ code: "experimental_model", param: "model" }]);
    expect(prepareRequest(video()).warnings).toEqual([]);
  });

  test("names no experimental model among the ones to use instead", () => {
    expect(() => prepareRequest(video({ model: "jimeng-video-9" }))).toThrow(
      expect.objectContaining({
        detail: expect.objectContaining({ fix: expect.not.stringContaining("wan-3.0") }),
      }),
    );
  });

  test("asks an old model for the four pictures it always makes, and says so", () => {
    const { request, warnings } = prepareRequest(image({ model: "jimeng-3.0", count: 1 }));
    expect(request).toMatchObject({ count: 1, upstreamCount: 4 });
    expect(warnings).toMatchObject([{ code: "count_rounded_up" }]);
  });

  test("leaves the ratio to the upstream when asked", () => {
    expect(prepareRequest(image({ intelligentRatio: true })).request).toMatchObject({
      ratio: undefined,
      intelligentRatio: true,
    });
  });

  test.each<[string, string, ModelRequest]>([
    ["prompt", "invalid_request", image({ prompt: " \n\t" })],
    ["prompt", "invalid_request", image({ prompt: "字".repeat(4001) })],
    ["negativePrompt", "invalid_request", image({ negativePrompt: "x".repeat(4001) })],
    ["model", "model_not_found", image({ model: "jimeng-9" })],
    ["model", "invalid_request", image({ model: "jimeng-video-3.0" })],
    ["model", "invalid_request", video({ model: "jimeng-4.0" })],
    ["model", "invalid_request", image({ model: " " })],
    ["ratio", "invalid_request", image({ ratio: "5:4" })],
    ["ratio", "invalid_request", video({ ratio: "2:3" })],
    ["ratio", "invalid_request", image({ ratio: "1:1", intelligentRatio: true })],
    ["resolution", "invalid_request", image({ resolution: "8k" })],
    ["resolution", "invalid_request", image({ model: "jimeng-3.0", resolution: "4k" })],
    ["count", "invalid_request", image({ count: 9 })],
    ["count", "invalid_request", image({ count: 0 })],
    ["count", "invalid_request", image({ count: 1.5 })],
    ["count", "invalid_request", image({ model: "jimeng-3.0", count: 5 })],
    ["seed", "invalid_request", image({ seed: -1 })],
    ["seed", "invalid_request", image({ seed: 4_294_967_296 })],
    ["sampleStrength", "invalid_request", image({ sampleStrength: 1.1 })],
    ["intelligentRatio", "invalid_request", image({ model: "jimeng-3.0", intelligentRatio: true })],
    ["height", "invalid_request", image({ width: 100 })],
    ["width", "invalid_request", image({ width: 0, height: 100 })],
    ["durationSeconds", "invalid_request", video({ durationSeconds: 7 })],
    ["lastFrame", "invalid_request", video({ lastFrame: frame })],
    [
      "lastFrame",
      "invalid_request",
      video({ model: "jimeng-video-2.0", firstFrame: frame, lastFrame: frame }),
    ],
  ])("names %s in %s", (param, code, request) => {
    try {
      prepareRequest(request);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code, detail: { param, fix: expect.any(String) } });
    }
  });

  test("refuses a model that the region does not offer", () => {
    expect(() => prepareRequest(image({ model: "jimeng-3.1" }), { region: "us" })).toThrow(
      expect.objectContaining({ code: "model_unavailable" }),
    );
    expect(() => prepareRequest(image({ model: "jimeng-3.1" }), { region: "cn" })).not.toThrow();
  });

  test.each([
    ["ratio", { ratio: "9:16" }],
    ["width", { width: 720, height: 1280 }],
  ])("says before the start that a first frame decides, not the %s", (param, shape) => {
    const { warnings } = prepareRequest(video({ firstFrame: frame, ...shape }));
    expect(warnings).toContainEqual(expect.objectContaining({ code: "ratio_ignored", param }));
    expect(prepareRequest(video({ firstFrame: frame })).warnings).toEqual([]);
  });

  const clip = (seconds: number) => ({
    videoId: "v0PLACEHOLDER",
    width: 1280,
    height: 720,
    durationMs: seconds * 1000,
    name: "clip",
  });
  const sound = { audioId: "v0PLACEHOLDER", durationMs: 5000, name: "beat" };

  test.each<[string, string, VideoRequest["references"], boolean]>([
    ["30 pictures", "jimeng-video-seedance-2.5", Array(30).fill(frame), true],
    ["31 pictures", "jimeng-video-seedance-2.5", Array(31).fill(frame), false],
    ["videos of 30 s", "jimeng-video-seedance-2.5", [clip(10), clip(20)], true],
    ["videos of 31 s", "jimeng-video-seedance-2.5", [clip(11), clip(20)], false],
    ["a video of 1 s", "jimeng-video-seedance-2.5", [clip(1)], false],
    ["a video of unknown length", "jimeng-video-seedance-2.5", [clip(0)], true],
    ["9 pictures", "jimeng-video-seedance-2.0", Array(9).fill(frame), true],
    ["10 pictures", "jimeng-video-seedance-2.0", Array(10).fill(frame), false],
    ["4 sounds", "jimeng-video-seedance-2.0", Array(4).fill(sound), false],
    ["videos of 16 s", "jimeng-video-seedance-2.0", [clip(8), clip(8)], false],
    ["20 materials", "wan-3.0", Array(20).fill(frame), true],
    ["10 materials", "happyhorse-1.1", Array(10).fill(frame), false],
  ])("holds the limits of references: %s for %s", (_what, model, references, isTaken) => {
    const prepare = (): unknown => prepareRequest(video({ model, references }));
    if (isTaken) expect(prepare).not.toThrow();
    else
      expect(prepare).toThrow(
        expect.objectContaining({ detail: expect.objectContaining({ param: "references" }) }),
      );
  });

  test("counts characters, not UTF-16 units", () => {
    expect(() => prepareRequest(image({ prompt: "😀".repeat(4000) }))).not.toThrow();
  });

  test("changes nothing when it prepares a prepared request", () => {
    const requests = fc.oneof(
      fc.record({
        kind: fc.constant("image" as const),
        model: fc.constantFrom(
          ...models.filter((model) => model.kind === "image").map((model) => model.id),
        ),
        prompt: fc.constant("cat"),
        size: fc.option(
          fc.tuple(fc.integer({ min: 1, max: 8000 }), fc.integer({ min: 1, max: 8000 })),
          { nil: undefined },
        ),
        intelligentRatio: fc.boolean(),
        count: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      }),
      fc.record({
        kind: fc.constant("video" as const),
        model: fc.constantFrom(
          ...models.filter((model) => model.kind === "video").map((model) => model.id),
        ),
        prompt: fc.constant("sea"),
        size: fc.option(
          fc.tuple(fc.integer({ min: 1, max: 8000 }), fc.integer({ min: 1, max: 8000 })),
          { nil: undefined },
        ),
      }),
    );
    fc.assert(
      fc.property(requests, ({ size, ...rest }) => {
        const wanted = {
          ...rest,
          ...(size === undefined ? {} : { width: size[0], height: size[1] }),
        } as ModelRequest;
        const model = models.find(({ id }) => id === rest.model)!;
        if (wanted.kind === "image") wanted.intelligentRatio &&= model.intelligentRatio;
        const near =
          size === undefined || nearestSize(model.sizes, { width: size[0], height: size[1] });
        fc.pre(near !== undefined);
        const first = prepareRequest(wanted).request;
        expect(prepareRequest(first).request).toEqual(first);
      }),
    );
  });
});

describe("a size that a model does not offer", () => {
  const images = models.filter(({ kind, status }) => kind === "image" && status === "live");
  const videos = models.filter(({ kind, status }) => kind === "video" && status === "live");
  const sizeOf = (model: string, kind: "image" | "video", width: number, height: number) =>
    prepareRequest({ kind, model, prompt: "a", width, height });

  test.each([
    [1024, 1024],
    [1792, 1024],
    [1024, 1792],
    [1536, 1024],
    [1024, 1536],
    [512, 512],
    [256, 256],
  ])(
    "is near enough where clients send %ix%i by default, on every image model",
    (width, height) => {
      for (const { id, sizes, resolutions } of images) {
        const { request, warnings } = sizeOf(id, "image", width, height);
        const lying = Math.sign(width - height);
        if (request.kind !== "image") throw new Error("not an image");
        expect(Math.sign(request.width - request.height), id).toBe(lying);
        const smallest = Math.min(
          ...resolutions.flatMap((name) =>
            Object.values(sizes[name]!).map((size) => size.width * size.height),
          ),
        );
        if (width * height < smallest) {
          expect(warnings).toMatchObject([{ code: "size_substituted" }]);
          expect(warnings[0]!.message).toContain("smaller than anything");
        }
      }
    },
  );

  test.each([
    [1280, 720],
    [720, 1280],
    [1024, 1792],
    [1792, 1024],
  ])(
    "is near enough where clients send %ix%i by default, on every video model",
    (width, height) => {
      for (const { id } of videos) expect(() => sizeOf(id, "video", width, height)).not.toThrow();
    },
  );

  test.each([
    [3000, 500],
    [500, 3000],
    [4000, 1300],
    [1500, 1300],
  ])("and has none near it is refused with the sizes that are: %ix%i", (width, height) => {
    expect(() => sizeOf("jimeng-4.0", "image", width, height)).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        detail: expect.objectContaining({
          param: "width",
          fix: expect.stringMatching(/\d+x\d+ \(/),
        }),
      }),
    );
  });
});
