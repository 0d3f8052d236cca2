// Translates a model of the registry into OpenAI's Model object with what it can do.

import type { Model } from "@jimeng/sdk";

import type { ModelObject } from "../../api/models.ts";

// The registry has no release dates; OpenAI's clients expect a number.
const registryCreatedAt = 1_735_689_600;

/** Builds one entry of `/v1/models`. */
export function toModelObject(model: Model): ModelObject {
  const regions = Object.keys(model.modelKeys);
  return {
    id: model.id,
    object: "model",
    created: registryCreatedAt,
    owned_by: regions.includes("cn") ? "jimeng" : "dreamina",
    jimeng: {
      kind: model.kind,
      regions,
      modes: [...model.modes],
      ratios: [...model.ratios],
      resolutions: [...model.resolutions],
      durations: [...model.durationsSeconds],
      counts: { default: model.counts.default, options: [...model.counts.options] },
      max_references: model.maxReferences,
      cost: null,
      status: model.status,
    },
  };
}
