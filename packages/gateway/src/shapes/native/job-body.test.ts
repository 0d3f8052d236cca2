// Tests the translation of native bodies: our own names in, the domain request out.

import { JimengError } from "@jimeng/sdk";
import { expect, test } from "vitest";

import { jobBodySchema } from "../../api/jobs.ts";
import { toJobSubmission } from "./job-body.ts";

const context = { formFiles: [], inlineFiles: [], ownBase: "http://localhost", now: 1000 };
const translate = (body: object) => toJobSubmission(jobBodySchema.parse(body), context);

test("a picture's fields become the domain's", () => {
  const content = translate({
    kind: "image",
    prompt: "a cat",
    count: 10,
    width: 2048,
    height: 1024,
    negative_prompt: "dogs",
    account: "one",
    priority: -3,
    start_before: 60,
    join: false,
    image: "https://pictures.example/a.png",
  });
  expect(content).toMatchObject({
    requests: [{ count: 10, width: 2048, height: 1024, negativePrompt: "dogs" }],
    references: [{ param: "image", place: { property: "references" } }],
    account: "one",
    priority: -3,
    startBefore: 61_000,
    join: false,
    warnings: [],
  });
});

test("a quality chooses the resolution unless pixels are given", () => {
  const of = (fields: object) =>
    translate({ kind: "image", prompt: "a", quality: "high", ...fields }).requests[0].resolution;
  expect(of({})).toBe("4k");
  expect(of({ width: 2048, height: 2048 })).toBeUndefined();
  expect(of({ resolution: "1k" })).toBe("1k");
});

test("a video's fields become the domain's", () => {
  const content = translate({
    kind: "video",
    prompt: "waves",
    duration_seconds: "10",
    resolution: "720p",
    last_frame: "https://pictures.example/b.png",
    first_frame: "https://pictures.example/a.png",
  });
  expect(content).toMatchObject({
    requests: [{ kind: "video", durationSeconds: 10, resolution: "720p" }],
    references: [
      { param: "first_frame", place: { property: "firstFrame" } },
      { param: "last_frame", place: { property: "lastFrame" } },
    ],
  });
});

test.each([
  [{ kind: "video", mask: "x" }, "mask"],
  [{ kind: "image", stream: true }, "stream"],
  [{ kind: "image", background: "transparent" }, "background"],
  [{ kind: "image", first_frame: "https://pictures.example/a.png" }, "first_frame"],
])("%j is refused", (fields, param) => {
  let thrown: unknown;
  try {
    translate({ prompt: "a", ...fields });
  } catch (error) {
    thrown = error;
  }
  expect(JimengError.isInstance(thrown) && thrown.detail.param).toBe(param);
});

test("a field without effect is warned about", () => {
  const { warnings } = translate({ kind: "image", prompt: "a", colour: "red", user: "me" });
  expect(warnings.map(({ code, param }) => [code, param])).toEqual([
    ["unknown_parameter", "colour"],
    ["parameter_ignored", "user"],
  ]);
});
