// Builds one result item, image or video, key for key as captured (fixtures history_done_images, history_done_video,
// local_item_list_hd).

import type { ImagePlan, VideoPlan } from "../drafts/plan.ts";
import { objectName, originalPng } from "../media/media-links.ts";
import type { ImageVariant, MediaLinks, ResultPlace, VideoQuality } from "../media/media-links.ts";
import type { GenerationRecord } from "../records/generation-record.ts";
import { itemIdOf } from "../records/records.ts";
import { regions } from "../regions.ts";

const imageEffectType = 9;
const videoEffectType = 53;
/** The status of a healthy, unpublished item; not the generation's status (history.md). */
const itemStatus = 144;
const sampleSteps = 25;
/** The one frame by which a video is longer than requested: 5.042 s for 5 s at 24 frames (history.md). */
const extraFrameMs = 42;
const coverSidePixels = 2048;
/** The frames per second of every video but the interpolated ones; records of an earlier version name none. */
const usualFrames = 24;
/** The bytes per second of the history's preview and of the real file, from a measured pair (history.md). */
const bytesPerSecond: Record<VideoQuality, number> = { preview: 144_000, original: 787_000 };

/** One variant that the caller wants in `cover_url_map`. */
export interface CoverScene {
  key: string;
  variant: ImageVariant;
}

/** What an item needs besides the record. */
export interface ItemContext {
  links: MediaLinks;
  place: ResultPlace;
  scenes: CoverScene[];
}

function resized(side: number): CoverScene {
  const variant = { template: "aigc_resize", width: side, height: side, format: "webp" } as const;
  return { key: String(side), variant };
}

/** The variants that are signed when a request names none. */
export const defaultScenes: CoverScene[] = [
  ...[360, 480, 720, 1080, 2400].map(resized),
  {
    key: "smart_crop-w:360-h:360",
    variant: { template: "aigc_smart_crop", width: 360, height: 360, format: "webp" },
  },
];

/** Returns the URI under which image `index` of a record, or the cover of a video, is stored. */
export function imageUriOf(record: GenerationRecord, index: number): string {
  const object = objectName(`${record.historyId}:${index}`);
  return `${regions[record.region].imageBucket}/${object}`;
}

/** Returns the object name of a record's video. */
export function videoObjectOf(record: GenerationRecord): string {
  return objectName(`${record.historyId}:video`);
}

/** Returns the vid of a record's video, under which a later start may name it. */
export function videoIdOf(record: GenerationRecord): string {
  return `v0${objectName(`vid:${record.historyId}`).slice(0, 30)}`;
}

function commonAttributes(
  record: GenerationRecord,
  context: ItemContext,
  item: { index: number; uri: string; effectType: number; isVideo: boolean },
): Record<string, unknown> {
  const { width, height, prompt } = record.plan;
  const id = itemIdOf(record, item.index);
  const url = (variant: ImageVariant) => context.links.image(context.place, item.uri, variant);
  const createdAt = Math.floor((record.createdAt + record.queueMs + record.generateMs) / 1000);
  return {
    id,
    effect_id: id,
    effect_type: item.effectType,
    title: "",
    description: prompt,
    cover_url: url(resized(coverSidePixels).variant),
    item_urls: [""],
    md5: "",
    create_time: createdAt,
    status: itemStatus,
    review_info: { review_status: 1, review_code_list: [] },
    aspect_ratio: Math.round((width / height) * 1000) / 1000,
    publish_source: "user_post_mweb_item",
    collection_ids: [],
    extra: "",
    has_published: false,
    cover_url_map: Object.fromEntries(
      context.scenes.map((scene) => [scene.key, url(scene.variant)]),
    ),
    local_item_id: id,
    ...(item.isVideo ? {} : { web_extra: "{}" }),
    update_time: 0,
    cover_uri: item.uri,
    smart_crop_loc: null,
    cover_height: height,
    cover_width: width,
  };
}

/** Builds `aigc_image_params` of an image, which the finished task repeats. */
export function imageParameters(
  record: GenerationRecord,
  plan: ImagePlan,
): Record<string, unknown> {
  return {
    generate_type: plan.generateType,
    first_generate_type: plan.generateType,
    text2video_params: null,
    text2image_params: {
      image_ratio: plan.imageRatio,
      model_config: {
        model_req_key: plan.modelKey,
        model_name: plan.modelName,
        icon_url: "https://simulated.invalid/icon.png",
        is_new_model: true,
        extra: { model_source: `by ${plan.modelSource}`, raw_model_source: plan.modelSource },
      },
      prompt: plan.prompt,
      sample_steps: sampleSteps,
      seed: plan.seed,
      user_negative_prompt: plan.negativePrompt,
      large_image_info: {
        height: plan.height,
        width: plan.width,
        resolution_type: plan.resolutionType,
      },
      sample_strength: plan.sampleStrength,
    },
    template_id: "0",
    request_id: record.generateId,
    generate_id: record.generateId,
    origin_request_id: record.generateId,
    aigc_cnt_list: Array.from({ length: 11 }, () => 0),
    aigc_mode: "workbench",
    insta_drag_params: { origin_item_id: null },
    hide_ref_images: false,
  };
}

