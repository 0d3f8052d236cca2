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

test.each([
  [{ duration_seconds: 10 }, 10],
  [{ duration_seconds: "10" }, 10],
  [{ seconds: 10 }, 10],
  [{ seconds: "10", duration_seconds: 10 }, 10],
  [{}, undefined],
])("a video with %j lasts %s seconds", (fields, durationSeconds) => {
  const [request] = translate({ kind: "video", prompt: "waves", ...fields }).requests;
  expect(request).toMatchObject({ kind: "video", prompt: "waves" });
  expect({ durationSeconds: undefined, ...request }.durationSeconds).toBe(durationSeconds);
});

test.each([
  [{ kind: "video", seconds: 5, duration_seconds: 10 }, "seconds"],
  [{ kind: "video", seconds: "soon" }, "seconds"],
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

test("OpenAI's n and size, which a job's body does not have, are warned about", () => {
  const { requests, warnings } = translate({
    kind: "image",
    prompt: "a",
    n: 4,
    size: "1024x1024",
    user: "me",
  });
  expect(requests[0]).toMatchObject({ count: 1 });
  expect(warnings.map(({ code, param }) => [code, param])).toEqual([
    ["unknown_parameter", "n"],
    ["unknown_parameter", "size"],
    ["parameter_ignored", "user"],
  ]);
});
