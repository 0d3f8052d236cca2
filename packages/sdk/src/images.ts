// Owns the short way to pictures: prepare, start, wait, in one call.
// Refuses to know more than generations.ts tells it.

import type { Generations } from "./generations.ts";
import type { Settings } from "./options.ts";
import { prepareRequest } from "./prepare.ts";
import type {
  Generation,
  GenerationRequest,
  ImageOutput,
  ImageRequest,
  PreparedImageRequest,
  PreparedRequest,
  Warning,
} from "./requests.ts";
import type { WaitOptions } from "./wait.ts";
import { startCarefully, waitForGeneration } from "./wait.ts";

/** Is what `images.generate` and `videos.generate` may be told. */
export interface GenerateOptions extends WaitOptions {
  /** Is the caller's token of this one logical start; default a new uuid. */
  submitId?: string;
}

/** Is a finished generation with what it was asked. */
export interface Finished<R extends PreparedRequest> {
  generation: Generation;
  request: R;
  /** Are the wishes that were not honoured exactly. */
  warnings: Warning[];
}

/** Is what `images.generate` gives back. */
export interface GeneratedImages extends Finished<PreparedImageRequest> {
  /** Are the pictures; their URLs live about an hour. */
  images: ImageOutput[];
}

/** Makes pictures. */
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

/** Prepares, starts and waits (a series is continued); throws what the generation failed with. */
export async function finish<R extends PreparedRequest>(
  settings: Settings,
  generations: Generations,
  wanted: GenerationRequest,
  options: GenerateOptions,
): Promise<Finished<R>> {
  const { region, maxPromptLength, random } = settings;
  const { request, warnings } = prepareRequest(wanted, {
    region: region.id,
    maxPromptLength,
    random,
    models: generations.models(),
  });
  const operation = await startCarefully(generations, settings, request, options);
  const { signal } = options;
  const generation = await waitForGeneration(generations, settings, operation, options, {
    recover: (seen) => generations.originals(seen, { signal }),
    ...(request.kind === "image" && request.sequence !== undefined
      ? { continueSeries: async () => generations.continue(operation, request, { signal }) }
      : {}),
  });
  if (generation.error !== null) throw generation.error;
  return {
    generation,
    request: request as R,
    warnings: [...warnings, ...sizeWarnings(request, generation)],
  };
}

/** Tells when pictures came in other pixels than were asked (a 1k 16:9 job came as 1280x720, resolutions.json). */
function sizeWarnings(request: PreparedRequest, generation: Generation): Warning[] {
  if (request.kind !== "image" || request.intelligentRatio) return [];
  const other = generation.outputs.find(
    ({ width, height }) => width !== null && (width !== request.width || height !== request.height),
  );
  if (other === undefined) return [];
  return [
    {
      code: "size_differs",
      param: "width",
      message: `${request.width}x${request.height} was asked, ${other.width}x${other.height} came.`,
    },
  ];
}
