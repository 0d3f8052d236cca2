// How real clients ask: the openai package and the AI SDK, each with the retries it has of itself.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateImage } from "ai";
import OpenAI from "openai";

/** One call of one client. */
export interface Ask {
  /** Where the gateway seems to be. */
  url: string;
  prompt: string;
  count: number;
  /** Sent with every try where the user gave one. */
  idempotencyKey: string | undefined;
  signal: AbortSignal;
  /** Carries each of the client's tries. */
  fetch: typeof fetch;
}

/** Asks once, with the client's own retries; gives the files, or throws as the client does. */
export type Asker = (ask: Ask) => Promise<Uint8Array[]>;

// Without JIMENG_API_KEYS the gateway wants none; the clients demand one.
const nobodysKey = "no-key-needed";
const pollMs = 200;

function openaiClient({ url, fetch }: Ask): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: nobodysKey, fetch });
}

function headersOf({ idempotencyKey }: Ask): Record<string, string> {
  return idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey };
}

async function askOpenaiImages(ask: Ask, format: "url" | "b64_json"): Promise<Uint8Array[]> {
  const answer = await openaiClient(ask).images.generate(
    { model: "jimeng-4.0", prompt: ask.prompt, n: ask.count, response_format: format },
    { headers: headersOf(ask), signal: ask.signal },
  );
  return Promise.all(
    (answer.data ?? []).map(async ({ url, b64_json }) => {
      if (b64_json !== undefined) return Buffer.from(b64_json, "base64");
      return download(ask, url ?? "");
    }),
  );
}

// The picture is made; that its bytes are fetched through the same bad line is this test's own business.
async function download(ask: Ask, url: string): Promise<Uint8Array> {
  const { pathname, search } = new URL(url);
  for (;;) {
    ask.signal.throwIfAborted();
    const response = await ask.fetch(`${ask.url}${pathname}${search}`).catch(() => undefined);
    const bytes = response?.ok ? await response.bytes().catch(() => undefined) : undefined;
    if (bytes !== undefined) return bytes;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** Fetches files as patiently as `download` does; everything else is left to the client's own retries. */
function patientWithFiles(ask: Ask): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (!new URL(url).pathname.startsWith("/v1/assets/")) return ask.fetch(input, init);
    const bytes = await download(ask, url);
    return new Response(Buffer.from(bytes), { headers: { "content-type": "image/png" } });
  };
}

async function askOpenaiVideo(ask: Ask): Promise<Uint8Array[]> {
  const { videos } = openaiClient(ask);
  const { id } = await videos.create(
    { model: "jimeng-video-3.0", prompt: ask.prompt },
    { headers: headersOf(ask), signal: ask.signal },
  );
  for (;;) {
    ask.signal.throwIfAborted();
    const video = await videos.retrieve(id).catch(() => undefined);
    if (video?.status === "failed") throw new AskFailed(video.error?.code ?? "failed");
    if (video?.status === "completed") {
      const content = await videos.downloadContent(id).catch(() => undefined);
      const bytes = await content?.bytes().catch(() => undefined);
      if (bytes !== undefined) return [bytes];
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function askAiSdk(ask: Ask): Promise<Uint8Array[]> {
  const provider = createOpenAICompatible({
    name: "jimeng",
    baseURL: `${ask.url}/v1`,
    apiKey: nobodysKey,
    fetch: patientWithFiles(ask),
  });
  const { images } = await generateImage({
    model: provider.imageModel("jimeng-4.0"),
    prompt: ask.prompt,
    n: ask.count,
    headers: headersOf(ask),
    abortSignal: ask.signal,
  });
  return images.map(({ uint8Array }) => uint8Array);
}

/** Says that the job has ended without a result. */
export class AskFailed extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`the job failed: ${code}`);
    this.code = code;
  }
}

/** The ways to ask, by name. */
export const askers = {
  "openai images, url": (ask) => askOpenaiImages(ask, "url"),
  "openai images, b64_json": (ask) => askOpenaiImages(ask, "b64_json"),
  "openai videos": askOpenaiVideo,
  "ai sdk": askAiSdk,
} as const satisfies Record<string, Asker>;

export type AskerName = keyof typeof askers;
