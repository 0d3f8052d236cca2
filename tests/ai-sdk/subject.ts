// The calls whose every await is cut: pictures from pictures, a video's start, and a video's status.
import { createJimeng } from "@jimeng/ai-sdk-provider";
import { plainPicture } from "../chaos/png.ts";

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What one call is made with. */
export interface CallSetting {
  url: string;
  /** The caller's own key. */
  key: string;
  fetch: Fetch;
  signal?: AbortSignal;
  /** The started video, for `doStatus`. */
  operation?: { jobId: string; gateway: string };
}

/** The calls, by name; each returns the ids of what came of it. */
export const calls = {
  async doGenerate({ url, key, fetch, signal }) {
    const { images, providerMetadata } = await provider(url, fetch)
      .image("jimeng-4.0")
      .doGenerate({
        prompt: `pictures of ${key}`,
        n: 2,
        size: undefined,
        aspectRatio: undefined,
        seed: undefined,
        files: [{ type: "file", mediaType: "image/png", data: plainPicture(0x113355) }],
        mask: undefined,
        providerOptions: {},
        headers: { "idempotency-key": key },
        abortSignal: signal,
      });
    const facts = providerMetadata?.["jimeng"]?.images ?? [];
    return images.map((_, index) => (facts[index] as { assetId: string }).assetId);
  },
  async doStart({ url, key, fetch, signal }) {
    const { operation } = await provider(url, fetch).video("jimeng-video-3.0").doStart!({
      prompt: `video of ${key}`,
      n: 1,
      resolution: "1280x720",
      image: { type: "file", mediaType: "image/png", data: plainPicture(0x335511) },
      providerOptions: {},
      headers: { "idempotency-key": key },
      abortSignal: signal,
    } as never);
    return [(operation as { jobId: string }).jobId];
  },
  async doStatus({ url, fetch, signal, operation }) {
    const model = provider(url, fetch).video("jimeng-video-3.0");
    for (;;) {
      const status = await model.doStatus!({ operation: operation!, abortSignal: signal });
      if (status.status === "error") throw new Error(status.error);
      if (status.status === "completed") {
        const { videos } = status.providerMetadata!["jimeng"] as { videos: { assetId: string }[] };
        return videos.map(({ assetId }) => assetId);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  },
} as const satisfies Record<string, (setting: CallSetting) => Promise<string[]>>;

export type CallName = keyof typeof calls;

function provider(baseURL: string, fetch: Fetch): ReturnType<typeof createJimeng> {
  return createJimeng({ baseURL, fetch, recovery: { delayMs: 20 } });
}
