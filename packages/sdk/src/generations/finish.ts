// Runs one generation from request to end: prepares, starts, waits, and warns when the results differ from the request.

import type { Finished } from "./results.ts";
import { startCarefully } from "./careful-start.ts";
import type { Generations } from "./generations.ts";
import { refuseUnknownNames } from "../known-names.ts";
import type { NamesOf } from "../known-names.ts";
import type { Settings } from "../options.ts";
import { prepareRequest } from "../prepare/prepare.ts";
import { prepareToolRequest } from "../prepare/tools.ts";
import type { Generation, GenerationRequest, PreparedRequest, Warning } from "../requests.ts";
import { waitForGeneration, waitOptionNames } from "./wait.ts";
import type { WaitOptions } from "./wait.ts";

/** Options of `images.generate` and `videos.generate`. */
export interface GenerateOptions extends WaitOptions {
  /** The caller's token for this one logical start; default a new uuid. */
  submitId?: string;
}

const optionNames: NamesOf<GenerateOptions> = { ...waitOptionNames, submitId: true };

/** Prepares, starts and waits (a series is continued). Throws the generation's own error when it failed. */
export async function finish<R extends PreparedRequest>(
  settings: Settings,
  generations: Generations,
  wanted: GenerationRequest,
  options: GenerateOptions,
): Promise<Finished<R>> {
  refuseUnknownNames(options, optionNames);
  const { region, maxPromptLength, random } = settings;
  const checks = { region: region.id, maxPromptLength, random, models: generations.models() };
  const { request, warnings } =
    wanted.tool === undefined ? prepareRequest(wanted, checks) : prepareToolRequest(wanted, checks);
  const operation = await startCarefully(generations, settings, request, options);
  const { signal } = options;
  const generation = await waitForGeneration(generations, settings, operation, options, {
    recover: (seen) => generations.fullQuality(seen, { signal }),
    ...(request.tool === undefined && request.kind === "image" && request.sequence !== undefined
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

/** Returns a warning when pictures have other pixels than requested (a 1k 16:9 job came as 1280x720, sizes.md). */
function sizeWarnings(request: PreparedRequest, generation: Generation): Warning[] {
  if (request.kind !== "image" || request.tool !== undefined || request.intelligentRatio) return [];
  const other = generation.outputs.find(
    ({ width, height }) => width !== null && (width !== request.width || height !== request.height),
  );
  if (other === undefined) return [];
  return [
    {
      code: "size_differs",
      param: "width",
      message: `${request.width}x${request.height} was requested, ${other.width}x${other.height} came.`,
    },
  ];
}
