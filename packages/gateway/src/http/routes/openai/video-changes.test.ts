// Tests the routes that delete and remix a video, over a fake engine.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { deletedVideoSchema, videoListSchema, videoSchema } from "../../../api/videos.ts";
import { jobSchema } from "../../../api/jobs.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { complete, toAsset } from "../../../testing/fake-jobs.ts";
import { toDataUrl, toForm } from "../../../testing/form-samples.ts";
import { wholePng } from "../../../testing/reference-samples.ts";

let fake: FakeApp;
beforeAll(async () => {
  fake = await buildFakeApp();
});
afterAll(() => fake.close());
beforeEach(() => {
  fake.jobs.rows.clear();
  fake.jobs.created.length = 0;
  fake.jobs.onCreate = complete;
});

type Method = "GET" | "POST" | "DELETE";

function ask(method: Method, url: string, payload?: object) {
  return fake.app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
}

async function makeVideo(body: object = {}): Promise<string> {
  const { id } = (await ask("POST", "/v1/videos", { prompt: "the sea", ...body })).json();
  fake.writeFile(toAsset(id, 0), Buffer.from("not really an mp4"));
  return id;
}

describe("deleting a video", () => {
  it("answers OpenAI's object, and it is found nowhere but in the job that says what was paid", async () => {
    const id = await makeVideo();
    const asset = `/v1/assets/asset_${id}_0.mp4`;
    expect((await ask("GET", asset)).statusCode).toBe(200);
    const deleted = await ask("DELETE", `/v1/videos/${id}`);
    expect(deletedVideoSchema.parse(deleted.json())).toEqual({
      id,
      object: "video.deleted",
      deleted: true,
    });
    const gone = await Promise.all([
      ask("GET", `/v1/videos/${id}`),
      ask("GET", `/v1/videos/${id}/content`),
      ask("GET", `/v1/video/generations/${id}`),
      ask("POST", `/v1/videos/${id}/remix`, { prompt: "calm" }),
      ask("DELETE", `/v1/videos/${id}`),
      ask("GET", asset),
    ]);
    expect(gone.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404, 404, 404, 404]);
    expect(gone[0]?.json().error).toMatchObject({ code: "not_found", what: "job" });
    expect(videoListSchema.parse((await ask("GET", "/v1/videos")).json()).data).toEqual([]);
    const job = jobSchema.parse((await ask("GET", `/v1/jobs/${id}`)).json());
    expect(job).toMatchObject({ status: "completed", result: null });
    expect(job.deleted_at).toEqual(expect.any(Number));
  });

  it("cancels one that waits for its start", async () => {
    fake.jobs.onCreate = () => ({});
    const id = await makeVideo();
    expect((await ask("DELETE", `/v1/videos/${id}`)).statusCode).toBe(200);
    expect((await ask("GET", `/v1/jobs/${id}`)).json().status).toBe("cancelled");
  });

  it("refuses one that is being made: what is paid for is not lost by the way", async () => {
    fake.jobs.onCreate = () => ({ status: "in_progress" });
    const id = await makeVideo();
    const response = await ask("DELETE", `/v1/videos/${id}`);
    expect(response.statusCode).toBe(409);
    expect(response.headers["x-should-retry"]).toBe("false");
    expect((await ask("GET", `/v1/videos/${id}`)).statusCode).toBe(200);
  });

  it("does not find a picture", async () => {
    await ask("POST", "/v1/images/generations", { prompt: "a cat" });
    expect((await ask("DELETE", "/v1/videos/job_1")).statusCode).toBe(404);
    expect((await ask("GET", "/v1/jobs/job_1")).json().deleted_at).toBeNull();
  });
});

