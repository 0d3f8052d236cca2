// The provider with the real AI SDK against a gateway and the simulator.
import { createServer, type AddressInfo } from "node:net";
import { createJimeng, type JimengProvider } from "@jimeng/ai-sdk-provider";
import {
  createProviderRegistry,
  experimental_generateVideo,
  experimental_getVideoStatus,
  experimental_startVideo,
  generateImage,
  uploadFile,
} from "ai";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { plainPicture } from "../chaos/png.ts";
import type { GatewayProcess } from "../chaos/gateway-process.ts";
import { openScene, type Scene } from "../death-table/scene.ts";
import { decodePicture } from "../e2e/media.ts";
import { type Death, die } from "./deaths.ts";

let scene: Scene;
let gateway: GatewayProcess;
let jimeng: JimengProvider;
/** What the provider sent, the latest last. */
const sent: { method: string; path: string; body: string }[] = [];
beforeAll(async () => {
  globalThis.AI_SDK_LOG_WARNINGS = false;
  scene = await openScene("sqlite", "", { JIMENG_ALLOW_PRIVATE_WEBHOOKS: "true" });
  gateway = await scene.gateway();
  jimeng = createJimeng({
    baseURL: gateway.url,
    recovery: { delayMs: 20 },
    fetch: (url, init) => {
      const body = typeof init.body === "string" ? init.body : "";
      sent.push({ method: init.method ?? "GET", path: new URL(url).pathname, body });
      return fetch(url, init);
    },
  });
});
afterAll(() => scene.remove());
let startsBefore = 0;
beforeEach(() => {
  startsBefore = scene.simulator.acceptedStarts().length;
  sent.length = 0;
});
afterEach(() => scene.simulator.removeFault());
const newStarts = (): number => scene.simulator.acceptedStarts().length - startsBefore;
const poll = { intervalMs: 50 };
const bodyOf = (path: string): Record<string, unknown> =>
  JSON.parse(sent.find((each) => each.method === "POST" && each.path === path)?.body ?? "{}");

/** Returns an address at which nothing listens. */
async function unusedAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

