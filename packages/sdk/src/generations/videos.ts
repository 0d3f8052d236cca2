// Makes a video in one call: prepares, starts, waits.

import { JimengError } from "../errors.ts";
import type { GenerateOptions } from "./finish.ts";
import type { Finished, InterpolatedVideo } from "./results.ts";
import type { Generations } from "./generations.ts";
import type { Settings } from "../options.ts";
import type {
  Generation,
  GenerationOutput,
  PreparedVideoRequest,
  PreparedVideoToolRequest,
  VideoOutput,
  VideoRequest,
  VideoToolRequest,
} from "../requests.ts";

/** The result of `videos.generate`. */
export interface GeneratedVideo extends Finished<PreparedVideoRequest> {
  video: VideoOutput;
}

/** The videos resource of a client. */
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
    return this.#finish<PreparedVideoRequest>({ ...request, kind: "video" }, options);
  }

  /**
   * Brings a video to 60 frames a second (补帧) and waits: an uploaded one, or a finished one of this account. Throws as
   * `generate` does.
   */
  async interpolate(
    request: Pick<VideoToolRequest, "video" | "product">,
    options: GenerateOptions = {},
  ): Promise<InterpolatedVideo> {
    const wanted: VideoToolRequest = { ...request, kind: "video", tool: "frame_interpolation" };
    return this.#finish<PreparedVideoToolRequest>(wanted, options);
  }

  async #finish<R extends PreparedVideoRequest | PreparedVideoToolRequest>(
    request: VideoRequest | VideoToolRequest,
    options: GenerateOptions,
  ): Promise<Finished<R> & { video: VideoOutput }> {
    const { finish } = await import("./finish.ts");
    const finished = await finish<R>(this.#settings, this.#generations, request, options);
    const outputs = await this.#fullQuality(finished.generation, options.signal);
    const video = outputs.find((output) => output.kind === "video");
    if (video === undefined)
      throw new JimengError("unexpected_response", "The generation ended without a video.");
    return { ...finished, video };
  }

  /** Reads the full-quality file; returns the preview when that fails. */
  async #fullQuality(
    generation: Generation,
    signal: AbortSignal | undefined,
  ): Promise<GenerationOutput[]> {
    try {
      return await this.#generations.fullQuality(generation, { signal });
    } catch (error) {
      if (!JimengError.isInstance(error) || error.code === "cancelled") throw error;
      this.#settings.logger.warn(
        { code: error.code },
        "the full-quality video could not be read; the preview is returned",
      );
      return generation.outputs;
    }
  }
}