/** Builds item `index` of an image record. */
export function imageItem(
  record: GenerationRecord,
  plan: ImagePlan,
  index: number,
  context: ItemContext,
): Record<string, unknown> {
  const uri = imageUriOf(record, index);
  const feature = plan.generateType === 1 ? "text_generate_image" : "image_generate_image";
  return {
    common_attr: commonAttributes(record, context, {
      index,
      uri,
      effectType: imageEffectType,
      isVideo: false,
    }),
    author: null,
    image: {
      format: "png",
      large_images: [
        {
          image_uri: uri,
          image_url: context.links.image(context.place, uri, originalPng),
          width: plan.width,
          height: plan.height,
          format: "png",
          smart_crop_loc: null,
        },
      ],
    },
    aigc_image_params: imageParameters(record, plan),
    statistic: { feedback_status: 0 },
    category_id_list: [],
    aigc_flow: { version: record.minVersion },
    aigc_draft: {
      version: record.minVersion,
      uri: `aigc-draft/${objectName(`draft:${record.historyId}`)}`,
      content: "",
      update_time: 0,
      last_preview_time: 0,
      resource_type: "",
      public_uri: "",
      variables: null,
      resource_width: 0,
      resource_height: 0,
      node_keys: null,
      cost: 0,
    },
    gen_result_data: { result_code: 0, result_msg: "Success" },
    extra: { template_type: "image", ai_feature: feature },
    ai_feature: { features: [{ type: feature }], is_merged: true },
    sharing_info: { share_status: 2 },
    metadata_param: "{}",
    has_intention_info: false,
  };
}

function transcoded(
  record: GenerationRecord,
  plan: VideoPlan,
  context: ItemContext,
  quality: VideoQuality,
): Record<string, unknown> {
  const object = videoObjectOf(record);
  return {
    vid: "",
    fps: plan.framesPerSecond ?? usualFrames,
    width: plan.width,
    height: plan.height,
    duration: 0,
    video_url: context.links.video(context.place, object, quality),
    cover_url: "",
    format: "mp4",
    definition: "origin",
    logo_type: "display_watermark_aigc",
    encryption_key: "",
    md5: object,
    size: Math.round((plan.durationMs / 1000) * bytesPerSecond[quality]),
    video_id: "",
  };
}

function videoDetails(
  record: GenerationRecord,
  plan: VideoPlan,
  context: ItemContext,
  quality: VideoQuality,
): Record<string, unknown> {
  const cover = imageUriOf(record, 0);
  const lengthMs = plan.durationMs + extraFrameMs;
  const seconds = lengthMs / 1000;
  const url = context.links.video(context.place, videoObjectOf(record), quality);
  const coverUrl = (side: number) =>
    context.links.image(context.place, cover, resized(side).variant);
  const thumb = { width: Math.round(plan.width / 4), height: Math.round(plan.height / 4) };
  return {
    video_id: videoIdOf(record),
    duration: Math.ceil(seconds),
    origin_video: null,
    transcoded_video: { origin: transcoded(record, plan, context, quality) },
    video_size_type: 2,
    cover_uri: cover,
    transcode_status: 1,
    duration_ms: lengthMs,
    thumb: {
      detail_infos: [
        {
          frame_count: 5,
          image_width: plan.width,
          image_height: plan.height,
          uri: cover,
          url: coverUrl(720),
        },
      ],
      thumb_common_info: {
        single_frame_width: thumb.width,
        single_frame_height: thumb.height,
        total_set_num: 5,
      },
    },
    watermark_type: 3,
    cover_url: coverUrl(coverSidePixels),
    duration_info: JSON.stringify({
      play_info_duration: seconds,
      v_duration: seconds,
      a_duration: 0,
    }),
    vda_status: 10,
    video_model: JSON.stringify({
      video_list: {
        video_1: {
          main_url: Buffer.from(url).toString("base64"),
          definition: plan.resolution,
          vwidth: plan.width,
          vheight: plan.height,
        },
      },
    }),
    has_audio: false,
    is_mute: false,
  };
}

function videoParameters(plan: VideoPlan): Record<string, unknown> {
  return {
    generate_type: plan.generateType,
    first_generate_type: plan.generateType,
    text2video_params: {
      video_gen_inputs: [
        {
          prompt: plan.prompt,
          video_mode: 2,
          fps: 24,
          duration_ms: plan.durationMs,
          template_id: "0",
        },
      ],
      video_aspect_ratio: plan.aspectRatio,
      seed: plan.seed,
      priority: 0,
      model_req_key: plan.modelKey,
    },
    template_id: "0",
    insta_drag_params: { origin_item_id: null },
    hide_ref_images: false,
  };
}

/** Builds the item of a video record in one quality. */
export function videoItem(
  record: GenerationRecord,
  plan: VideoPlan,
  context: ItemContext,
  quality: VideoQuality,
): Record<string, unknown> {
  const cover = imageUriOf(record, 0);
  const feature = plan.inputs.length === 0 ? "text_generate_video" : "image_generate_video";
  return {
    common_attr: commonAttributes(record, context, {
      index: 0,
      uri: cover,
      effectType: videoEffectType,
      isVideo: true,
    }),
    author: null,
    video: videoDetails(record, plan, context, quality),
    aigc_image_params: videoParameters(plan),
    statistic: { feedback_status: 0 },
    category_id_list: [],
    aigc_flow: { version: "0.1.2" },
    gen_result_data: { result_code: 0, result_msg: "Success" },
    extra: { template_type: "video", ai_feature: feature },
    ai_feature: { features: [{ type: feature }], is_merged: true },
    sharing_info: { share_status: 2 },
    metadata_param: "{}",
  };
}
