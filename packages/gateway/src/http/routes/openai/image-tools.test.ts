// Tests the routes of the tools: what of a body becomes which job, and what is refused before a job is made.

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { imagesAnswerSchema } from "../../../api/images.ts";
import { jobSchema } from "../../../api/jobs.ts";
import { videoSchema } from "../../../api/videos.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { toDataUrl, toForm } from "../../../testing/form-samples.ts";
import { wholeFiles } from "../../../testing/reference-samples.ts";

const image = toDataUrl(wholeFiles.png.bytes);
const video = toDataUrl(wholeFiles.mp4.bytes, "video/mp4");

let fake: FakeApp;
beforeEach(async () => {
  fake = await buildFakeApp();
});
afterEach(() => fake.close());

const post = (url: string, payload: object) => fake.app.inject({ method: "POST", url, payload });
const requests = () => fake.jobs.created.flat().map(({ request }) => request);

describe("a picture tool", () => {
  it.each<[string, object, object]>([
    ["upscale", { image }, { tool: "hd", count: 1 }],
    [
      "upscale",
      { image, mode: "smart", resolution: "4K", detailStrength: 0.2 },
      { tool: "smart_hd", resolution: "4k", detailStrength: 0.2, originalStrength: 0.65 },
    ],
    ["outpaint", { image }, { tool: "outpaint", count: 1, top: 0.9, right: 0.9 }],
    [
      "outpaint",
      { init_image: image, top: 1, n: "3", aspect_ratio: "16:9" },
      { tool: "outpaint", count: 3, top: 1, bottom: 0, ratio: "16:9" },
    ],
  ])("of /v1/images/%s of %o becomes %o", async (route, body, expected) => {
    const answer = await post(`/v1/images/${route}`, body);
    expect(answer.statusCode, answer.body).toBe(200);
    imagesAnswerSchema.parse(answer.json());
    expect(requests()).toMatchObject([{ ...expected, image: { width: 640, format: "png" } }]);
  });

  it.each<[string, object, string]>([
    ["upscale", {}, "image"],
    ["upscale", { image: [image, image] }, "image"],
    ["upscale", { image, mode: "super" }, "mode"],
    ["upscale", { image, resolution: "4k" }, "resolution"],
    ["upscale", { image, n: 2 }, "n"],
    ["upscale", { image, size: "4096x4096" }, "size"],
    ["upscale", { image, mode: "smart", detail_strength: 2 }, "detail_strength"],
    ["upscale", { image, model: "jimeng-4.0" }, "model"],
    ["upscale", { image: video }, "image"],
    ["upscale", { image, mask: image }, "mask"],
    ["upscale", { imagee: image }, "imagee"],
    ["upscale", { image, webhook: "https://example.com" }, "webhook"],
    ["upscale", { image, background: true, stream: true }, "background"],
    ["outpaint", { image, n: 5 }, "n"],
    ["outpaint", { image, ratio: "5:1" }, "ratio"],
    ["outpaint", { image, left: -1 }, "left"],
    ["outpaint", { image, left: 0, top: 0 }, "top"],
    ["refine", { image }, "image"],
    ["refine", { image: "asset_of_nobody" }, "image"],
  ])("of /v1/images/%s is refused for %o by the name of the field", async (route, body, param) => {
    const answer = await post(`/v1/images/${route}`, body);
    expect(answer.statusCode, answer.body).toBe(400);
    expect(answer.json().error).toMatchObject({ param, charged: "no" });
    expect(fake.jobs.created).toEqual([]);
  });

  it("warns of fields without an effect, and makes the job that the answer may name at once", async () => {
    const form = await toForm([
      ["image", wholeFiles.jpeg.bytes, "a.jpg"],
      ["prompt", "sharper"],
      ["sharpness", "9"],
      ["background", "true"],
    ]);
    const answer = await fake.app.inject({ method: "POST", url: "/v1/images/upscale", ...form });
    expect(answer.statusCode, answer.body).toBe(202);
    const job = jobSchema.parse(answer.json());
    expect(job).toMatchObject({ kind: "image", tool: "hd", request: { prompt: "" } });
    const warned = job.warnings.map(({ code, param }) => [code, param]);
    expect(warned).toEqual([
      ["parameter_ignored", "prompt"],
      ["unknown_parameter", "sharpness"],
    ]);
  });

  it("is the same request with and without its defaults, and another with another picture", async () => {
    const hash = async (body: object) => {
      await post("/v1/images/upscale", body);
      return fake.jobs.contexts.at(-1)?.requestHash;
    };
    const plain = await hash({ image, mode: "smart" });
    expect(await hash({ image, mode: "smart", resolution: "2k" })).toBe(plain);
    expect(await hash({ image })).not.toBe(plain);
    const jpeg = toDataUrl(wholeFiles.jpeg.bytes, "image/jpeg");
    expect(await hash({ image: jpeg, mode: "smart" })).not.toBe(plain);
  });
});

