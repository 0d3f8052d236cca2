// Plans the generation that a video component asks for: the six modes, lengths, sizes, benefit types (generate.md,
// models.md).

import { Refusal } from "../envelope.ts";
import { knownRefusal } from "../faults/fault.ts";
import type { ReferenceLimits, VideoMode, VideoModel } from "../models/models.ts";
import type { ModelRegistry } from "../models/registry.ts";
import { ratiosOf, resolutionsOf } from "../models/video-offers.ts";
import { checkDraft, invalidDraft, resolveInputs } from "./draft-check.ts";
import type { DraftContext } from "./draft-check.ts";
import { videoAbilities } from "./draft-schema.ts";
import type { DraftComponent, ImageReference, VideoInput } from "./draft-schema.ts";
import type { PlanInput, VideoPlan } from "./plan.ts";
import { videoSize } from "./video-sizes.ts";

/** The features that a mode must name. Omni reference works with an empty list too (one client's runs, generate.md). */
const featureOfMode: Partial<Record<VideoMode, string>> = {
  main_reference: "AIGC_GenerateType_VideoIdipFrame",
  multi_frame: "AIGC_GenerateType_VideoMultiFrame",
};
const framesPerSecond = 24;
const draftFeature = "AIGC_Video_Seedance25ResultAction";
const maxSubjectFrames = 4;
const multiFrameLimits = { minFrames: 2, maxFrames: 10, minMs: 1000, maxMs: 6000 };

function requireModel(key: string, context: DraftContext): VideoModel {
  const model = context.models.findVideo(key);
  if (model === undefined) throw invalidDraft("model_req_key is not a known video model");
  if (context.models.isRetired(key))
    throw knownRefusal("generate", "2061", { reason: `${key} is retired` });
  if (!model.regions.includes(context.region)) {
    throw new Refusal("3018", "permission denied", { reason: `${key} is not offered here` });
  }
  // A key for members on an account without a membership: entitlement, though the text speaks of risk (errors.md).
  if (model.vipOnly && !context.isVip) {
    throw knownRefusal("generate", "4013", { reason: `no membership for ${key}` });
  }
  return model;
}

function toInput(image: ImageReference): PlanInput {
  return { kind: "image", uri: image.image_uri, width: image.width, height: image.height };
}

function subjectInputs(input: VideoInput): PlanInput[] {
  const frames = input.idip_frames ?? [];
  const meta = input.idip_meta_list ?? [];
  if (frames.length > maxSubjectFrames || meta.length === 0) {
    throw invalidDraft("subject reference takes 1-4 frames and a meta list");
  }
  for (const part of meta) {
    if (part.meta_type !== "idip_frame") continue;
    if (part.frame_info === undefined || part.frame_info.image_idx >= frames.length) {
      throw invalidDraft("idip_meta_list points at no frame");
    }
  }
  return frames.map(toInput);
}

function multiFrameInputs(input: VideoInput): PlanInput[] {
  const frames = input.multi_frames ?? [];
  if (frames.length < multiFrameLimits.minFrames || frames.length > multiFrameLimits.maxFrames) {
    throw invalidDraft("multi frame takes 2-10 frames");
  }
  for (const [index, frame] of frames.entries()) {
    if (frame.idx !== index) throw invalidDraft("multi_frames are not numbered in order");
    if (frame.duration_ms < multiFrameLimits.minMs || frame.duration_ms > multiFrameLimits.maxMs) {
      throw invalidDraft("a frame lasts 1-6 s");
    }
  }
  return frames.map((frame) => toInput(frame.media_info.image_info));
}

type UnifiedEdit = NonNullable<VideoInput["unified_edit_input"]>;

/** Adds the declared lengths of one kind of material, in milliseconds. */
function lengthOf(edit: UnifiedEdit, kind: "video" | "audio"): number {
  return edit.material_list.reduce((sum, material) => {
    if (material.material_type !== kind) return sum;
    const { duration } =
      material.material_type === "video" ? material.video_info : material.audio_info;
    return sum + duration;
  }, 0);
}

