// Tests OpenAI's video routes over a fake engine.

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { gatewayErrorCodes } from "../../../api/errors.ts";
import { errorBodySchema } from "../../../api/errors.ts";
import { videoListSchema, videoSchema } from "../../../api/videos.ts";
import { ServiceError } from "../../../errors.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { complete, failWith, toAsset } from "../../../testing/fake-jobs.ts";

let fake: FakeApp;
beforeEach(async () => {
  fake = await buildFakeApp();
});
afterEach(() => fake.close());

function post(body: object, headers: Record<string, string> = {}) {
  return fake.app.inject({
    method: "POST",
    url: "/v1/videos",
    headers: { "content-type": "application/json", ...headers },
    payload: JSON.stringify(body),
  });
}
const get = (url: string, headers: Record<string, string> = {}) =>
  fake.app.inject({ method: "GET", url, headers });

describe("making a video", () => {
  it("answers at once with OpenAI's Video and the relays' additions", async () => {
    fake.jobs.onCreate = () => ({});
    const response = await post({ prompt: "the sea" });
    expect(response.statusCode).toBe(200);
    expect(videoSchema.parse(response.json())).toEqual({
      id: "job_1",
      object: "video",
      model: "jimeng-video-3.0",
      status: "queued",
      progress: 0,
      created_at: 1_700_000_000,
      completed_at: null,
      expires_at: null,
      prompt: "the sea",
      size: "1280x720",
      seconds: "5",
      remixed_from_video_id: null,
      error: null,
      url: null,
      task_id: "job_1",
      metadata: {},
      usage: { input_tokens: 0, output_tokens: 0, total_tokens: 0 },
      warnings: [],
    });
  });

  it.each([
    [{ seconds: "10" }, 10],
    [{ seconds: 10 }, 10],
    [{ duration: 10 }, 10],
    [{ seconds: "5", duration: 5 }, 5],
  ])("takes %j", async (fields, durationSeconds) => {
    const response = await post({ prompt: "the sea", ...fields });
    expect(response.json().seconds).toBe(String(durationSeconds));
    expect(fake.jobs.created[0]?.[0]?.request).toMatchObject({ durationSeconds });
  });

  it("takes OpenAI's size or ratio and resolution", async () => {
    await post({ prompt: "the sea", size: "720x1280" });
    await post({ prompt: "the sea", ratio: "1:1", resolution: "1080p", seed: 3 });
    const requests = fake.jobs.created.map((rows) => rows[0]?.request);
    expect(requests[0]).toMatchObject({ ratio: "9:16", resolution: "720p" });
    expect(requests[1]).toMatchObject({ ratio: "1:1", resolution: "1080p", seed: 3 });
  });

  it.each<[object, number, string]>([
    [{}, 400, "prompt"],
    [{ prompt: " " }, 400, "prompt"],
    [{ prompt: "a", model: "nope" }, 404, "model"],
    [{ prompt: "a", model: "jimeng-4.0" }, 400, "model"],
    [{ prompt: "a", seconds: "soon" }, 400, "seconds"],
    [{ prompt: "a", seconds: 7 }, 400, "seconds"],
    [{ prompt: "a", seconds: 5, duration: 10 }, 400, "seconds"],
    [{ prompt: "a", size: "wide" }, 400, "size"],
    [{ prompt: "a", ratio: "5:1" }, 400, "ratio"],
    [{ prompt: "a", resolution: "8k" }, 400, "resolution"],
    [{ prompt: "a", n: 2 }, 400, "n"],
    [
      { prompt: "a", input_reference: { image_url: "https://x.example/a.png" } },
      400,
      "input_reference",
    ],
  ])("refuses %j without storing anything", async (body, status, param) => {
    const response = await post(body);
    expect(response.statusCode).toBe(status);
    const { error } = errorBodySchema.parse(response.json());
    expect(error.param).toBe(param);
    expect(error.fix).toBeTruthy();
    expect(fake.jobs.created).toEqual([]);
  });

  it("refuses a broken form and other content types, each with a fix", async () => {
    const broken = await post({}, { "content-type": "multipart/form-data; boundary=x" });
    expect(broken.statusCode).toBe(400);
    expect(broken.json().error.fix).toMatch(/boundary/);
    const text = await post({}, { "content-type": "text/plain" });
    expect(text.statusCode).toBe(415);
    expect(text.json().error.fix).toMatch(/application\/json/);
  });

  it.each(gatewayErrorCodes)(
    "shows the failure %s in the video, and never invites to repeat",
    async (code) => {
      fake.jobs.onCreate = failWith(code, "video");
      const created = await post({ prompt: "the sea" });
      expect(created.statusCode).toBe(200);
      const video = videoSchema.parse((await get("/v1/videos/job_1")).json());
      expect(video).toMatchObject({
        status: "failed",
        error: { code: code === "content_rejected" ? "content_policy_violation" : code },
      });
      const content = await get("/v1/videos/job_1/content");
      expect([400, 402, 403, 422]).toContain(content.statusCode);
      expect(content.headers["x-should-retry"]).toBe("false");
    },
  );

  it.each(gatewayErrorCodes)(
    "reports %s before the job exists by the error table",
    async (code) => {
      fake.refuse(new ServiceError(code, "No."));
      const response = await post({ prompt: "the sea" });
      expect(response.statusCode).toBeGreaterThanOrEqual(400);
      expect(response.json().error).toMatchObject({ job_id: null });
      expect(fake.jobs.created).toEqual([]);
    },
  );

  it.each(gatewayErrorCodes)(
    "whose job failed at once with %s is refused with a status that no client repeats",
    async (code) => {
      const create = fake.jobs.create.bind(fake.jobs);
      fake.jobs.create = async (rows) =>
        (await create(rows)).map((job) => ({
          ...job,
          ...failWith(code, "video")(job),
        }));
      const response = await post({ prompt: "the sea" });
      expect([400, 402, 403, 422]).toContain(response.statusCode);
      expect(response.headers["x-should-retry"]).toBe("false");
      expect(response.json().error.job_id).toBe("job_1");
    },
  );
});

