// Makes pictures in one call: prepares, starts, waits.

import type { GenerateOptions } from "./finish.ts";
import type { EditedImages, Finished } from "./results.ts";
import type { Generations } from "./generations.ts";
import type { Settings } from "../options.ts";
import type {
  ImageOutput,
  ImageRequest,
  ImageToolRequest,
  PreparedImageRequest,
  PreparedImageToolRequest,
} from "../requests.ts";

/** The result of `images.generate`. */
export interface GeneratedImages extends Finished<PreparedImageRequest> {
  /** The pictures; their URLs live about an hour. */
  images: ImageOutput[];
}

type OfTool<Names extends keyof ImageToolRequest> = Pick<
  ImageToolRequest,
  "image" | "product" | Names
>;

/** A picture to make larger. */
export interface UpscaleRequest extends OfTool<
  "resolution" | "originalStrength" | "detailStrength"
> {
  /** `hd` (超清, free where it was seen) or `smart` (智能超清); default hd. */
  mode?: "hd" | "smart";
}

/** A picture to extend at its sides. */
export type OutpaintRequest = OfTool<"top" | "bottom" | "left" | "right" | "ratio" | "count">;

/** A finished picture of the account whose details are to be repaired. */
export type RefineRequest = OfTool<never>;

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
    return this.#finish<PreparedImageRequest>({ ...request, kind: "image" }, options);
  }

  /** Makes a picture larger (HD or smart HD) and waits. Throws as `generate` does. */
  async upscale(request: UpscaleRequest, options: GenerateOptions = {}): Promise<EditedImages> {
    const { mode = "hd", ...rest } = request;
    return this.#edit({ ...rest, tool: mode === "smart" ? "smart_hd" : mode }, options);
  }

  /** Extends a picture at its sides and waits. Throws as `generate` does. */
  async outpaint(request: OutpaintRequest, options: GenerateOptions = {}): Promise<EditedImages> {
    return this.#edit({ ...request, tool: "outpaint" }, options);
  }

  /** Repairs the details of a finished picture of this account and waits. Throws as `generate` does. */
  async refine(request: RefineRequest, options: GenerateOptions = {}): Promise<EditedImages> {
    return this.#edit({ ...request, tool: "detail_fix" }, options);
  }

  async #edit(
    request: Omit<ImageToolRequest, "kind">,
    options: GenerateOptions,
  ): Promise<EditedImages> {
    return this.#finish<PreparedImageToolRequest>({ ...request, kind: "image" }, options);
  }

  async #finish<R extends PreparedImageRequest | PreparedImageToolRequest>(
    request: ImageRequest | ImageToolRequest,
    options: GenerateOptions,
  ): Promise<Finished<R> & { images: ImageOutput[] }> {
    // Loaded on first use, before anything is paid: callers of `generations.start` never need it.
    const { finish } = await import("./finish.ts");
    const finished = await finish<R>(this.#settings, this.#generations, request, options);
    const { outputs } = finished.generation;
    return { ...finished, images: outputs.filter((output) => output.kind === "image") };
  }
}