describe("generateImage", () => {
  test("gives four pictures for one start, each with the facts of its own", async () => {
    const { images, providerMetadata, warnings } = await generateImage({
      model: jimeng.image("jimeng-4.0"),
      prompt: "four boats",
      n: 4,
      size: "2560x1440",
      seed: 7,
    });
    expect(images).toHaveLength(4);
    expect(await decodePicture(images[3]!.uint8Array)).toEqual({ width: 2560, height: 1440 });
    expect(newStarts()).toBe(1);
    expect(warnings).toEqual([]);
    const facts = providerMetadata["jimeng"]!.images as Record<string, unknown>[];
    expect(facts).toHaveLength(4);
    expect(new Set(facts.map(({ assetId }) => assetId)).size).toBe(4);
    expect(facts[0]).toMatchObject({ width: 2560, height: 1440, seed: 7, picturesOfJob: 4 });
    expect(facts[0]!["jobId"]).toMatch(/^job_/);
    expect(facts[0]!["cost"]).toHaveProperty("state");
  });

  test("makes different pictures of the calls that share a key of the caller's, and repeats none", async () => {
    const call = {
      model: jimeng.image("jimeng-4.0"),
      prompt: "many boats",
      n: 4,
      maxImagesPerCall: 2,
      headers: { "idempotency-key": "split-in-two" },
    };
    const first = await generateImage(call);
    expect(newStarts()).toBe(2);
    const again = await generateImage(call);
    expect(newStarts()).toBe(2);
    const idsOf = ({ providerMetadata }: typeof first): unknown[] =>
      providerMetadata["jimeng"]!.images.map((facts) => (facts as { assetId: string }).assetId);
    expect(new Set(idsOf(first)).size).toBe(4);
    expect(idsOf(again)).toEqual(idsOf(first));
  });

  test("sends pictures within the body, and takes no mask without saying so", async () => {
    const { warnings } = await generateImage({
      model: jimeng.image("jimeng-4.0"),
      prompt: { text: "make it night", images: [plainPicture(0x113355)], mask: plainPicture(0) },
    });
    expect(warnings).toMatchObject([{ type: "unsupported", feature: "mask" }]);
    expect(String(bodyOf("/v1/images/edits")["image"])).toMatch(/^data:;base64,/);
    expect(newStarts()).toBe(1);
  });

  test("is told once of a refused prompt, with what was charged and what to do", async () => {
    const failure = await generateImage({
      model: jimeng.image("jimeng-4.0"),
      prompt: "simulate:2038",
    }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: "AI_APICallError",
      isRetryable: false,
      message: expect.stringMatching(/^\[content_rejected\] .+ \(charged: no\)\. ./),
      data: { code: "content_rejected", charged: "no", jobId: expect.stringMatching(/^job_/) },
    });
    expect(sent.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  test("is not made again where it failed after it was paid for", async () => {
    scene.simulator.addFault({ endpoint: "generate", kind: "fail", as: "generic" });
    await expect(
      generateImage({ model: jimeng.image("jimeng-4.0"), prompt: "made, and spoilt" }),
    ).rejects.toMatchObject({ isRetryable: false });
    expect(newStarts()).toBe(1);
  });

  test("gives the pictures that were made where one of two jobs failed, and says so", async () => {
    scene.simulator.addFault({ endpoint: "generate", kind: "fail", as: "generic" });
    const { images, warnings, providerMetadata } = await generateImage({
      model: jimeng.image("jimeng-4.0"),
      prompt: "ten, and some spoilt",
      n: 10,
    });
    expect(images.length).toBeGreaterThan(0);
    expect(images.length).toBeLessThan(10);
    expect(providerMetadata["jimeng"]!.images).toHaveLength(images.length);
    expect(JSON.stringify(warnings)).toMatch(/Only \d pictures were made: job_/);
    expect(newStarts()).toBe(2);
  });

  test("converts pictures, and refuses an option that it does not know", async () => {
    const model = jimeng.image("jimeng-4.0");
    const { image } = await generateImage({
      model,
      prompt: "as a JPEG",
      providerOptions: { jimeng: { outputFormat: "jpeg", outputQuality: 60 } },
    });
    expect(image.mediaType).toBe("image/jpeg");
    await expect(
      generateImage({ model, prompt: "a", providerOptions: { jimeng: { nmae: "x" } } }),
    ).rejects.toThrow(/providerOptions\.jimeng\.nmae is not known: the options are account/);
    expect(newStarts()).toBe(1);
  });

  test("works from a registry, and says what a model takes", async () => {
    const registry = createProviderRegistry({ jimeng });
    const model = registry.imageModel("jimeng:jimeng-4.0");
    expect(await model.supportsFileInputs).toBe(true);
    expect(await model.supportsMaskInputs).toBe(false);
    expect(registry.videoModel("jimeng:jimeng-video-3.0").maxVideosPerCall).toBe(1);
    expect(() => jimeng.languageModel("gpt")).toThrow("No such languageModel");
    expect(() => jimeng.embeddingModel("gpt")).toThrow("No such embeddingModel");
  });

  test("may be repeated by the AI SDK where nothing listens, since nothing was sent", async () => {
    const model = createJimeng({ baseURL: await unusedAddress() }).image("jimeng-4.0");
    await expect(generateImage({ model, prompt: "a", maxRetries: 0 })).rejects.toMatchObject({
      isRetryable: true,
      data: { code: "connection_failed" },
    });
  });
});

describe("generateVideo", () => {
  test("gives the bytes of a gateway on loopback, under one key", async () => {
    const { video, providerMetadata } = await experimental_generateVideo({
      model: jimeng.video("jimeng-video-3.0"),
      prompt: "waves",
      resolution: "1280x720",
      poll,
    });
    expect(video.mediaType).toBe("video/mp4");
    expect(video.uint8Array.length).toBeGreaterThan(100);
    expect(bodyOf("/v1/videos")).toMatchObject({ resolution: "720p", ratio: "16:9" });
    expect(providerMetadata["jimeng"]).toMatchObject({
      jobId: expect.stringMatching(/^job_/),
      status: "completed",
      videos: [{ assetId: expect.stringMatching(/^asset_/), contentType: "video/mp4" }],
    });
    expect(newStarts()).toBe(1);
  });

  test("goes on in another program from the stored operation alone", async () => {
    const { operation } = await experimental_startVideo({
      model: jimeng.video("jimeng-video-3.0"),
      prompt: "stored",
    });
    expect(operation).toEqual({ jobId: expect.stringMatching(/^job_/), gateway: gateway.url });
    const stored = JSON.parse(JSON.stringify(operation)) as typeof operation;
    const other = createJimeng({ baseURL: `${gateway.url}/v1` }).video("jimeng-video-3.0");
    let status = await experimental_getVideoStatus(other, { operation: stored });
    while (status.status === "pending") {
      expect(status.providerMetadata?.["jimeng"]).toHaveProperty("progress");
      await new Promise((resolve) => setTimeout(resolve, 50));
      status = await experimental_getVideoStatus(other, { operation: stored });
    }
    expect(status).toMatchObject({ status: "completed", videos: [{ type: "binary" }] });
    await expect(
      experimental_getVideoStatus(other, { operation: { jobId: "job_x" } }),
    ).rejects.toThrow("must be what doStart returned");
    const elsewhere = { jobId: "job_unknown", gateway: "https://other.example" };
    await expect(
      experimental_getVideoStatus(other, { operation: elsewhere, maxRetries: 0 }),
    ).rejects.toThrow("it was started at https://other.example");
  });

  test("sends a first frame once, and says what has no effect", async () => {
    const { warnings } = await experimental_startVideo({
      model: jimeng.video("jimeng-video-3.0"),
      prompt: "from one frame",
      fps: 24,
      generateAudio: true,
      resolution: "1300x700",
      frameImages: [{ image: plainPicture(0x224466), frameType: "first_frame" }],
    });
    const body = bodyOf("/v1/videos");
    expect(body["first_frame"]).toHaveLength(1);
    expect(body).not.toHaveProperty("references");
    expect(warnings.map((warning) => "feature" in warning && warning.feature)).toEqual(
      expect.arrayContaining(["fps", "generateAudio", "resolution"]),
    );
  });

  test("tells a failure in one text with its code, what was charged and what to do", async () => {
    scene.simulator.addFault({ endpoint: "generate", kind: "fail", as: "generic" });
    await expect(
      experimental_generateVideo({ model: jimeng.video("jimeng-video-3.0"), prompt: "no", poll }),
    ).rejects.toThrow(/^\[\w+\] .+ \(charged: \w+\)\. ./);
  });

  test("is finished when its webhook comes, and waits where it is not", async () => {
    const model = jimeng.video("jimeng-video-3.0");
    let tell: ((message: { headers: Record<string, string>; body: never }) => void) | undefined;
    const received = new Promise<{ headers: Record<string, string>; body: never }>((resolve) => {
      tell = resolve;
    });
    const url = "http://127.0.0.1:9/hook";
    const option = await model.handleWebhookOption!({ webhook: async () => ({ url, received }) });
    expect(option.webhookUrl).toBe(url);
    const { operation } = await model.doStart!({
      prompt: "told by a webhook",
      webhookUrl: option.webhookUrl,
      n: 1,
      providerOptions: {},
    } as never);
    expect(bodyOf("/v1/videos")["webhook_url"]).toBe(url);
    // The message is early: the job has only begun.
    tell?.({
      headers: {},
      body: { data: { id: (operation as { jobId: string }).jobId } } as never,
    });
    await option.received;
    expect((await model.doStatus!({ operation })).status).toBe("completed");
  });
});

// Every moment of every call in every way is in deaths.long.test.ts; a process that is killed is in tests/examples.test.ts.
test.each<Death>([
  { call: "doGenerate", request: 0, moment: "sent", way: "broken connection" },
  { call: "doGenerate", request: 0, moment: "sent", way: "abort" },
  { call: "doStart", request: 1, moment: "answered", way: "broken connection" },
])("$call, request $request, $moment, $way: one paid start", async (death) => {
  expect(await die(scene, gateway, death)).toMatchObject({ starts: 1, wasCut: true });
});

test("files are uploaded once and named by their id", async () => {
  const { providerReference, mediaType } = await uploadFile({
    api: jimeng,
    data: plainPicture(0x663311),
    filename: "boat.png",
  });
  expect(mediaType).toBe("image/png");
  const { jimeng: id } = providerReference;
  await generateImage({
    model: jimeng.image("jimeng-4.0"),
    prompt: "like the boat",
    providerOptions: { jimeng: { references: [id!] } },
  });
  expect(bodyOf("/v1/images/edits")["image"]).toEqual([id]);
  const files = jimeng.files();
  expect(await files.getFileMetadata!({ file: providerReference })).toMatchObject({
    filename: "boat.png",
    mediaType: "image/png",
  });
  expect(await files.deleteFile!({ file: providerReference })).toMatchObject({ deleted: true });
});
