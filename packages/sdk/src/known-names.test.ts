// Tests that a misspelt option or field is named before anything is sent.

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { Jimeng } from "./client.ts";
import { refuseUnknownNames } from "./known-names.ts";
import { prepareRequest } from "./prepare/prepare.ts";
import { fakeSession, scriptedFetch, testClient } from "./testing/client.ts";

const refused = (param: string, fix: string) =>
  expect.objectContaining({
    code: "invalid_request",
    detail: expect.objectContaining({ param, fix: expect.stringContaining(fix) }),
  });

describe("a name that nothing reads", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["maxRetries", { maxRetries: 1 }, "maxRetryCount"],
    ["timeoutMS", { timeoutMS: 1 }, "Use timeoutMs."],
    ["time_out_ms", { time_out_ms: 1 }, "Use timeoutMs."],
    ["baseUrls.mwebb", { baseUrls: { mwebb: "https://x.example" } }, "Use mweb."],
    ["versions.appversion", { versions: { appversion: "8.5.0" } }, "Use appVersion."],
    ["sesionId", { sesionId: "x" }, "Use session."],
    ["sessionId", { sessionId: "x" }, "Use session."],
    ["baseURL", { baseURL: "https://x.example" }, "Use baseUrls."],
    ["timeout", { timeout: 1 }, "Use timeoutMs."],
    ["proxy", { proxy: "http://127.0.0.1:1" }, "fetch"],
  ])("%s is refused by the client's constructor", (param, options, fix) => {
    expect(() => new Jimeng({ session: fakeSession, ...options })).toThrow(refused(param, fix));
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["promt", { promt: "a cat" }, "Use prompt."],
    ["negative_prompt", { negative_prompt: "dogs" }, "Use negativePrompt."],
    ["n", { n: 2 }, "count"],
    ["refrences", { refrences: [] }, "Use references."],
    ["firstFrame", { firstFrame: { imageUri: "x" } }, "references"],
    ["toString", { toString: 1 }, "prompt"],
  ])("%s is refused in a picture's request, before anything is sent", async (param, more, fix) => {
    const fetch = scriptedFetch();
    const { images, generations } = testClient(fetch);
    const request = { model: "jimeng-4.0", prompt: "a cat", ...more };
    await expect(images.generate(request)).rejects.toThrow(refused(param, fix));
    await expect(generations.start({ kind: "image", ...request })).rejects.toThrow(
      refused(param, fix),
    );
    expect(fetch.seen).toEqual([]);
  });

  test.each([
    ["duration", "Use durationSeconds."],
    ["first_frame", "Use firstFrame."],
    ["durationSecond", "Use durationSeconds."],
    ["count", ""],
  ])("%s is refused in a video's request", (name, fix) => {
    const request = { kind: "video" as const, model: "jimeng-video-3.0", prompt: "waves" };
    expect(() => prepareRequest({ ...request, [name]: 1 })).toThrow(refused(name, fix));
  });

  test("is refused in a frame of a multi-frame video", () => {
    const frame = { image: { imageUri: "tos/x", width: 1, height: 1, format: "png" }, duration: 2 };
    const request = { kind: "video" as const, model: "jimeng-video-3.0", prompt: "waves" };
    expect(() => prepareRequest({ ...request, frames: [frame, frame] })).toThrow(
      refused("frames.duration", "Use durationSeconds."),
    );
  });

  test("is refused among the options of a start, where it surely was not accepted, and of a wait", async () => {
    const fetch = scriptedFetch();
    const { generations } = testClient(fetch);
    const request = { kind: "image" as const, model: "jimeng-4.0", prompt: "a cat" };
    const start = generations.start(request, { submitID: "x" } as object);
    await expect(start).rejects.toThrow(refused("submitID", "Use submitId."));
    await expect(start).rejects.toMatchObject({ detail: { acceptance: "refused", charged: "no" } });
    const operation = { region: "cn", kind: "image" } as never;
    await expect(generations.wait(operation, { deadline: 1 } as object)).rejects.toThrow(
      refused("deadline", "Use deadlineMs."),
    );
    expect(fetch.seen).toEqual([]);
  });

  test("is refused among the options of a call and of an upload", async () => {
    const fetch = scriptedFetch();
    const { videos, uploads } = testClient(fetch);
    const request = { model: "jimeng-video-3.0", prompt: "waves" };
    const options = { submitID: "00000000-0000-4000-8000-000000000001" } as object;
    await expect(videos.generate(request, options)).rejects.toThrow(
      refused("submitID", "Use submitId."),
    );
    await expect(uploads.create(new Uint8Array([1]), { maxByte: 1 } as object)).rejects.toThrow(
      refused("maxByte", "Use maxBytes."),
    );
    expect(fetch.seen).toEqual([]);
  });

  test("does not count while it is undefined, and a prepared request stays one", () => {
    const { request } = prepareRequest({
      kind: "image",
      model: "jimeng-4.0",
      prompt: "a cat",
      ...({ nonsense: undefined } as object),
    });
    expect(prepareRequest(request).request).toEqual(request);
  });

  test("is always answered with a name, whatever it is", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const known = { session: true, region: true };
        const isKnown = Object.hasOwn(known, name);
        const act = (): void => refuseUnknownNames({ [name]: 1 }, known);
        if (isKnown) expect(act).not.toThrow();
        else expect(act).toThrow(refused(name, "Use "));
      }),
    );
  });
});
