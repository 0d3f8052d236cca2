// Reads the live lists of models of the account's region and merges them into the built-in models.

import { Cached } from "../cache.ts";
import type { LiveList } from "../models/live-list.ts";
import { models } from "../models/models.ts";
import type { Model } from "../models/model.ts";
import type { Settings } from "../options.ts";
import type { Transport } from "../wire/transport/transport.ts";

const cacheLifetimeMs = 10 * 60_000;

/** The models that the upstream offers. */
export class LiveModels {
  readonly #settings: Settings;
  readonly #transport: Transport;
  readonly #models: Cached<readonly Model[]>;
  #given: (() => readonly Model[]) | undefined;

  constructor(settings: Settings, transport: Transport) {
    this.#settings = settings;
    this.#transport = transport;
    this.#models = new Cached(settings.clock, async () => {
      const { mergeRegistry } = await import("../models/merge-registry.ts");
      return {
        value: mergeRegistry(models, await this.read()),
        lifetimeMs: cacheLifetimeMs,
      };
    });
  }

  /**
   * Lists every model, the live lists merged into the built-in one, at most 10 minutes old unless `fresh`. Pass it
   * to `prepareRequest` as `models`; a client uses it for its own starts once it was read.
   */
  async list(options: { fresh?: boolean; signal?: AbortSignal } = {}): Promise<readonly Model[]> {
    return this.#models.get(options);
  }

  /** Reads the two live lists (pictures, videos) of the region as facts, for programs that store and merge them themselves. */
  async read(options: { signal?: AbortSignal } = {}): Promise<LiveList[]> {
    // Loaded only by programs that ask for the live lists.
    const { imageConfigCall, parseCommonConfig, videoConfigCall } =
      await import("../wire/account/common-config.ts");
    const [images, videos] = await Promise.all([
      this.#transport.call({ ...imageConfigCall(), ...options }),
      this.#transport.call({ ...videoConfigCall(), ...options }),
    ]);
    const { region, clock } = this.#settings;
    const common = { region: region.id, readAt: clock.now() };
    return [
      { ...common, kind: "image", ...parseCommonConfig(images.data, "image") },
      { ...common, kind: "video", ...parseCommonConfig(videos.data, "video") },
    ];
  }

  /** Has starts checked against these models from now on, for programs that store and merge live lists themselves. */
  use(models: () => readonly Model[]): void {
    this.#given = models;
  }

  /**
   * Returns the models that starts are checked against, without any call: those given to `use`, else the live list
   * that was read last, however old, else the built-in ones. A model that was live when a request was checked must
   * not be unknown when it is started.
   */
  peek(): readonly Model[] {
    return this.#given?.() ?? this.#models.last() ?? models;
  }
}
