// The short way to a video: prepare, start, wait, in one call.

import { JimengError } from "./errors.ts";
import type { Finished, GenerateOptions } from "./finish.ts";
import type { Generations } from "./generations.ts";
import type { Settings } from "./options.ts";
import type {
  Generation,
  GenerationOutput,
  PreparedVideoRequest,
  VideoOutput,
  VideoRequest,
} from "./requests.ts";

/** What `videos.generate` gives back. */
export interface GeneratedVideo extends Finished<PreparedVideoRequest> {
  video: VideoOutput;
}

/** Makes videos. */
export class Videos {
  readonly #settings: Settings;
  readonly #generations: Generations;

  constructor(settings: Settings, generations: Generations) {
    this.#settings = settings;
    this.#generations = generations;
  }

  /** Makes a video and waits for it, minutes to hours. Throws as `images.generate` does. */
  async generate(
    request: Omit<VideoRequest, "kind">,
    options: GenerateOptions = {},
  ): Promise<GeneratedVideo> {
    const { finish } = await import("./finish.ts");
    const finished = await finish<PreparedVideoRequest>(
      this.#settings,
      this.#generations,
      { ...request, kind: "video" },
      options,
    );
    const outputs = await this.#originals(finished.generation, options.signal);
    const video = outputs.find((output) => output.kind === "video");
    if (video === undefined)
      throw new JimengError("unexpected_response", "The generation ended without a video.");
    return { ...finished, video };
  }

  /** Reads the full-quality file; the preview is better than nothing when that fails. */
  async #originals(
    generation: Generation,
    signal: AbortSignal | undefined,
  ): Promise<GenerationOutput[]> {
    try {
      return await this.#generations.originals(generation, { signal });
    } catch (error) {
      if (!JimengError.isInstance(error) || error.code === "cancelled") throw error;
      this.#settings.logger.warn(
        { code: error.code },
        "full-quality video not read; giving the preview",
      );
      return generation.outputs;
    }
  }
}