function checkLimits(edit: UnifiedEdit, inputs: PlanInput[], limits: ReferenceLimits): void {
  const count = (kind: PlanInput["kind"]) => inputs.filter((input) => input.kind === kind).length;
  const { materials, images, videos, audios, videosMs, audiosMs } = limits;
  if (
    inputs.length > materials ||
    count("image") > images ||
    count("video") > videos ||
    count("audio") > audios
  ) {
    throw invalidDraft(
      `the model takes ${images} images, ${videos} videos, ${audios} audios, ${materials} materials`,
    );
  }
  if (lengthOf(edit, "video") > videosMs) {
    throw invalidDraft(`the model takes ${videosMs} ms of videos together`);
  }
  if (audiosMs !== null && lengthOf(edit, "audio") > audiosMs) {
    throw invalidDraft(`the model takes ${audiosMs} ms of audio together`);
  }
}

function omniInputs(edit: UnifiedEdit, limits: ReferenceLimits): PlanInput[] {
  const inputs = edit.material_list.map((material): PlanInput => {
    if (material.material_type === "image") return toInput(material.image_info);
    if (material.material_type === "video") {
      const { vid, width, height } = material.video_info;
      return { kind: "video", uri: vid, width, height };
    }
    return { kind: "audio", uri: material.audio_info.vid, width: 0, height: 0 };
  });
  checkLimits(edit, inputs, limits);
  for (const part of edit.meta_list) {
    if (part.meta_type === "text") continue;
    const target = inputs[part.material_ref?.material_idx ?? -1];
    if (target?.kind !== part.meta_type) throw invalidDraft("meta_list points at no such material");
  }
  return inputs;
}

function modeAndInputs(
  input: VideoInput,
  model: VideoModel,
): { mode: VideoMode; inputs: PlanInput[] } {
  const edit = input.unified_edit_input;
  if (edit != null && edit.material_list.length > 0) {
    if (model.references === undefined)
      throw invalidDraft("the model does not offer omni_reference");
    return { mode: "omni_reference", inputs: omniInputs(edit, model.references) };
  }
  if ((input.multi_frames ?? []).length > 0) {
    return { mode: "multi_frame", inputs: multiFrameInputs(input) };
  }
  if ((input.idip_frames ?? []).length > 0) {
    return { mode: "main_reference", inputs: subjectInputs(input) };
  }
  const first = input.first_frame_image ?? undefined;
  const last = input.end_frame_image ?? undefined;
  const inputs = [first, last].filter((image) => image !== undefined).map(toInput);
  if (last !== undefined) return { mode: "first_and_last_frame", inputs };
  return { mode: first === undefined ? "text_to_video" : "first_frame", inputs };
}

function promptOf(input: VideoInput): string {
  const parts = input.unified_edit_input?.meta_list ?? input.idip_meta_list ?? [];
  const metaText = parts.map((part) => part.text ?? "").join("");
  const frames = (input.multi_frames ?? []).map((frame) => frame.prompt).join(" ");
  return [input.prompt, metaText, frames].find((part) => part.trim() !== "") ?? "";
}

function durationOf(input: VideoInput, mode: VideoMode, model: VideoModel): number {
  if (mode === "multi_frame") {
    return (input.multi_frames ?? []).reduce((sum, frame) => sum + frame.duration_ms, 0);
  }
  if (!model.durations.includes(input.duration_ms / 1000)) {
    throw invalidDraft(`duration_ms ${input.duration_ms} is not offered by the model`);
  }
  return input.duration_ms;
}

/** Lists the beginnings of the benefit types that pay for a start; where a model has two, an input video decides. */
function benefitsOf(
  model: VideoModel,
  { resolution, inputs }: { resolution: string; inputs: PlanInput[] },
  models: ModelRegistry,
): readonly string[] {
  const changed = Object.entries(models.benefitsOf(model.key) ?? {});
  const set = changed.find(([name]) => name.toLowerCase() === resolution)?.[1];
  if (set !== undefined) return [set];
  const hasVideo = inputs.some((input) => input.kind === "video");
  const named = hasVideo ? undefined : model.benefitWithoutVideo?.(resolution);
  return [named ?? model.benefit(resolution), ...model.alsoPaidBy];
}

