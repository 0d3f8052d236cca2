// Builds an entry of the live list of video models: options by key and price tags (common-config.md, fixture
// common_config_video).

import type { VideoMode, VideoModel } from "../models/models.ts";
import { ratiosOf, resolutionsOf } from "../models/video-offers.ts";
import type { Region } from "../regions.ts";
import { priceConfigs } from "./price-shape.ts";

const iconUrl = "https://simulated.invalid/icon.png";
const online = 0;
const resource = { id: "generate_video", amount: 1 };
const framesPerSecond = 24;
const usualRatio = "16:9";
const editSeconds = { min: 4, max: 30 };

/** The names by which the list tells what a model takes. */
const mediaOfMode: Readonly<Record<VideoMode, string>> = {
  text_to_video: "prompt",
  first_frame: "first_frame",
  first_and_last_frame: "end_frame",
  main_reference: "idip_frame",
  multi_frame: "multi_frame",
  omni_reference: "unified_edit",
};

/** Builds an option that is a choice, the default being the first value unless another is named. */
function choice(
  key: string,
  values: readonly string[] | readonly number[],
  usual?: string,
): Record<string, unknown> {
  const isText = typeof values[0] === "string";
  const index = values.findIndex((value) => value === usual);
  const list = isText ? { string_value: values } : { int_value: values };
  return {
    key,
    forbidden_display: false,
    enum_val: { ...list, default_val_idx: Math.max(0, index) },
  };
}

function referenceOption(model: VideoModel): Array<Record<string, unknown>> {
  const limits = model.references;
  if (limits === undefined) return [];
  const totals = {
    max_total_video_duration: limits.videosMs / 1000,
    ...(limits.audiosMs === null ? {} : { max_total_audio_duration: limits.audiosMs / 1000 }),
  };
  return [
    {
      key: "unified_edit",
      forbidden_display: false,
      unified_edit_val: {
        max_resource_count: limits.materials,
        max_image_count: limits.images,
        max_video_count: limits.videos,
        max_audio_count: limits.audios,
        ...totals,
      },
    },
  ];
}

/** Builds the options of editing, which only Seedance 2.5 has, and of finishing its samples. */
function editOptions(model: VideoModel): Array<Record<string, unknown>> {
  if (model.isDraft === true) {
    const resolution = { string_value: ["720p", "1080p"], disabled_string_value: [] };
    return [
      {
        key: "generate_from_draft_config",
        forbidden_display: false,
        generate_from_draft_config_val: { resolution },
      },
    ];
  }
  if (model.benefitWithoutVideo === undefined) return [];
  return [
    {
      key: "edit_config",
      forbidden_display: false,
      edit_config_val: {
        duration_mode: "adaptive",
        video_aspect_ratio_mode: "adaptive",
        default_model_req_key: model.key,
        edit_min_video_duration: editSeconds.min,
        edit_max_video_duration: editSeconds.max,
      },
    },
  ];
}

/** Builds the entry of one model; `changed` holds benefit types that were set while the simulator runs. */
export function videoModelShape(
  model: VideoModel,
  region: Region,
  changed: Readonly<Record<string, string>> | undefined,
): Record<string, unknown> {
  const resolutions = resolutionsOf(model, region);
  const benefits = Object.fromEntries(
    resolutions.map((resolution) => [resolution, model.benefit(resolution)]),
  );
  return {
    icon_url: iconUrl,
    model_req_key: model.key,
    model_name: model.name,
    model_name_starling_key: "video_3",
    model_tip: "",
    model_status: online,
    options: [
      choice("resolution", resolutions),
      choice(
        "frames",
        model.durations.map((seconds) => seconds * framesPerSecond),
      ),
      choice("video_aspect_ratio", ratiosOf(model), usualRatio),
      choice(
        "input_media_type",
        model.modes.map((mode) => mediaOfMode[mode]),
      ),
      ...referenceOption(model),
      ...editOptions(model),
    ],
    commercial_config: {
      resolution_price_configs: priceConfigs({ ...benefits, ...changed }, resource),
    },
    extra: { is_draft_mode: model.isDraft === true },
  };
}