describe("remixing a video", () => {
  it("makes a new one from the original's request with the new prompt", async () => {
    const id = await makeVideo({ seconds: 10, ratio: "1:1", seed: 7 });
    const response = await ask("POST", `/v1/videos/${id}/remix`, { prompt: "a calm sea" });
    expect(videoSchema.parse(response.json())).toMatchObject({
      id: "job_2",
      status: "queued",
      prompt: "a calm sea",
      seconds: "10",
      remixed_from_video_id: id,
      warnings: [],
    });
    expect(fake.jobs.created.at(-1)?.[0]?.request).toMatchObject({
      prompt: "a calm sea",
      ratio: "1:1",
      durationSeconds: 10,
      seed: 7,
    });
    const retrieved = await ask("GET", "/v1/videos/job_2");
    expect(retrieved.json().remixed_from_video_id).toBe(id);
  });

  it("works from the original's frames, also when it is told in a form", async () => {
    const frame = toDataUrl(wholePng());
    const id = await makeVideo({
      model: "jimeng-video-3.0",
      input_reference: { image_url: frame },
    });
    const form = await toForm([["prompt", "faster"]]);
    const response = await fake.app.inject({
      method: "POST",
      url: `/v1/videos/${id}/remix`,
      ...form,
    });
    expect(response.json()).toMatchObject({ remixed_from_video_id: id });
    const [first, second] = fake.jobs.created.map((rows) => rows[0]?.request);
    expect(second).toEqual({ ...first, prompt: "faster" });
    expect(second).toMatchObject({ firstFrame: { width: expect.any(Number) } });
  });

  it.each<[object, string]>([
    [{}, "prompt"],
    [{ prompt: " " }, "prompt"],
    [{ prompt: "a", seconds: 10 }, "seconds"],
    [{ prompt: "a", size: "1280x720" }, "size"],
    [{ prompt: "a", model: "jimeng-video-3.0-pro" }, "model"],
    [{ prompt: "a", input_reference: { file_id: "file_1234567" } }, "input_reference"],
  ])("refuses %j: everything but the prompt is the original's", async (body, param) => {
    const id = await makeVideo();
    const response = await ask("POST", `/v1/videos/${id}/remix`, body);
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toMatchObject({ param, charged: "no" });
    expect(fake.jobs.created).toHaveLength(1);
  });

  it.each<[string, Parameters<typeof fake.jobs.change>[1], RegExp]>([
    ["that is being made", { status: "in_progress" }, /only a finished one/],
    ["that failed", { status: "failed" }, /only a finished one/],
  ])("refuses one %s, with the reason", async (_what, changes, reason) => {
    const id = await makeVideo();
    fake.jobs.change(id, changes, "job.progress");
    const response = await ask("POST", `/v1/videos/${id}/remix`, { prompt: "calm" });
    expect(response.statusCode).toBe(409);
    expect(response.json().error).toMatchObject({ message: expect.stringMatching(reason) });
    expect(response.json().error.fix).toBeTruthy();
    expect(fake.jobs.created).toHaveLength(1);
  });

  it("refuses one made by a tool, one made elsewhere, and one whose pictures are gone", async () => {
    const id = await makeVideo();
    const { request } = fake.jobs.rows.get(id)!;
    if (request.kind !== "video" || request.tool !== undefined) throw new Error("no video");
    const image = { imageUri: "jimeng-file:file_gone", width: 1, height: 1, format: "png" };
    const others = [
      { ...request, resolution: "" },
      { ...request, firstFrame: image },
      { kind: "video", tool: "frame_interpolation", model: "x", prompt: "", count: 1 },
    ];
    const reasons: string[] = [];
    for (const other of others) {
      fake.jobs.change(id, { request: other as typeof request }, "job.progress");
      const response = await ask("POST", `/v1/videos/${id}/remix`, { prompt: "calm" });
      expect(response.statusCode).toBe(409);
      reasons.push(response.json().error.message);
    }
    expect(reasons[0]).toMatch(/elsewhere/);
    expect(reasons[1]).toMatch(/no longer kept/);
    expect(reasons[2]).toMatch(/tool/);
  });
});
