// Plans the generation that a video component asks for: the six modes, lengths, sizes, benefit types (generate.md,
// models.md).

import { Refusal } from "../envelope.ts";
import type { VideoMode, VideoModel } from "../models/models.ts";
import { checkDraft, invalidDraft, resolveInputs } from "./draft-check.ts";
import type { DraftContext } from "./draft-check.ts";
import { videoAbilities } from "./draft-schema.ts";
import type { DraftComponent, ImageReference, VideoInput } from "./draft-schema.ts";
import type { PlanInput, VideoPlan } from "./plan.ts";
import { videoSize } from "./video-sizes.ts";

const featureOfMode: Partial<Record<VideoMode, string>> = {
  main_reference: "AIGC_GenerateType_VideoIdipFrame",
  multi_frame: "AIGC_GenerateType_VideoMultiFrame",
  omni_reference: "AIGC_Video_UnifiedEdit",
};
const maxSubjectFrames = 4;
const multiFrameLimits = { minFrames: 2, maxFrames: 10, minMs: 1000, maxMs: 6000 };
const omniLimits = { images: 9, videos: 3, materials: 12, videoTotalMs: 15_000 };

function requireModel(key: string, context: DraftContext): VideoModel {
  const model = context.models.findVideo(key);
  if (model === undefined) throw invalidDraft("model_req_key is not a known video model");
  if (!model.regions.includes(context.region) || (model.vipOnly && !context.isVip)) {
    throw new Refusal("3018", "permission denied", { reason: `no right to ${key}` });
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

function omniInputs(edit: NonNullable<VideoInput["unified_edit_input"]>): PlanInput[] {
  const inputs = edit.material_list.map((material): PlanInput => {
    if (material.material_type === "image") return toInput(material.image_info);
    if (material.material_type === "video") {
      const { vid, width, height } = material.video_info;
      return { kind: "video", uri: vid, width, height };
    }
    return { kind: "audio", uri: material.audio_info.vid, width: 0, height: 0 };
  });
  const videoMs = edit.material_list.reduce(
    (sum, material) =>
      sum + (material.material_type === "video" ? material.video_info.duration : 0),
    0,
  );
  const count = (kind: PlanInput["kind"]) => inputs.filter((input) => input.kind === kind).length;
  if (
    inputs.length > omniLimits.materials ||
    count("image") > omniLimits.images ||
    count("video") > omniLimits.videos ||
    videoMs > omniLimits.videoTotalMs
  ) {
    throw invalidDraft("omni reference takes 9 images, 3 videos of 15 s together, 12 materials");
  }
  for (const part of edit.meta_list) {
    if (part.meta_type === "text") continue;
    const target = inputs[part.material_ref?.material_idx ?? -1];
    if (target?.kind !== part.meta_type) throw invalidDraft("meta_list points at no such material");
  }
  return inputs;
}

function modeAndInputs(input: VideoInput): { mode: VideoMode; inputs: PlanInput[] } {
  if (input.unified_edit_input != null && input.unified_edit_input.material_list.length > 0) {
    return { mode: "omni_reference", inputs: omniInputs(input.unified_edit_input) };
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

function checkBenefit(model: VideoModel, benefitType: string): void {
  if (benefitType === "") throw invalidDraft("extend.m_video_commerce_info is missing");
  // The endings differ between captures (resolution, seconds), so beginnings are compared (models.md, questions 42 to
  // 44).
  if (model.benefits.length === 0) return;
  if (!model.benefits.some((beginning) => benefitType.startsWith(beginning))) {
    throw invalidDraft("benefit_type does not belong to the model");
  }
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
  checkBenefit(model, context.benefitType);
  const input = parameters.video_gen_inputs[0];
  if (input === undefined) throw invalidDraft("video_gen_inputs is empty");
  const { mode, inputs: named } = modeAndInputs(input);
  if (!model.modes.includes(mode)) throw invalidDraft(`the model does not offer ${mode}`);
  const feature = featureOfMode[mode];
  if (feature !== undefined && !minFeatures.includes(feature)) {
    throw invalidDraft(`min_features lacks ${feature}`);
  }
  const inputs = resolveInputs(named, context);
  const prompt = promptOf(input);
  if (prompt.trim() === "" && mode === "text_to_video") throw invalidDraft("the prompt is empty");
  // Only some models read the field; the others have one resolution whatever is sent (generate.md).
  const requested = model.readsResolution ? input.resolution : undefined;
  const resolution = requested ?? model.resolutions[0] ?? "720p";
  if (!model.resolutions.includes(resolution)) {
    throw invalidDraft(`resolution ${resolution} is not offered by the model`);
  }
  const aspectRatio = parameters.video_aspect_ratio ?? "16:9";
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
    inputs,
  };
}
