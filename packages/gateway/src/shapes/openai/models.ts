// Translates a model of the registry into OpenAI's Model object with what it can do and from where that is known.

import { builtInAsOf } from "@jimeng/sdk";
import type { Model, ModelFact, PriceTag } from "@jimeng/sdk";
import type { RegistryChange } from "@jimeng/sdk/registry";

import type { ModelFactObject, ModelObject } from "../../api/models.ts";

// The registry has no release dates; OpenAI's clients expect a number.
const registryCreatedAt = 1_735_689_600;

/** The facts by the names of their fields. */
const factNames: Readonly<Record<ModelFact, string>> = {
  name: "name",
  status: "status",
  resolutions: "resolutions",
  ratios: "ratios",
  durations: "durations",
  modes: "modes",
  counts: "counts",
  references: "references",
  promptLength: "max_prompt_length",
  benefits: "benefit_types",
};

/** Builds one entry of `/v1/models`; `now` is Unix milliseconds. */
export function toModelObject(
  model: Model,
  changes: readonly RegistryChange[],
  now: number,
): ModelObject {
  const regions = Object.keys(model.modelKeys);
  const limits = model.referenceLimits;
  return {
    id: model.id,
    object: "model",
    created: registryCreatedAt,
    owned_by: regions.includes("cn") ? "jimeng" : "dreamina",
    jimeng: {
      kind: model.kind,
      name: model.name ?? null,
      regions,
      modes: [...model.modes],
      ratios: [...model.ratios],
      resolutions: [...model.resolutions],
      durations: [...model.durationsSeconds],
      counts: { default: model.counts.default, options: [...model.counts.options] },
      max_references: model.maxReferences,
      reference_limits:
        limits === undefined
          ? null
          : {
              total: limits.total,
              images: limits.images,
              videos: limits.videos,
              audios: limits.audios,
              video_seconds: limits.videoSeconds ?? null,
              audio_seconds: limits.audioSeconds ?? null,
            },
      max_prompt_length: model.maxPromptLength ?? null,
      benefit_types: toBenefitTypes(model),
      cost: null,
      status: model.status,
      facts: Object.fromEntries(
        Object.entries(factNames).map(([fact, name]) => [
          name,
          toFact(model, fact as ModelFact, now),
        ]),
      ),
      changes: changes
        .filter((change) => change.model === model.id)
        .map((change) => ({
          change: change.change,
          region: change.region,
          model_key: change.modelKey,
          resolution: change.resolution,
          built_in: change.builtIn,
          live: change.live,
        })),
    },
  };
}

function toBenefitTypes(model: Model): ModelObject["jimeng"]["benefit_types"] {
  const { default: usual, byResolution, withVideo } = model.benefitType ?? {};
  const tagOf = (tag: PriceTag | undefined, resolution: string): string | undefined =>
    typeof tag === "string" ? tag : tag?.[resolution];
  return Object.fromEntries(
    model.resolutions.flatMap((resolution) => {
      const own = byResolution?.[resolution] ?? usual;
      const ofVideo = tagOf(withVideo, resolution) ?? own;
      return own === undefined && ofVideo === undefined
        ? []
        : [[resolution, { usual: own ?? null, with_video: ofVideo ?? null }]];
    }),
  );
}

function toFact(model: Model, fact: ModelFact, now: number): ModelFactObject {
  const source = model.live?.[fact];
  const at = source?.readAt ?? builtInAsOf;
  return {
    source: source === undefined ? "built_in" : "live",
    region: source?.region ?? null,
    as_of: Math.floor(at / 1000),
    age_seconds: Math.max(0, Math.floor((now - at) / 1000)),
  };
}
