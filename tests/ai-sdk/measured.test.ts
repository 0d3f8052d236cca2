// What the provider relies on in the AI SDK itself. Each of these was measured with ai 7.0.173; a test that fails here
// says that a new version needs another look at packages/ai-sdk-provider.
import { APICallError } from "@ai-sdk/provider";
import type {
  Experimental_VideoModelV4 as VideoModelV4,
  Experimental_VideoModelV4OperationStatusResult as StatusResult,
  ImageModelV4,
  ImageModelV4CallOptions,
  ImageModelV4Result,
} from "@ai-sdk/provider";
import { createProviderRegistry, experimental_generateVideo, generateImage } from "ai";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { plainPicture } from "../chaos/png.ts";

const picture = plainPicture(0x113355);
const response = { timestamp: new Date(), modelId: "m", headers: undefined };
const noPictures: ImageModelV4Result = { images: [], warnings: [], response };

afterEach(() => vi.useRealTimers());
beforeEach(() => {
  globalThis.AI_SDK_LOG_WARNINGS = false;
});

/** Makes a model that keeps its calls. */
function imageModel(
  doGenerate: (call: ImageModelV4CallOptions) => Promise<ImageModelV4Result>,
  maxImagesPerCall?: number,
): ImageModelV4 & { calls: ImageModelV4CallOptions[] } {
  const calls: ImageModelV4CallOptions[] = [];
  return {
    specificationVersion: "v4",
    provider: "fake",
    modelId: "m",
    maxImagesPerCall,
    calls,
    doGenerate: (call) => {
      calls.push(call);
      return doGenerate(call);
    },
  };
}

const made = (count: number): ImageModelV4Result => ({
  images: Array.from({ length: count }, () => picture),
  warnings: [],
  response,
});

function callError(statusCode: number, isRetryable?: boolean): APICallError {
  return new APICallError({
    message: "no",
    url: "http://gateway.example",
    requestBodyValues: {},
    statusCode,
    responseHeaders: { "x-should-retry": "false", "retry-after-ms": "1" },
    isRetryable,
  });
}

describe("generateImage", () => {
  test("makes four calls for n: 4 where a model names no maximum, and one where it names ten", async () => {
    const unnamed = imageModel(async ({ n }) => made(n));
    await generateImage({ model: unnamed, prompt: "a", n: 4 });
    expect(unnamed.calls.map(({ n }) => n)).toEqual([1, 1, 1, 1]);
    const named = imageModel(async ({ n }) => made(n), 10);
    await generateImage({ model: named, prompt: "a", n: 4 });
    expect(named.calls.map(({ n }) => n)).toEqual([4]);
  });

  test("mints no idempotency key, and gives all calls of one request the same headers object", async () => {
    const model = imageModel(async ({ n }) => made(n), 2);
    await generateImage({ model, prompt: "a", n: 4 });
    await generateImage({ model, prompt: "a" });
    const [first, second, other] = model.calls;
    expect(Object.keys(first?.headers ?? {})).toEqual(["user-agent"]);
    expect(second?.headers).toBe(first?.headers);
    expect(other?.headers).not.toBe(first?.headers);
  });

  test.each([408, 409, 429, 500, 503])(
    "calls three times on status %d, whatever x-should-retry says",
    async (status) => {
      const model = imageModel(() => Promise.reject(callError(status)));
      await expect(generateImage({ model, prompt: "a" })).rejects.toThrow();
      expect(model.calls).toHaveLength(3);
    },
  );

  test("calls once where isRetryable is false, or the error is none of its own", async () => {
    const told = imageModel(() => Promise.reject(callError(503, false)));
    await expect(generateImage({ model: told, prompt: "a" })).rejects.toThrow("no");
    expect(told.calls).toHaveLength(1);
    const plain = imageModel(() => Promise.reject(new Error("other")));
    await expect(generateImage({ model: plain, prompt: "a" })).rejects.toThrow("other");
    expect(plain.calls).toHaveLength(1);
  });

  test("calls three times where no picture comes back", async () => {
    vi.useFakeTimers();
    const model = imageModel(async () => noPictures);
    const end = expect(generateImage({ model, prompt: "a" })).rejects.toThrow("No image");
    await vi.runAllTimersAsync();
    await end;
    expect(model.calls).toHaveLength(3);
  });

  test("dies with a TypeError where a provider's metadata have no images", async () => {
    const model = imageModel(async () => ({
      ...made(1),
      providerMetadata: { jimeng: { jobId: "job_1" } as never },
    }));
    await expect(generateImage({ model, prompt: "a" })).rejects.toThrow(TypeError);
  });
});

/** Makes a model whose videos come from these answers, one for each status. */
function videoModel(
  answers: StatusResult[],
): VideoModelV4 & { starts: Record<string, unknown>[]; failures: Error[] } {
  const starts: Record<string, unknown>[] = [];
  const failures: Error[] = [];
  return {
    specificationVersion: "v4",
    provider: "fake",
    modelId: "m",
    maxVideosPerCall: 1,
    starts,
    failures,
    async doStart(call) {
      starts.push(call);
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return { operation: { jobId: "job_1" }, warnings: [], response };
    },
    doStatus: async () => answers.shift() ?? { status: "pending", response },
    handleWebhookOption: async ({ webhook }) => {
      const { url, received } = await webhook();
      return { webhookUrl: url, received };
    },
  };
}

