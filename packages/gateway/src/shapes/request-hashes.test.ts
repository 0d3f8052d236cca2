// Tests that the hash of a body is the same in every dialect, and stays the same from version to version.

import { expect, test } from "vitest";

import { imageBodySchema } from "../api/images.ts";
import { jobBodySchema } from "../api/jobs.ts";
import { videoBodySchema } from "../api/videos.ts";
import { toRequestHash } from "../submission/request-hash.ts";
import type { TranslationContext } from "./context.ts";
import { toJobSubmission } from "./native/job-body.ts";
import { toImageSubmission } from "./openai/images.ts";
import { toVideoSubmission } from "./openai/videos.ts";

const context: TranslationContext = {
  formFiles: [],
  inlineFiles: [],
  ownBase: "http://localhost",
  now: 0,
};
const ofImage = (body: object) =>
  toRequestHash(toImageSubmission(imageBodySchema.parse(body), context).content);
const ofVideo = (body: object) =>
  toRequestHash(toVideoSubmission(videoBodySchema.parse(body), context));
const ofJob = (body: object) => toRequestHash(toJobSubmission(jobBodySchema.parse(body), context));
const url = (name: string) => `https://pictures.example/${name}.png`;

// Computed before there was a domain request: a key that was used with that version must still find its jobs.
test.each([
  ["jB0AoUH968GlPpxbOoSspn6UCQg9FnRnApoaNr1JBQ0", ofImage({ prompt: "a cat" })],
  [
    "ymE85SlHm9X2U9-PwDXOEIL34YtmezcEjVPiiTYmgHw",
    ofImage({ prompt: "a cat", n: 10, seed: 5, account: "one", image_url: url("a") }),
  ],
  ["O-lmgzfbkAlpVwFoBIGOPCj2BBK2u-hIw9BBIXJVNU0", ofVideo({ prompt: "waves" })],
  [
    "B1BWl84XC6Em_szw4VuRWURRwjm50xCv5grqdA5ug70",
    ofVideo({ prompt: "waves", seconds: "10", first_frame: url("a"), last_frame: url("b") }),
  ],
  [
    "LyhTnUr2n24XGxcG-wQQx4kHMH-aU9TfsBwY79R9Gac",
    ofVideo({
      prompt: "waves",
      frames: [{ image: url("a"), seconds: 2, prompt: "slowly" }, url("b")],
    }),
  ],
  ["8WDTHNwNYemFB3anbMhjAUwoEb11NhaBwBQsrvKcPYw", ofVideo({ prompt: "@1", subjects: [url("a")] })],
  [
    "YgDXdYSZ_XgomT5PEfNc4GfDdSmus3Vr3vLq9xmO394",
    ofVideo({ prompt: "@1", references: [url("a"), "file_1"] }),
  ],
  [
    "FFd_dX-rdqKMVXEpE_VfoONTC3jbrQp3VVzyb--aC9M",
    toRequestHash({
      requests: [{ kind: "image", model: "jimeng-4.0", prompt: "a cat" }],
      references: [],
      account: null,
      warnings: [],
      retryOf: { id: "job_1", keyId: null },
    }),
  ],
])("the hash %s stays what it was in earlier versions", (stored, now) => {
  expect(now).toBe(stored);
});

test("the same request in another dialect has the same hash", () => {
  expect(ofJob({ kind: "image", prompt: "a cat", count: 10, width: 2048, height: 2048 })).toBe(
    ofImage({ prompt: "a cat", n: 10, size: "2048x2048" }),
  );
  expect(
    ofJob({ kind: "video", prompt: "waves", duration_seconds: 10, last_frame: url("b") }),
  ).toBe(ofVideo({ prompt: "waves", seconds: "10", last_frame: url("b") }));
});
