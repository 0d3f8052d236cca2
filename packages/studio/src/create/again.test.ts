// Tests asking again for what a job was asked for.

import type { JobObject } from "@jimeng/gateway/api";
import { expect, test } from "vitest";

import { toRequestBody } from "../feed/copy-as.ts";
import { toDraft, toRemixBody } from "./again.ts";
import { draft as opened, openDraft } from "./draft.ts";
import { toJobBody } from "./job-body.ts";

const jobOf = (kind: string, request: object): JobObject =>
  ({ kind, model: "m1", tool: null, request }) as unknown as JobObject;

test("a remix of a picture keeps everything but its prompt, and the seed where it is locked", () => {
  const job = jobOf("image", {
    prompt: "old",
    ratio: "1:1",
    resolution: "2k",
    count: 4,
    seed: 7,
    width: 2048,
    references: [
      { file_id: "file_1", param: "image" },
      { file_id: "file_2", param: "image" },
    ],
  });
  const body = {
    kind: "image",
    model: "m1",
    prompt: "new",
    ratio: "1:1",
    resolution: "2k",
    count: 4,
  };
  expect(toRemixBody(job, { prompt: "new", seed: 7 })).toEqual({
    ...body,
    seed: 7,
    image: ["file_1", "file_2"],
  });
  expect(toRemixBody(job, { prompt: "new", seed: null })).not.toHaveProperty("seed");
});

test("frames of a video keep their roles, in a remix and in a draft", () => {
  const references = [
    { file_id: "file_1", param: "first_frame" },
    { file_id: "file_2", param: "last_frame" },
  ];
  const job = jobOf("video", { prompt: "p", duration_seconds: 5, references });
  expect(toRemixBody(job, { prompt: "q", seed: null })).toEqual({
    kind: "video",
    model: "m1",
    prompt: "q",
    duration_seconds: 5,
    first_frame: "file_1",
    last_frame: "file_2",
  });
  expect(toDraft(job)).toMatchObject({
    kind: "video",
    model: "m1",
    durationSeconds: 5,
    references: [
      { source: "file_1", role: "first" },
      { source: "file_2", role: "last" },
    ],
  });
});

test("keyframes keep their order, seconds and words", () => {
  const references = [
    { file_id: "file_1", param: "frames", seconds: 2.5, prompt: "slowly" },
    { file_id: "file_2", param: "frames" },
  ];
  const job = jobOf("video", { prompt: "p", duration_seconds: 7.5, references });
  expect(toRemixBody(job, { prompt: "q", seed: null })).toMatchObject({
    frames: [{ image: "file_1", seconds: 2.5, prompt: "slowly" }, { image: "file_2" }],
  });
  const draft = toDraft(job);
  expect(draft).toMatchObject({
    // The frames say how long it is.
    durationSeconds: null,
    references: [
      { source: "file_1", role: "keyframe", seconds: 2.5 },
      { source: "file_2", role: "keyframe" },
    ],
  });
  openDraft(draft);
  expect(toJobBody(opened.get(), "p", null)).toMatchObject({
    frames: [{ image: "file_1", seconds: 2.5 }, { image: "file_2" }],
  });
});

test("what is copied as a program names references as the job did", () => {
  const references = [{ file_id: "file_1", param: "first_frame" }];
  expect(toRequestBody(jobOf("video", { prompt: "p", references }))).toEqual({
    kind: "video",
    model: "m1",
    prompt: "p",
    first_frame: "file_1",
  });
  const tool = { ...jobOf("image", { references: [{ file_id: "file_1", param: "image" }] }) };
  expect(toRequestBody({ ...tool, tool: "hd" })).toMatchObject({ tool: "hd", image: "file_1" });
});
