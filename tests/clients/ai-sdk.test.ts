// The promise that the real Vercel AI SDK works against the gateway through its openai-compatible provider.
import { createOpenAICompatible, type OpenAICompatibleProvider } from "@ai-sdk/openai-compatible";
import { generateImage } from "ai";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openScene, type Scene } from "../death-table/scene.ts";
import { decodePicture } from "../e2e/media.ts";

let scene: Scene;
let provider: OpenAICompatibleProvider;
beforeAll(async () => {
  scene = await openScene("sqlite", "");
  const gateway = await scene.gateway();
  provider = createOpenAICompatible({
    name: "jimeng",
    baseURL: `${gateway.url}/v1`,
    apiKey: "no-key-needed",
  });
});
afterAll(() => scene.remove());
beforeEach(() => scene.simulator.removeFault());

test("generateImage with n=2 gives two pictures for one start, though it never asks for base64", async () => {
  const { images } = await generateImage({
    model: provider.imageModel("jimeng-4.0"),
    prompt: "two boats",
    n: 2,
    size: "2560x1440",
  });
  expect(images).toHaveLength(2);
  for (const { uint8Array } of images) {
    expect(await decodePicture(uint8Array)).toEqual({ width: 2560, height: 1440 });
  }
  expect(scene.simulator.acceptedStarts()).toHaveLength(1);
});

test("a picture that fails after it was paid for is not started again, whatever the client retries", async () => {
  scene.simulator.addFault({ endpoint: "generate", kind: "fail", as: "generic" });
  const before = scene.simulator.acceptedStarts().length;
  await expect(
    generateImage({ model: provider.imageModel("jimeng-4.0"), prompt: "made, and spoilt" }),
  ).rejects.toMatchObject({ statusCode: 422 });
  expect(scene.simulator.acceptedStarts()).toHaveLength(before + 1);
});

test("a refused prompt is an error that names the policy and is sent once", async () => {
  const before = scene.posts();
  await expect(
    generateImage({ model: provider.imageModel("jimeng-4.0"), prompt: "simulate:2038" }),
  ).rejects.toMatchObject({
    statusCode: 400,
    responseBody: expect.stringContaining("content_policy_violation"),
  });
  expect(scene.posts()).toBe(before + 1);
});