/** Checks the price tag. Endings differ between captures (seconds), so beginnings are compared (generate.md). */
function checkBenefit(benefitType: string, beginnings: readonly string[]): void {
  if (benefitType === "") throw invalidDraft("extend.m_video_commerce_info is missing");
  if (!beginnings.some((beginning) => benefitType.startsWith(beginning))) {
    throw invalidDraft("benefit_type does not belong to the model, the resolution and the inputs");
  }
}

function checkPrompt(prompt: string, mode: VideoMode, model: VideoModel): void {
  if (prompt.trim() === "" && mode === "text_to_video") throw invalidDraft("the prompt is empty");
  // The site's configuration has these limits; that its server holds them too is assumed [I].
  if (model.maxPromptLength !== undefined && Array.from(prompt).length > model.maxPromptLength) {
    throw invalidDraft(`the prompt has more than ${model.maxPromptLength} characters`);
  }
}

function checkFeatures(minFeatures: string[], mode: VideoMode, model: VideoModel): void {
  const needed = [featureOfMode[mode], model.isDraft === true ? draftFeature : undefined];
  for (const feature of needed) {
    if (feature !== undefined && !minFeatures.includes(feature)) {
      throw invalidDraft(`min_features lacks ${feature}`);
    }
  }
}

function resolutionOf(input: VideoInput, model: VideoModel, context: DraftContext): string {
  const offered = resolutionsOf(model, context.region);
  // A model with one resolution makes it whatever is sent (generate.md).
  const requested = offered.length > 1 ? input.resolution : undefined;
  const resolution = (requested ?? offered[0] ?? "720p").toLowerCase();
  // The list spells some resolutions in capitals; which spellings a start may have is not known, so any is taken [I].
  if (!offered.some((one) => one.toLowerCase() === resolution)) {
    throw invalidDraft(`resolution ${resolution} is not offered by the model`);
  }
  return resolution;
}

/**
 * Plans a `video_base_component`; refuses a draft that the pages do not allow with 1000, and one without the right to
 * its model with 3018.
 */
export function planVideo(
  component: DraftComponent,
  minFeatures: string[],
  context: DraftContext,
): VideoPlan {
  if (component.generate_type !== "gen_video") {
    throw invalidDraft(`generate_type ${component.generate_type} is not known for video`);
  }
  const abilities = checkDraft(videoAbilities, component.abilities, "abilities");
  const parameters = abilities.gen_video.text_to_video_params;
  const model = requireModel(parameters.model_req_key, context);
  const input = parameters.video_gen_inputs[0];
  if (input === undefined) throw invalidDraft("video_gen_inputs is empty");
  if (model.isDraft === true && input.is_draft_mode !== true) {
    throw invalidDraft("is_draft_mode is not true for a model of samples");
  }
  const { mode, inputs: named } = modeAndInputs(input, model);
  if (!model.modes.includes(mode)) throw invalidDraft(`the model does not offer ${mode}`);
  checkFeatures(minFeatures, mode, model);
  const inputs = resolveInputs(named, context);
  const prompt = promptOf(input);
  checkPrompt(prompt, mode, model);
  const resolution = resolutionOf(input, model, context);
  checkBenefit(context.benefitType, benefitsOf(model, { resolution, inputs }, context.models));
  const aspectRatio = parameters.video_aspect_ratio ?? "16:9";
  if (!ratiosOf(model).includes(aspectRatio))
    throw invalidDraft("video_aspect_ratio is not offered");
  const size = videoSize(aspectRatio, resolution, mode === "text_to_video" ? undefined : inputs[0]);
  if (size === undefined) throw invalidDraft("video_aspect_ratio is not known");
  return {
    kind: "video",
    generateType: 10,
    mode,
    modelKey: model.key,
    modelName: model.name,
    benefitType: context.benefitType,
    prompt,
    seed: parameters.seed ?? 0,
    aspectRatio,
    resolution,
    ...size,
    durationMs: durationOf(input, mode, model),
    framesPerSecond,
    inputs,
  };
}
