// Reads the account's live model list and merges it into the built-in records.

import { Cached } from "../cache.ts";
import { models } from "../models/models.ts";
import type { Model } from "../models/model.ts";
import type { Settings } from "../options.ts";
import type { Transport } from "../wire/transport/transport.ts";

const cacheLifetimeMs = 10 * 60_000;

/** The models that the upstream offers. */
export class LiveModels {
  readonly #models: Cached<readonly Model[]>;

  constructor(settings: Settings, transport: Transport) {
    const region = settings.region.id;
    this.#models = new Cached(settings.clock, async () => {
      // Loaded only by programs that ask for the live list.
      const { imageConfigCall, mergeLiveModels, videoConfigCall } =
        await import("../wire/account/model-lists.ts");
      const [images, videos] = await Promise.all([
        transport.call(imageConfigCall()),
        transport.call(videoConfigCall()),
      ]);
      const withImages = mergeLiveModels(models, images.data, "image", region);
      return {
        value: mergeLiveModels(withImages, videos.data, "video", region),
        lifetimeMs: cacheLifetimeMs,
      };
    });
  }

  /**
   * Lists every model, the live list merged into the built-in one, at most 10 minutes old unless `fresh`. Pass it
   * to `prepareRequest` as `models`; a client uses it for its own starts once it was read.
   */
  async list(options: { fresh?: boolean; signal?: AbortSignal } = {}): Promise<readonly Model[]> {
    return this.#models.get(options);
  }

  /**
   * Returns the live list that was read last, however old, else the built-in one, without any call: a model that
   * was live when a request was checked must not be unknown when it is started.
   */
  peek(): readonly Model[] {
    return this.#models.last() ?? models;
  }
}
