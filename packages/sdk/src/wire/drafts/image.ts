// Builds the drafts of pictures: text to image, and images to image (blend), with their count and size.

import type { Model } from "../../models/model.ts";
import { sequenceWords } from "../../prepare/image.ts";
import type { PreparedImageRequest, UploadedImage } from "../../requests.ts";
import { buildImageInfo, requireModelKey } from "./parts.ts";
import type { DraftInput, DraftParts } from "./parts.ts";

/** The oldest client version that may open a picture's draft (generate.md [C]). */
const imageMinVersion = "3.0.2";
/** The same for a blend of several pictures (captures, open question 40). */
const blendMinVersion = "3.2.9";

/** The codes of `image_ratio` (sizes.md [C]; the sizes beside them win, open question 47). */
export const imageRatioCodes: Readonly<Record<string, number>> = {
  "1:1": 1,
  "3:4": 2,
  "16:9": 3,
  "4:3": 4,
  "9:16": 5,
  "2:3": 6,
  "3:2": 7,
  "21:9": 8,
};

// One mark per picture in front of the prompt (captures for 1, 2 and 3 pictures; open question 39).
const referenceMark = "##";
const referenceAbility = "byte_edit";
const defaultReferenceStrength = 0.5;

/** Builds a picture's parts of a start's body (generate.md). */
export function buildImageParts(
  request: PreparedImageRequest,
  input: DraftInput,
  id: () => string,
): DraftParts {
  const modelKey = requireModelKey(input.model, input.region);
  const references = request.references ?? [];
  const blends = references.length > 0;
  const ability = blends
    ? buildBlend(request, references, modelKey, id)
    : buildGenerate(request, input.model, modelKey, id);
  return {
    modelKey,
    minVersion: references.length > 1 ? blendMinVersion : imageMinVersion,
    minFeatures: [],
    component: {
      type: "image_base_component",
      min_version: imageMinVersion,
      generate_type: blends ? "blend" : "generate",
      abilities: { type: "", id: id(), ...ability, ...buildCount(request, input.model, id) },
    },
    extend: {},
    metricsExtra: JSON.stringify({
      promptSource: "custom",
      generateCount: 1,
      enterFrom: "click",
      generateId: input.submitId,
      isRegenerate: false,
    }),
  };
}

function buildGenerate(
  request: PreparedImageRequest,
  model: Model,
  modelKey: string,
  id: () => string,
): Record<string, unknown> {
  return {
    generate: {
      type: "",
      id: id(),
      core_param: {
        type: "",
        id: id(),
        model: modelKey,
        prompt: promptOf(request),
        negative_prompt: request.negativePrompt ?? "",
        seed: request.seed,
        ...buildSharedCore(request, id),
      },
      ...(choosesCount(model) ? {} : { history_option: { type: "", id: id() } }),
    },
  };
}

function buildBlend(
  request: PreparedImageRequest,
  references: readonly UploadedImage[],
  modelKey: string,
  id: () => string,
): Record<string, unknown> {
  return {
    blend: {
      type: "",
      id: id(),
      ...(references.length > 1 ? { min_version: blendMinVersion } : {}),
      min_features: [],
      core_param: {
        type: "",
        id: id(),
        model: modelKey,
        prompt: referenceMark.repeat(references.length) + promptOf(request),
        ...buildSharedCore(request, id),
      },
      ability_list: references.map((reference) => ({
        type: "",
        id: id(),
        name: referenceAbility,
        image_uri_list: [reference.imageUri],
        image_list: [buildImageInfo(reference, id)],
        strength: request.referenceStrength ?? defaultReferenceStrength,
      })),
      prompt_placeholder_info_list: references.map((_reference, index) => ({
        type: "",
        id: id(),
        ability_index: index,
      })),
      postedit_param: { type: "", id: id(), generate_type: 0 },
    },
  };
}

function promptOf(request: PreparedImageRequest): string {
  return request.sequence === undefined
    ? request.prompt
    : request.prompt + sequenceWords(request.sequence);
}

function choosesCount(model: Model): boolean {
  return model.counts.options.length > 1;
}

function buildCount(
  request: PreparedImageRequest,
  model: Model,
  id: () => string,
): Record<string, unknown> {
  // A series takes its number from the prompt; a count beside it would ask for single pictures.
  if (!choosesCount(model) || request.sequence !== undefined) return {};
  // The count has an effect only beside `generate`; inside it the upstream always makes four pictures.
  return {
    gen_option: { type: "", id: id(), generate_all: false, gen_count: request.upstreamCount },
  };
}

function buildSharedCore(request: PreparedImageRequest, id: () => string): Record<string, unknown> {
  const code = request.ratio === undefined ? undefined : imageRatioCodes[request.ratio];
  return {
    sample_strength: request.sampleStrength,
    // Left out when the upstream chooses the ratio itself (智能, generate.md).
    ...(request.intelligentRatio || code === undefined ? {} : { image_ratio: code }),
    large_image_info: {
      type: "",
      id: id(),
      height: request.height,
      width: request.width,
      resolution_type: request.resolution,
    },
    intelligent_ratio: request.intelligentRatio,
  };
}