describe("a finished video", () => {
  const bytes = Buffer.from("ftyp-not-really-an-mp4");
  beforeEach(async () => {
    await post({ prompt: "the sea" });
    fake.writeFile(toAsset("job_1", 0), bytes);
  });

  it("has its URL where each client expects it", async () => {
    const video = videoSchema.parse((await get("/v1/videos/job_1")).json());
    const url = "http://localhost:80/v1/assets/asset_job_1_0.mp4";
    expect(video).toMatchObject({ status: "completed", progress: 100, url, metadata: { url } });
    expect(video).toMatchObject({ size: "1280x720", completed_at: 1_700_000_020 });
  });

  it("streams its content, whole and in parts", async () => {
    const whole = await get("/v1/videos/job_1/content");
    expect(whole.headers["content-type"]).toBe("video/mp4");
    expect(whole.rawPayload).toEqual(bytes);
    const part = await get("/v1/videos/job_1/content", { range: "bytes=5-7" });
    expect(part.statusCode).toBe(206);
    expect(part.payload).toBe("not");
    expect(part.headers["content-range"]).toBe(`bytes 5-7/${bytes.length}`);
  });

  it("has no other variant", async () => {
    expect((await get("/v1/videos/job_1/content?variant=thumbnail")).json().error.param).toBe(
      "variant",
    );
    expect((await get("/v1/videos/job_1/content?variant=video")).statusCode).toBe(200);
  });

  it("is listed, and pictures are not", async () => {
    await fake.app.inject({
      method: "POST",
      url: "/v1/images/generations",
      payload: { prompt: "a" },
    });
    const list = videoListSchema.parse((await get("/v1/videos?limit=5&order=asc")).json());
    expect(list.data.map(({ id }) => id)).toEqual(["job_1"]);
    expect(list).toMatchObject({ first_id: "job_1", last_id: "job_1", has_more: false });
    expect(fake.jobs.filters.at(-1)).toMatchObject({ kind: "video", limit: 5, order: "asc" });
    expect((await get("/v1/videos/job_2")).statusCode).toBe(404);
  });
});

describe("a video that is not finished", () => {
  it("has no content yet, and says when it will", async () => {
    fake.jobs.onCreate = () => ({ status: "in_progress", progress: 41.7 });
    await post({ prompt: "the sea" });
    expect((await get("/v1/videos/job_1")).json()).toMatchObject({
      status: "in_progress",
      progress: 41,
    });
    const content = await get("/v1/videos/job_1/content");
    expect(content.statusCode).toBe(409);
    expect(content.headers["x-should-retry"]).toBe("false");
    expect(content.json().error).toMatchObject({ code: "conflict", job_id: "job_1" });
  });

  it("that was cancelled counts as failed for OpenAI's clients", async () => {
    fake.jobs.onCreate = () => ({ status: "cancelled" });
    await post({ prompt: "the sea" });
    expect((await get("/v1/videos/job_1")).json()).toMatchObject({
      status: "failed",
      error: { code: "cancelled" },
    });
  });

  it("without files is not given away as finished", async () => {
    fake.jobs.onCreate = (job) => ({ ...complete(job), assets: [] });
    await post({ prompt: "the sea" });
    expect((await get("/v1/videos/job_1/content")).statusCode).toBe(422);
  });
});
