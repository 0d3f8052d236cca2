// Answers the live model lists (models.md, fixture common_config_image).

import * as z from "zod";

import { checkBody } from "../endpoint.ts";
import type { Endpoint } from "../endpoint.ts";
import type { ImageModel, VideoModel } from "../models/models.ts";
import {
  legacySizes1k,
  liveSizes1point5k,
  liveSizes2k,
  liveSizes4k,
  smallSizes1k,
} from "../models/sizes.ts";
import type { SizeTable } from "../models/sizes.ts";

const iconUrl = "https://simulated.invalid/icon.png";
const resolutionNames: Readonly<Record<string, string>> = {
  "1k": "标清 1K",
  "1.5k": "标清 1.5K",
  "2k": "高清 2K",
  "4k": "超清 4K",
};
const fixedCount = 1;

function sizesOf(model: ImageModel, resolution: string): SizeTable {
  if (resolution === "1k") return model.counts.length === fixedCount ? legacySizes1k : smallSizes1k;
  if (resolution === "1.5k") return liveSizes1point5k;
  return resolution === "4k" ? liveSizes4k : liveSizes2k;
}

function resolutionEntry(model: ImageModel, resolution: string): Record<string, unknown> {
  const sizes = Object.entries(sizesOf(model, resolution));
  const sides = sizes.flatMap(([, size]) => size);
  return {
    image_ratio_sizes: sizes.map(([code, [width, height]]) => ({
      ratio_type: Number(code),
      width,
      height,
    })),
    image_range_config: {
      min_length: Math.min(...sides),
      max_length: Math.max(...sides),
      max_pixel_num: Math.max(...sizes.map(([, [width, height]]) => width * height)),
    },
    resolution_name: resolutionNames[resolution] ?? resolution,
  };
}

function imageEntry(model: ImageModel): Record<string, unknown> {
  return {
    icon_url: iconUrl,
    model_req_key: model.key,
    model_name: model.name,
    model_name_starling_key: "dreamina_image4_title",
    model_tip: "支持多参考图、系列组图生成",
    is_new_model: true,
    sample_steps: { steps: 16, min_steps: 10, max_steps: 41 },
    feats: ["new_model"],
    generate_count_options: model.counts,
    default_generate_count: model.defaultCount,
    resolution_map: Object.fromEntries(
      model.resolutions.map((resolution) => [resolution, resolutionEntry(model, resolution)]),
    ),
    default_resolution_type: model.defaultResolution,
    input_image_limit: [{ max_image_num: model.maxReferences, ability_name: "byte_edit" }],
    extra: { model_source: `by ${model.source}` },
  };
}

/** The endpoint that lists the image models of the region. */
export const commonConfigEndpoint: Endpoint = {
  name: "common_config",
  path: "/mweb/v1/get_common_config",
  envelope: "mweb",
  handle: ({ world, region }) => ({ model_list: world.models.imagesOf(region).map(imageEntry) }),
};

const scenes = ["generate_video", "lip_sync_image_generate_video", "lip_sync_video_generate_video"];
const videoSchema = z.looseObject({
  scene: z.enum(scenes),
  params: z.looseObject({}).optional(),
});

/** Lists one option of a video model; the inner shape was not captured and is the simulator's own [I]. */
function option(
  key: string,
  values: readonly string[] | readonly number[],
): Record<string, unknown> {
  const isText = typeof values[0] === "string";
  const list = isText ? { string_value: values } : { int_value: values };
  return {
    key,
    value_type: "enum",
    enum_val: { enum_type: isText ? "string" : "int", ...list },
  };
}

function videoEntry(model: VideoModel): Record<string, unknown> {
  return {
    icon_url: iconUrl,
    model_req_key: model.key,
    model_name: model.name,
    model_name_starling_key: "video_3",
    model_tip: "",
    options: [
      option("resolution", model.resolutions),
      option("duration", model.durations),
      option("video_aspect_ratio", ["21:9", "16:9", "4:3", "1:1", "3:4", "9:16"]),
    ],
  };
}

/** The endpoint that lists the video models of the region. */
export const videoConfigEndpoint: Endpoint = {
  name: "video_common_config",
  path: "/mweb/v1/video_generate/get_common_config",
  envelope: "mweb",
  handle: ({ world, region, body }) => {
    const { scene } = checkBody(videoSchema, body, "scene is not known");
    const isVideo = scene === "generate_video";
    return { model_list: isVideo ? world.models.videosOf(region).map(videoEntry) : [] };
  },
};