describe("frame interpolation", () => {
  it("becomes a job of the video, which is answered at once", async () => {
    const answer = await post("/v1/videos/interpolate", { video });
    expect(answer.statusCode, answer.body).toBe(200);
    expect(videoSchema.parse(answer.json())).toMatchObject({ seconds: "", prompt: "" });
    expect(requests()).toMatchObject([{ tool: "frame_interpolation", video: { width: 1280 } }]);
  });

  it.each([
    [{}, "video"],
    [{ video: image }, "video"],
    [{ video, video_url: video }, "video"],
    [{ first_frame: image }, "first_frame"],
    [{ video, n: 2 }, "n"],
  ])("is refused for %o by the name of the field", async (body, param) => {
    const answer = await post("/v1/videos/interpolate", body);
    expect(answer.statusCode, answer.body).toBe(400);
    expect(answer.json().error).toMatchObject({ param });
    expect(fake.jobs.created).toEqual([]);
  });
});

describe("music", () => {
  it.each<[object, object]>([
    [{ prompt: "piano" }, { vocals: false, durationSeconds: 120 }],
    [
      { prompt: "a song", lyrics: "la", tags: "folk", seconds: "90" },
      { vocals: true, lyrics: "la", tags: ["folk"], durationSeconds: 90 },
    ],
  ])("of %o becomes %o", async (body, expected) => {
    const answer = await post("/v1/audio/music", body);
    expect(answer.statusCode, answer.body).toBe(202);
    expect(jobSchema.parse(answer.json())).toMatchObject({ kind: "audio", tool: "music" });
    expect(requests()).toMatchObject([expected]);
  });

  it.each([
    [{}, "prompt"],
    [{ prompt: " " }, "prompt"],
    [{ prompt: "a", duration: 10 }, "duration"],
    [{ prompt: "a", vocals: false, lyrics: "la" }, "lyrics"],
    [{ prompt: "a", n: 2 }, "n"],
    [{ prompt: "a", reference_audio: "https://example.com/a.mp3" }, "reference_audio"],
    [{ prompt: "a", tags: [1] }, "tags"],
  ])("is refused for %o by the name of the field", async (body, param) => {
    const answer = await post("/v1/audio/music", body);
    expect(answer.statusCode, answer.body).toBe(400);
    expect(answer.json().error.param).toMatch(new RegExp(`^${param}`));
    expect(fake.jobs.created).toEqual([]);
  });
});

describe("a tool in POST /v1/jobs", () => {
  it.each<[object, object]>([
    [
      { kind: "image", tool: "outpaint", image, count: 2, bottom: 0.5 },
      { tool: "outpaint", count: 2, bottom: 0.5, top: 0 },
    ],
    [
      { kind: "image", tool: "smart_hd", image },
      { tool: "smart_hd", resolution: "2k" },
    ],
    [{ kind: "video", tool: "frame_interpolation", video }, { tool: "frame_interpolation" }],
    [
      { kind: "audio", tool: "music", prompt: "a", duration_seconds: 45 },
      { tool: "music", durationSeconds: 45 },
    ],
  ])("of %o becomes %o", async (body, expected) => {
    const answer = await post("/v1/jobs", body);
    expect(answer.statusCode, answer.body).toBe(202);
    expect(jobSchema.parse(answer.json()).warnings).toEqual([]);
    expect(requests()).toMatchObject([expected]);
  });

  it.each([
    [{ kind: "image", tool: "magic", image }, "tool"],
    [{ kind: "audio", prompt: "a" }, "tool"],
    [{ kind: "image", tool: "hd", image, top: 1 }, "top"],
    [{ kind: "audio", tool: "music", prompt: "a", duration_seconds: 5 }, "duration_seconds"],
  ])("is refused for %o by the name of the field", async (body, param) => {
    const answer = await post("/v1/jobs", body);
    expect(answer.statusCode, answer.body).toBe(400);
    expect(answer.json().error).toMatchObject({ param });
  });
});
