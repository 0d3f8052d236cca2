// Tells what a model or a tool takes, beside what a request asks of it.

import { defaultModels, findModel } from "@jimeng/sdk";
import type { Model, PreparedRequest } from "@jimeng/sdk";
import type { ToolName } from "@jimeng/sdk/tools";

import type { EstimateObject } from "../../api/batches/estimate.ts";

type LegalValues = EstimateObject["jobs"][number]["legal"];

const nothing: LegalValues = {
  resolutions: [],
  ratios: [],
  durations: [],
  counts: [1],
  max_references: 1,
  max_prompt_length: null,
};
const shortestMusic = 30;
const longestMusic = 360;

/** What tools take. A test compares it with what the check of their requests accepts. */
const ofTools: Partial<Record<ToolName, Partial<LegalValues>>> = {
  smart_hd: { resolutions: ["2k", "4k", "8k"] },
  outpaint: { counts: [1, 2, 3, 4], ratios: [...(findModel(defaultModels.image)?.ratios ?? [])] },
  music: { durations: [shortestMusic, longestMusic], max_references: 0 },
};

/** Returns the values that may stand in a request; `durations` of music are the shortest and the longest. */
export function toLegalValues({ tool }: PreparedRequest, model: Model | undefined): LegalValues {
  if (tool !== undefined) return { ...nothing, ...ofTools[tool] };
  if (model === undefined) return nothing;
  return {
    resolutions: [...model.resolutions],
    ratios: [...model.ratios],
    durations: [...model.durationsSeconds],
    counts: [...model.counts.options],
    max_references: model.maxReferences,
    max_prompt_length: model.maxPromptLength ?? null,
  };
}
