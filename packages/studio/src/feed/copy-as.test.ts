// Tests what is copied of a request: it makes the same, or is not offered.

import type { JobObject } from "@jimeng/gateway/api";
import { expect, test } from "vitest";

import { toCopyText, toRequestBody } from "./copy-as.ts";
import { formsOf } from "./copy-menu.tsx";

const jobOf = (kind: string, request: object, tool: string | null = null): JobObject =>
  ({ kind, model: "m1", tool, request: { prompt: "it's a cat", ...request } }) as JobObject;
const commandOf = (job: JobObject): string => toCopyText("CLI", job, "http://localhost:5100");

test("the command of a picture names its references", () => {
  const job = jobOf("image", {
    count: 4,
    negative_prompt: "rain",
    references: [
      { file_id: "file_1", param: "image" },
      { file_id: "file_2", param: "image" },
    ],
  });
  expect(commandOf(job)).toBe(
    `jimeng image 'it'\\''s a cat' --model m1 --count 4 --negative rain --ref file_1 --ref file_2`,
  );
});

test("the command of a video names its seconds, and each reference in its role", () => {
  const job = jobOf("video", {
    duration_seconds: 5,
    references: [
      { file_id: "file_1", param: "first_frame" },
      { file_id: "file_2", param: "last_frame" },
    ],
  });
  expect(commandOf(job)).toContain("--model m1 --seconds 5 --first file_1 --last file_2");
  const frames = [
    { file_id: "file_1", param: "frames[0].image", seconds: 3, prompt: "it runs" },
    { file_id: "file_2", param: "frames[1].image" },
  ];
  expect(commandOf(jobOf("video", { duration_seconds: 8, references: frames }))).toBe(
    `jimeng video 'it'\\''s a cat' --model m1 --frame 'file_1:3:it runs' --frame file_2`,
  );
});

test("a command is offered only where it leaves nothing out", () => {
  const plain = ["curl", "TypeScript", "Python"];
  expect(formsOf(jobOf("image", {}))).toEqual([...plain, "CLI"]);
  expect(formsOf(jobOf("video", {}))).toEqual([...plain, "CLI"]);
  for (const job of [
    jobOf("image", {}, "hd"),
    jobOf("audio", {}),
    jobOf("image", { sample_strength: 0.4 }),
    jobOf("image", { intelligent_ratio: true }),
    jobOf("image", { options: { top: 0.5 } }),
    jobOf("video", { negative_prompt: "rain" }),
  ])
    expect(formsOf(job)).toEqual(plain);
});

test("a body keeps the strength of its references, and a free ratio", () => {
  const request = { sample_strength: 0.4, intelligent_ratio: true };
  expect(toRequestBody(jobOf("image", request))).toMatchObject(request);
});
