// Tests the routes of existing jimeng gateways and relays.

import { afterEach, beforeEach, expect, test } from "vitest";

import { imagesAnswerSchema } from "../../../api/images.ts";
import { videoSchema } from "../../../api/videos.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { failWith } from "../../../testing/fake-jobs.ts";
import { wholePng } from "../../../testing/reference-samples.ts";

let fake: FakeApp;
beforeEach(async () => {
  fake = await buildFakeApp();
});
afterEach(() => fake.close());

const picture = `data:image/png;base64,${wholePng().toString("base64")}`;
const post = (url: string, payload: object) => fake.app.inject({ method: "POST", url, payload });

test("compositions are edits", async () => {
  const body = { model: "jimeng-4.0", prompt: "both", images: [picture, picture] };
  const response = await post("/v1/images/compositions", body);
  expect(imagesAnswerSchema.parse(response.json()).data).toHaveLength(1);
  expect(fake.jobs.created[0]?.[0]?.request.references).toHaveLength(2);
  const bare = await post("/v1/images/compositions", { prompt: "none" });
  expect(bare.json().error).toMatchObject({ param: "image", charged: "no" });
});

test("a video is waited for, and answered as pictures are", async () => {
  const response = await post("/v1/videos/generations", {
    model: "jimeng-video-3.0",
    prompt: "waves",
    ratio: "16:9",
    duration: 5,
  });
  const answer = imagesAnswerSchema.parse(response.json());
  expect(answer.data).toEqual([{ url: expect.stringMatching(/\.mp4$/) }]);
  fake.jobs.onCreate = failWith("content_rejected", "video");
  const failed = await post("/v1/videos/generations", { prompt: "waves" });
  expect(failed.json().error).toMatchObject({ job_id: "job_2" });
});

test("relays start a video at their own path, and ask for it there", async () => {
  const response = await post("/v1/video/generations", { prompt: "waves", seconds: "5" });
  const { id, task_id: task } = videoSchema.parse(response.json());
  expect(task).toBe(id);
  const asked = await fake.app.inject({ url: `/video/generations/${id}` });
  expect(videoSchema.parse(asked.json())).toMatchObject({ id, status: "completed" });
});