const poll = { intervalMs: 1 };
const webhook = async () => ({
  url: "https://receiver.example/",
  received: Promise.resolve({ headers: {}, body: {} }),
});
const finishedAt = (url: string): StatusResult => ({
  status: "completed",
  videos: [{ type: "url", url, mediaType: "video/mp4" }],
  warnings: [],
  response,
});

describe("generateVideo", () => {
  test("uses start and status without being asked where a model has no doGenerate", async () => {
    const video = { type: "binary", data: picture, mediaType: "video/mp4" } as const;
    const model = videoModel([{ status: "completed", videos: [video], warnings: [], response }]);
    const { videos } = await experimental_generateVideo({ model, prompt: "a", poll });
    expect(videos).toHaveLength(1);
  });

  test("sends one minted key with every try of a start, and a caller's own where there is one", async () => {
    const model = videoModel([{ status: "error", error: "stop", response }]);
    model.failures.push(callError(503), callError(503));
    await experimental_generateVideo({ model, prompt: "a", poll }).catch(() => undefined);
    const keys = model.starts.map(({ headers }) => (headers as never)["idempotency-key"]);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^aisdk_vid_/);
    const own = videoModel([{ status: "error", error: "stop", response }]);
    const headers = { "Idempotency-Key": "mine" };
    await experimental_generateVideo({ model: own, prompt: "a", poll, headers }).catch(() => 0);
    expect(own.starts[0]?.["headers"]).toMatchObject({ "idempotency-key": "mine" });
  });

  test("keeps of an error only its text", async () => {
    const model = videoModel([{ status: "error", error: "[code] why", response }]);
    const failure = await experimental_generateVideo({ model, prompt: "a", poll }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ message: "[code] why" });
    expect(Object.keys(failure as object)).toEqual([]);
  });

  test("takes a video that is still pending after its webhook for an error", async () => {
    const model = videoModel([{ status: "pending", response }]);
    await expect(experimental_generateVideo({ model, prompt: "a", webhook })).rejects.toThrow(
      "did not complete after webhook",
    );
  });

  test("gives up after ten minutes", async () => {
    vi.useFakeTimers();
    const model = videoModel([]);
    const startedAt = Date.now();
    const end = expect(experimental_generateVideo({ model, prompt: "a" })).rejects.toThrow(
      "timed out after 600000ms",
    );
    await vi.runAllTimersAsync();
    await end;
    expect(Date.now() - startedAt).toBe(600_000);
  });

  test("downloads from no loopback and no private address, and sends no key", async () => {
    for (const url of ["http://127.0.0.1:9/v", "https://10.0.0.5/v", "http://localhost:9/v"]) {
      const model = videoModel([finishedAt(url)]);
      await expect(
        experimental_generateVideo({ model, prompt: "a", poll, maxRetries: 0 }),
      ).rejects.toThrow(/not allowed|private|blocked|loopback|localhost/i);
    }
    // A download function of the caller's own is given the address, and no header to send.
    const model = videoModel([finishedAt("https://public.example/video")]);
    await experimental_generateVideo({
      model,
      prompt: "a",
      poll,
      headers: { authorization: "Bearer secret" },
      download: async (asked) => {
        expect(Object.keys(asked)).toEqual(["url", "abortSignal"]);
        return { data: picture, mediaType: "video/mp4" };
      },
    });
  });

  test("repeats the first of frameImages as image, and drops references beside frames", async () => {
    const model = videoModel([{ status: "error", error: "stop", response }]);
    await experimental_generateVideo({
      model,
      prompt: "a",
      poll,
      frameImages: [{ image: picture, frameType: "first_frame" }],
      inputReferences: [picture],
    }).catch(() => undefined);
    const [start] = model.starts as unknown as [
      {
        image: { data: unknown };
        frameImages: { image: { data: unknown } }[];
        inputReferences?: unknown;
      },
    ];
    expect(start.image.data).toBe(start.frameImages[0]?.image.data);
    expect(start.inputReferences).toBeUndefined();
  });

  test("calls a reference of which it knows nothing image/png", async () => {
    const model = videoModel([{ status: "error", error: "stop", response }]);
    await experimental_generateVideo({
      model,
      prompt: "a",
      poll,
      inputReferences: [new TextEncoder().encode("neither picture nor video")],
    }).catch(() => undefined);
    expect(model.starts[0]?.["inputReferences"]).toMatchObject([{ mediaType: "image/png" }]);
  });
});

test("a registry asks a provider for imageModel and videoModel", () => {
  const model = imageModel(async () => made(1));
  const video = videoModel([]);
  const refuse = () => {
    throw new Error("none");
  };
  const registry = createProviderRegistry({
    fake: {
      specificationVersion: "v4",
      languageModel: refuse,
      embeddingModel: refuse,
      imageModel: () => model,
      videoModel: () => video,
    } as never,
  });
  expect(registry.imageModel("fake:m")).toBe(model);
  expect(registry.videoModel("fake:m")).toBe(video);
});
