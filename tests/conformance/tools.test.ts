// The agreement of two independent books about the tools: what the sdk sends is what the simulator, written from
// docs/upstream alone, takes; and what it makes is what the page says.
import {
  Jimeng,
  JimengError,
  type JimengOptions,
  type Region,
  type UploadedImage,
} from "@jimeng/sdk";
import { createSimulator, type Simulator } from "@jimeng/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodePicture } from "../e2e/media.ts";
import { clip } from "./materials.ts";

let simulator: Simulator;
let jimeng: Jimeng;
let made: { itemId: string; historyId: string; picture: UploadedImage };
const options = { pollIntervalMs: 30 };

function clientOf(region: Region, send?: JimengOptions["fetch"]): Jimeng {
  const { url } = simulator;
  return new Jimeng({
    session: `conformance-tools-${region}-0000000000`,
    region,
    ...(send === undefined ? {} : { fetch: send }),
    baseUrls: { mweb: url, commerce: url, passport: url, imagex: url, vod: url },
  });
}

async function bytesOf(url: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}

beforeAll(async () => {
  simulator = await createSimulator({
    timing: { imageMs: 20, videoMs: 20, visibleAfterMs: 0 },
    initialCredits: { gift: 0, vip: 100_000, purchase: 0 },
  });
  jimeng = clientOf("cn");
  const { generation, images } = await jimeng.images.generate(
    { model: "jimeng-4.0", prompt: "一座桥", width: 2048, height: 2048, count: 1 },
    options,
  );
  const [image] = images;
  if (image === undefined) throw new Error("no picture was made");
  const picture = await jimeng.uploads.create(await bytesOf(image.url));
  made = { itemId: image.itemId, historyId: generation.operation.historyId, picture };
}, 60_000);

afterAll(async () => {
  await simulator?.close();
});

describe("a picture tool", () => {
  test("HD doubles the sides", async () => {
    const { images, warnings } = await jimeng.images.upscale({ image: made.picture }, options);
    expect(images).toHaveLength(1);
    expect(images[0]).toMatchObject({ width: 4096, height: 4096 });
    expect(await decodePicture(await bytesOf(images[0]!.url))).toEqual({
      width: 4096,
      height: 4096,
    });
    expect(warnings).toEqual([]);
  });

  test.each([
    ["2k", 2160, 0],
    ["4k", 4320, 1],
    ["8k", 8640, 1],
  ] as const)("smart HD of %s has sides of %i", async (resolution, side, warned) => {
    const request = { image: made.picture, mode: "smart", resolution } as const;
    const { images, warnings } = await jimeng.images.upscale(request, options);
    expect(images[0]).toMatchObject({ width: side, height: side });
    expect(warnings).toHaveLength(warned);
  });

  test("outpaint makes as many as were asked for", async () => {
    const { images } = await jimeng.images.outpaint({ image: made.picture, count: 3 }, options);
    expect(images.map(({ width, height }) => [width, height])).toEqual(
      Array.from({ length: 3 }, () => [4000, 4000]),
    );
  });

  test("detail fix works on a product of the account, by ids of 19 digits", async () => {
    const { itemId, historyId } = made;
    expect(itemId.length).toBeGreaterThan(16);
    const { images } = await jimeng.images.refine({ product: { itemId, historyId } }, options);
    expect(images[0]).toMatchObject({ width: 2048, height: 2048 });
  });

  test("of another account's product is refused by the site, and is not charged", async () => {
    const { itemId, historyId } = made;
    const refused = clientOf("hk").images.refine({ product: { itemId, historyId } }, options);
    await expect(refused).rejects.toMatchObject({ detail: { acceptance: "refused" } });
  });
});

