// The agreement of the live registry with the upstream: every model, resolution, duration and number of references that
// the merged registry offers gives a draft that the simulator, written from docs/upstream alone, accepts.
import {
  Jimeng,
  JimengError,
  type Model,
  modelIn,
  prepareRequest,
  type ModelRequest,
  type Region,
  type UploadedImage,
  type UploadedVideo,
} from "@jimeng/sdk";
import { createSimulator, type Simulator } from "@jimeng/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clip, png } from "./materials.ts";

const regions: Region[] = ["cn", "us"];
let simulator: Simulator;
let film: Uint8Array | undefined;
let lastBody = "";

interface Site {
  jimeng: Jimeng;
  picture: UploadedImage;
  video: UploadedVideo;
  models: readonly Model[];
}
const sites = new Map<Region, Site>();

beforeAll(async () => {
  simulator = await createSimulator({
    media: "blank",
    timing: { imageMs: 20, videoMs: 20, visibleAfterMs: 0 },
    initialCredits: { gift: 0, vip: 1_000_000_000, purchase: 0 },
  });
  const { url } = simulator;
  for (const region of regions) {
    const jimeng = new Jimeng({
      session: `registry-${region}-000000000000000000`,
      region,
      baseUrls: { mweb: url, commerce: url, passport: url, imagex: url, vod: url },
      fetch: (address, init) => {
        if (typeof init.body === "string") lastBody = init.body;
        return fetch(address, init);
      },
    });
    film ??= await clip(jimeng);
    sites.set(region, {
      jimeng,
      picture: await jimeng.uploads.create(png(1)),
      video: await jimeng.uploads.create(film, { kind: "video", name: "clip.mp4" }),
      models: await jimeng.models.list(),
    });
  }
}, 60_000);

afterAll(async () => {
  await simulator?.close();
});

function imageRequests(model: Model, { picture }: Site): ModelRequest[] {
  const takesReferences = model.modes.includes("image_to_image");
  const limit = takesReferences ? model.maxReferences : 0;
  return model.resolutions.flatMap((resolution) =>
    Array.from({ length: limit + 1 }, (_, count) => ({
      kind: "image" as const,
      model: model.id,
      prompt: "一座桥",
      resolution,
      ...(count === 0 ? {} : { references: Array<UploadedImage>(count).fill(picture) }),
    })),
  );
}

/** Every duration without references and with one, and every number of references at the shortest and the longest. */
function videoRequests(model: Model, { picture, video }: Site): ModelRequest[] {
  const limits = model.modes.includes("omni_reference") ? model.referenceLimits : undefined;
  const limit = limits?.images ?? 0;
  const ends = [model.durationsSeconds.at(0)!, model.durationsSeconds.at(-1)!];
  const pairs = [
    ...model.durationsSeconds.flatMap((seconds) => [0, 1].map((count) => [seconds, count])),
    ...ends.flatMap((seconds) =>
      Array.from({ length: limit + 1 }, (_, count) => [seconds, count]).slice(2),
    ),
  ].filter(([, count = 0]) => count <= limit);
  return model.resolutions.flatMap((resolution) =>
    pairs.flatMap(([durationSeconds, count = 0]) => {
      const common = { kind: "video" as const, model: model.id, prompt: "一座桥", resolution };
      const request = { ...common, durationSeconds };
      const pictures = Array<UploadedImage>(count).fill(picture);
      if (count === 0) return [request];
      // A video among the references makes it another price tag.
      const withVideo = count === 1 ? [[...pictures, video]] : [];
      return [pictures, ...withVideo].map((references) => ({ ...request, references }));
    }),
  );
}

describe.each(regions)("the live registry of %s", (region) => {
  test("has the facts of the site's list, and finds the list itself nothing new twice", () => {
    const { models } = sites.get(region)!;
    const listed = models.filter(({ live }) => live?.status?.region === region);
    expect(listed.length).toBeGreaterThan(10);
    const known = models.filter(({ id }) => !id.startsWith("jimeng:key/"));
    expect(known.filter(({ live }) => live?.benefits !== undefined).length).toBeGreaterThan(5);
  });

  test("lets every combination of resolution, duration and number of references be prepared", () => {
    const { models, picture } = sites.get(region)!;
    const refusals: string[] = [];
    let prepared = 0;
    for (const model of models.filter(
      ({ kind, status }) => kind === "video" && status !== "retired",
    )) {
      if (model.modelKeys[region] === undefined) continue;
      const { id, resolutions, durationsSeconds, modes } = modelIn(model, region);
      const limit = modes.includes("omni_reference") ? (model.referenceLimits?.images ?? 0) : 0;
      for (const resolution of resolutions) {
        for (const durationSeconds of durationsSeconds) {
          for (let count = 0; count <= limit; count += 1) {
            const references = count === 0 ? undefined : Array<UploadedImage>(count).fill(picture);
            const request: ModelRequest = {
              kind: "video",
              model: id,
              prompt: "桥",
              resolution,
              durationSeconds,
              references,
            };
            try {
              prepareRequest(request, { region, models });
              prepared += 1;
            } catch (error) {
              refusals.push(`${id} ${resolution} ${durationSeconds} s ${count}: ${String(error)}`);
            }
          }
        }
      }
    }
    expect(refusals.slice(0, 10)).toEqual([]);
    expect(prepared).toBeGreaterThan(2000);
  });

  test(
    "gives for every model, resolution, duration and number of references a draft that is accepted",
    { timeout: 120_000 },
    async () => {
      const site = sites.get(region)!;
      const { jimeng, models } = site;
      // What the site no longer lists it may refuse.
      const offered = models
        .filter((model) => model.modelKeys[region] !== undefined && model.status !== "retired")
        .map((model) => modelIn(model, region));
      const refusals: string[] = [];
      let accepted = 0;
      for (const model of offered) {
        const requests =
          model.kind === "image" ? imageRequests(model, site) : videoRequests(model, site);
        for (const request of requests) {
          const { request: prepared } = prepareRequest(request, { region, models });
          try {
            await jimeng.generations.start(prepared);
            accepted += 1;
          } catch (error) {
            if (!JimengError.isInstance(error)) throw error;
            const { resolution } = prepared;
            const count = request.references?.length ?? 0;
            refusals.push(`${model.id} ${resolution} ${count}: ${error.code} ${error.message}`);
          }
        }
      }
      expect(refusals.slice(0, 10)).toEqual([]);
      expect(accepted).toBeGreaterThan(500);
    },
  );
});

describe("Seedance 2.5", () => {
  test("is paid by the tag without an input video, and with one by the other", async () => {
    const { jimeng, picture, video, models } = sites.get("cn")!;
    const model = models.find(({ id }) => id === "jimeng-video-seedance-2.5")!;
    expect(model.live?.benefits?.region).toBe("cn");
    for (const resolution of model.resolutions) {
      for (const [references, tag] of [
        [undefined, `seedance_25_${resolution}_no_input_video_output`],
        [[picture], `seedance_25_${resolution}_no_input_video_output`],
        [[picture, video], `seedance_25_${resolution}_output`],
      ] as const) {
        const wanted = { kind: "video" as const, model: model.id, prompt: "海", resolution };
        await jimeng.generations.start(
          references === undefined ? wanted : { ...wanted, references: [...references] },
        );
        expect(JSON.parse(lastBody).extend.m_video_commerce_info.benefit_type).toBe(tag);
      }
    }
  });
});
