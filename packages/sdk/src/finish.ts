// One generation from request to end, of either kind: prepare, start, wait, and what came otherwise than asked.

import { startCarefully } from "./careful-start.ts";
import type { Generations } from "./generations.ts";
import type { Settings } from "./options.ts";
import { prepareRequest } from "./prepare/prepare.ts";
import type { Generation, GenerationRequest, PreparedRequest, Warning } from "./requests.ts";
import { waitForGeneration } from "./wait.ts";
import type { WaitOptions } from "./wait.ts";

/** What `images.generate` and `videos.generate` may be told. */
export interface GenerateOptions extends WaitOptions {
  /** The caller's token of this one logical start; default a new uuid. */
  submitId?: string;
}

/** A finished generation with what it was asked. */
export interface Finished<R extends PreparedRequest> {
  generation: Generation;
  request: R;
  /** What was not honoured exactly. */
  warnings: Warning[];
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
