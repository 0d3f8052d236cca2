// Makes pictures in one call: prepares, starts, waits.

import type { Finished, GenerateOptions } from "./finish.ts";
import type { Generations } from "./generations.ts";
import type { Settings } from "../options.ts";
import type { ImageOutput, ImageRequest, PreparedImageRequest } from "../requests.ts";

/** The result of `images.generate`. */
export interface GeneratedImages extends Finished<PreparedImageRequest> {
  /** The pictures; their URLs live about an hour. */
  images: ImageOutput[];
}

/** The images resource of a client. */
export class Images {
  readonly #settings: Settings;
  readonly #generations: Generations;

  constructor(settings: Settings, generations: Generations) {
    this.#settings = settings;
    this.#generations = generations;
  }

  /**
   * Makes pictures and waits for them. Throws the generation's own error when it fails, `outcome_unknown`
   * when the start's answer was lost for good, `generation_timeout` at the deadline.
   */
  async generate(
    request: Omit<ImageRequest, "kind">,
    options: GenerateOptions = {},
  ): Promise<GeneratedImages> {
    // Loaded on first use, before anything is paid: callers of `generations.start` never need it.
    const { finish } = await import("./finish.ts");
    const finished = await finish<PreparedImageRequest>(
      this.#settings,
      this.#generations,
      { ...request, kind: "image" },
      options,
    );
    return {
      ...finished,
      images: finished.generation.outputs.filter((output) => output.kind === "image"),
    };
  }
}