describe("frame interpolation", () => {
  test("of an uploaded video makes 60 frames a second", async () => {
    const film = await jimeng.uploads.create(await clip(jimeng), { kind: "video", name: "a.mp4" });
    const { video } = await jimeng.videos.interpolate({ video: film }, options);
    expect(video).toMatchObject({ fps: 60, width: film.width, height: film.height });
  });

  test("of an own video repeats its component and uploads nothing", async () => {
    const drafts: Array<{ component_list: unknown[] }> = [];
    const client = clientOf("cn", async (url, init) => {
      const text = typeof init.body === "string" ? init.body : "{}";
      const { draft_content: draft } = JSON.parse(text) as { draft_content?: string };
      if (draft !== undefined) drafts.push(JSON.parse(draft));
      return fetch(url, init);
    });
    const request = { model: "jimeng-video-3.0", prompt: "海浪" };
    const made = await client.videos.generate(request, options);
    const { historyId } = made.generation.operation;
    const product = { itemId: made.video.itemId, historyId };
    const { video, generation, warnings } = await client.videos.interpolate({ product }, options);
    const { width, height } = made.video;
    expect(video).toMatchObject({ fps: 60, width, height });
    expect(warnings).toEqual([]);
    const [source, smooth] = drafts;
    expect(smooth?.component_list).toMatchObject([source?.component_list[0], {}]);
    const again = { itemId: video.itemId, historyId: generation.operation.historyId };
    await expect(jimeng.videos.interpolate({ product: again }, options)).rejects.toMatchObject({
      code: "invalid_request",
      detail: { param: "product.historyId", acceptance: "refused" },
    });
    await expect(clientOf("hk").videos.interpolate({ product }, options)).rejects.toMatchObject({
      code: "invalid_request",
      detail: { param: "product.historyId", acceptance: "refused" },
    });
  });
});

describe("music", () => {
  test("is a sound of the length that was asked for", async () => {
    const us = clientOf("us");
    const { audio, warnings } = await us.audio.music(
      { prompt: "rain on a roof", durationSeconds: 31 },
      options,
    );
    expect(audio).toMatchObject({ kind: "audio", durationMs: 31_000, format: "mp3" });
    expect((await bytesOf(audio.url)).length).toBeGreaterThan(1000);
    expect(warnings).toEqual([]);
  });

  test("with lyrics is a song", async () => {
    const song = { prompt: "pop", lyrics: "one\ntwo", tags: ["pop"], durationSeconds: 30 };
    const { audio } = await clientOf("us").audio.music(song, options);
    expect(audio.durationMs).toBe(30_000);
  });

  test("warns where nobody has run it", async () => {
    const { warnings } = await jimeng.audio.music({ prompt: "rain", durationSeconds: 30 }, options);
    expect(warnings).toMatchObject([{ code: "experimental_tool" }]);
  });
});

describe("speech", () => {
  test("is an mp3, by a voice of the list", async () => {
    const voices = await jimeng.audio.voices();
    expect(voices.length).toBeGreaterThan(0);
    expect(new Set(voices.map(({ id }) => id)).size).toBe(voices.length);
    const { bytes } = await jimeng.audio.speech({ prompt: "你好", voice: voices[0]!.id });
    expect(bytes.length).toBeGreaterThan(100);
    // A frame of MPEG audio, or the tag in front of it.
    expect(bytes[0] === 0xff || Buffer.from(bytes.subarray(0, 3)).toString() === "ID3").toBe(true);
  });

  test("whose answer is lost is sent once, and says that the charge is unknown", async () => {
    const voice = (await jimeng.audio.voices())[0]!.id;
    simulator.addFault({ endpoint: "tts_generate", kind: "drop_after" });
    const lost = await jimeng.audio
      .speech({ prompt: "你好", voice })
      .catch((error: unknown) => error);
    if (!JimengError.isInstance(lost)) throw new Error("the answer was not lost");
    expect(lost.detail).toMatchObject({ acceptance: "unknown", charged: "unknown" });
    expect(simulator.requests({ endpoint: "tts_generate" })).toHaveLength(2);
  });
});
