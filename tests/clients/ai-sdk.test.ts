// The real Vercel AI SDK works against the gateway, through its openai-compatible provider and through that of OpenAI.
import { createOpenAI, type OpenAIProvider } from "@ai-sdk/openai";
import { createOpenAICompatible, type OpenAICompatibleProvider } from "@ai-sdk/openai-compatible";
import { generateImage, generateSpeech, generateText, streamText } from "ai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { plainPicture } from "../chaos/png.ts";
import { openScene, type Scene } from "../death-table/scene.ts";
import { decodePicture } from "../e2e/media.ts";

let scene: Scene;
let provider: OpenAICompatibleProvider;
let openai: OpenAIProvider;
let base: string;
beforeAll(async () => {
  scene = await openScene("sqlite", "");
  const gateway = await scene.gateway();
  provider = createOpenAICompatible({
    name: "jimeng",
    baseURL: `${gateway.url}/v1`,
    apiKey: "no-key-needed",
  });
  base = `${gateway.url}/v1`;
  openai = createOpenAI({ baseURL: base, apiKey: "no-key-needed" });
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

test("an edit sends its picture as a form and gives a new one", async () => {
  const before = scene.simulator.requests({ endpoint: "upload" }).length;
  const { images } = await generateImage({
    model: provider.imageModel("jimeng-4.0"),
    prompt: { text: "make it night", images: [plainPicture(0x113355)] },
  });
  expect((await decodePicture(images[0]?.uint8Array ?? new Uint8Array())).width).toBeGreaterThan(
    500,
  );
  expect(scene.simulator.requests({ endpoint: "upload" })).toHaveLength(before + 1);
});

test("a chat streams its progress as reasoning, and its picture as text", async () => {
  const { reasoningText, text, finishReason } = streamText({
    model: provider.chatModel("jimeng-4.0:1x1@2k"),
    prompt: "a lighthouse for a chat of the AI SDK",
  });
  expect(await text).toMatch(/!\[image\]\(http[^)]+\)/);
  expect(await reasoningText).toMatch(/\w/);
  expect(await finishReason).toBe("stop");
});

/** Reads a stream to its end; gives what it told of its failure. */
async function failuresOf(model: Parameters<typeof streamText>[0]["model"]): Promise<unknown[]> {
  scene.simulator.addFault({ endpoint: "generate", kind: "fail", as: "generic" });
  const failures: unknown[] = [];
  const stream = streamText({ model, prompt: "spoilt in a stream", onError: () => undefined });
  for await (const part of stream.fullStream) if (part.type === "error") failures.push(part.error);
  return failures;
}

test("a chat that fails after its stream has opened tells so, and is paid for once", async () => {
  const before = scene.simulator.acceptedStarts().length;
  expect(await failuresOf(provider.chatModel("jimeng-4.0"))).toHaveLength(1);
  expect(scene.simulator.acceptedStarts()).toHaveLength(before + 1);
});

describe("through @ai-sdk/openai", () => {
  test("a chat that fails after its stream has opened tells so, and is paid for once", async () => {
    const before = scene.simulator.acceptedStarts().length;
    expect(await failuresOf(openai.chat("jimeng-4.0"))).toHaveLength(1);
    expect(scene.simulator.acceptedStarts()).toHaveLength(before + 1);
  });

  test("generateImage asks for base64 and gives two pictures for one start", async () => {
    const before = scene.simulator.acceptedStarts().length;
    const { images, usage } = await generateImage({
      model: openai.image("jimeng-4.0"),
      prompt: "two boats, asked by OpenAI's provider",
      n: 2,
      maxImagesPerCall: 2,
      size: "2560x1440",
    });
    expect(images).toHaveLength(2);
    for (const { uint8Array } of images)
      expect(await decodePicture(uint8Array)).toEqual({ width: 2560, height: 1440 });
    expect(usage).toBeDefined();
    expect(scene.simulator.acceptedStarts()).toHaveLength(before + 1);
  });

  test("an edit sends its pictures as a form", async () => {
    const { images } = await generateImage({
      model: openai.image("jimeng-4.0"),
      prompt: { text: "both in one", images: [plainPicture(0x551133), plainPicture(0x331155)] },
    });
    expect((await decodePicture(images[0]?.uint8Array ?? new Uint8Array())).width).toBeGreaterThan(
      500,
    );
  });

  test("a chat gives its picture as a link, also as a stream", async () => {
    const model = openai.chat("jimeng-4.0");
    const { text } = await generateText({ model, prompt: "a lighthouse in a chat" });
    expect(text).toMatch(/^!\[image\]\(http/);
    const streamed = streamText({ model, prompt: "a lighthouse in a stream" });
    expect(await streamed.text).toMatch(/^!\[image\]\(http/);
  });

  test("a speech is an MP3", async () => {
    const voices = await fetch(`${base}/audio/voices`);
    const { data } = (await voices.json()) as { data: { id: string }[] };
    const { audio } = await generateSpeech({
      model: openai.speech("jimeng-speech"),
      text: "hello from the AI SDK",
      voice: data[0]?.id,
    });
    expect(audio.uint8Array.length).toBeGreaterThan(100);
  });

  test("its default model speaks the Responses API, and is told which to take instead", async () => {
    await expect(
      generateText({ model: openai("jimeng-4.0"), prompt: "a cat" }),
    ).rejects.toMatchObject({
      statusCode: 404,
      responseBody: expect.stringContaining("/v1/chat/completions"),
    });
  });

  test("a picture that fails after it was paid for is not started again", async () => {
    scene.simulator.addFault({ endpoint: "generate", kind: "fail", as: "generic" });
    const before = scene.simulator.acceptedStarts().length;
    await expect(
      generateImage({ model: openai.image("jimeng-4.0"), prompt: "made, and spoilt again" }),
    ).rejects.toMatchObject({ statusCode: 422 });
    expect(scene.simulator.acceptedStarts()).toHaveLength(before + 1);
  });
});
