// Plans the generation that an image component asks for: text to image or blend (generate.md).

import { Refusal } from "../envelope.ts";
import { knownRefusal } from "../faults/fault.ts";
import type { ImageModel } from "../models/models.ts";
import { outputSize } from "../models/output-size.ts";
import type { Region } from "../regions.ts";
import { checkDraft, invalidDraft, resolveInputs } from "./draft-check.ts";
import type { DraftContext } from "./draft-check.ts";
import { imageAbilities } from "./draft-schema.ts";
import type { DraftComponent, ImageAbilities } from "./draft-schema.ts";
import type { ImagePlan, PlanInput } from "./plan.ts";

const resolutionTypes: ReadonlySet<string> = new Set(["1k", "1.5k", "2k", "4k"]);
const defaultSampleStrength = 0.5;
const defaultSidePixels = 2048;
/** A little more than the largest 1k and 2k sizes (sizes.md). */
const max1kPixels = 1_800_000;
const max2kPixels = 4_200_000;
const squareRatio = 1;
/** Largest number of images of one sequence; more is cut to it (generate.md). */
const maxSequenceTotal = 15;
/** Number of images that a longer sequence makes first; the rest needs `action: 2` (generate.md [S]). */
const sequenceStep = 4;
const usCountWithoutOption = 2;

type CoreParam = NonNullable<ImageAbilities["generate"]>["core_param"];
type Blend = NonNullable<ImageAbilities["blend"]>;

function requireModel(key: string, { models, region }: DraftContext): ImageModel {
  const model = models.findImage(key);
  if (model === undefined) throw invalidDraft("core_param.model is not a known image model");
  if (models.isRetired(key))
    throw knownRefusal("generate", "2061", { reason: `${key} is retired` });
  if (!model.regions.includes(region)) {
    throw new Refusal("3018", "permission denied", { reason: `model is not offered in ${region}` });
  }
  return model;
}

/** Returns the resolution of a size whose sender names none, as clients for the 2.x models did. */
function guessResolution(width: number, height: number): string {
  const pixels = width * height;
  if (pixels <= max1kPixels) return "1k";
  return pixels <= max2kPixels ? "2k" : "4k";
}

/** Returns the size that comes out and the resolution that is billed. */
function sizeOf(
  core: CoreParam,
  model: ImageModel,
): { width: number; height: number; resolutionType: string } {
  const info = core.large_image_info;
  if (info === undefined) {
    if (core.intelligent_ratio !== true) throw invalidDraft("large_image_info is missing");
    return {
      width: defaultSidePixels,
      height: defaultSidePixels,
      resolutionType: "2k",
    };
  }
  const resolutionType = info.resolution_type ?? guessResolution(info.width, info.height);
  if (!resolutionTypes.has(resolutionType)) {
    throw invalidDraft("large_image_info.resolution_type is not known");
  }
  // Without a resolution type, as older clients send it, only the pixels say what is wanted.
  const size = info.resolution_type === undefined ? info : outputSize(model, resolutionType, info);
  return { width: size.width, height: size.height, resolutionType };
}

/** Reads how many images the words of a prompt ask for, as the site does for 4.x (generate.md). */
function sequenceTotal(prompt: string): number | undefined {
  const match = /(\d{1,2})\s*张/.exec(prompt);
  const wanted = match === null ? 0 : Number(match[1]);
  return wanted > sequenceStep ? Math.min(wanted, maxSequenceTotal) : undefined;
}

/** Returns how many images are made where nothing says how many. */
function defaultCount(model: ImageModel, abilities: ImageAbilities, region: Region): number {
  // One live account in the US: without `gen_option` two images come back (generate.md).
  return region === "us" && abilities.gen_option === undefined
    ? usCountWithoutOption
    : model.defaultCount;
}

/**
 * Chooses how many images are made. Only `gen_count` beside the ability is read: inside it the upstream silently makes
 * four (generate.md, question 41).
 */
function countOf(
  model: ImageModel,
  abilities: ImageAbilities,
  { prompt, region }: { prompt: string; region: Region },
): { count: number; total: number } {
  if (model.counts.length === 1) return { count: model.defaultCount, total: model.defaultCount };
  const requested = abilities.gen_option?.gen_count;
  if (requested === undefined) {
    const total = model.sequence ? sequenceTotal(prompt) : undefined;
    if (total !== undefined) return { count: sequenceStep, total };
    const count = defaultCount(model, abilities, region);
    return { count, total: count };
  }
  if (!model.counts.includes(requested))
    throw invalidDraft("gen_count is not offered by the model");
  return { count: requested, total: requested };
}

function planCore(
  core: CoreParam,
  abilities: ImageAbilities,
  context: DraftContext,
): Omit<ImagePlan, "generateType" | "inputs"> & { model: ImageModel } {
  const model = requireModel(core.model, context);
  if (core.image_ratio === undefined && core.intelligent_ratio !== true) {
    throw invalidDraft("image_ratio is missing");
  }
  return {
    kind: "image",
    model,
    modelKey: model.key,
    modelName: model.name,
    modelSource: model.source,
    prompt: core.prompt,
    negativePrompt: core.negative_prompt ?? "",
    seed: core.seed ?? 0,
    sampleStrength: core.sample_strength ?? defaultSampleStrength,
    imageRatio: core.image_ratio ?? squareRatio,
    ...sizeOf(core, model),
    ...countOf(model, abilities, { prompt: core.prompt, region: context.region }),
  };
}

function blendInputs(blend: Blend, model: ImageModel): PlanInput[] {
  const inputs = blend.ability_list.flatMap((ability) => {
    if (ability.image_uri_list.length !== ability.image_list.length) {
      throw invalidDraft("image_uri_list and image_list differ in length");
    }
    return ability.image_list.map((image, index): PlanInput => {
      if (image.image_uri !== ability.image_uri_list[index]) {
        throw invalidDraft("image_uri_list and image_list name different images");
      }
      return { kind: "image", uri: image.image_uri, width: image.width, height: image.height };
    });
  });
  if (inputs.length > model.maxReferences) {
    throw invalidDraft(`the model takes at most ${model.maxReferences} reference images`);
  }
  for (const placeholder of blend.prompt_placeholder_info_list) {
    if (placeholder.ability_index >= blend.ability_list.length) {
      throw invalidDraft("prompt_placeholder_info_list points at no ability");
    }
  }
  return inputs;
}

/**
 * Plans an `image_base_component`; refuses a draft that the pages do not allow with 1000, and one without the right to
 * its model with 3018.
 */
export function planImage(component: DraftComponent, context: DraftContext): ImagePlan {
  const abilities = checkDraft(imageAbilities, component.abilities, "abilities");
  if (component.generate_type === "generate" && abilities.generate !== undefined) {
    const { model: _model, ...core } = planCore(abilities.generate.core_param, abilities, context);
    if (core.prompt.trim() === "") throw invalidDraft("the prompt is empty");
    return { ...core, generateType: 1, inputs: [] };
  }
  if (component.generate_type === "blend" && abilities.blend !== undefined) {
    const { model, ...core } = planCore(abilities.blend.core_param, abilities, context);
    const inputs = resolveInputs(blendInputs(abilities.blend, model), context);
    return { ...core, generateType: 12, inputs };
  }
  throw invalidDraft(`generate_type ${component.generate_type} does not match the abilities`);
}
