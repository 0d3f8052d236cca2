// Lists the simulator's own video models, written from models.md.

import type { Region } from "../regions.ts";
import type { ReferenceLimits, VideoMode, VideoModel } from "./models.ts";

const everywhere: readonly Region[] = ["cn", "us", "hk", "jp", "sg"];
const cnAndAsia: readonly Region[] = ["cn", "hk", "jp", "sg"];
const asia: readonly Region[] = ["hk", "jp", "sg"];

/** Lists the whole seconds from one length to another. */
function seconds(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Makes the function that fills the resolution, in small letters, into a benefit type, where `{}` stands for it. */
function benefitPattern(text: string): (resolution: string) => string {
  return (resolution) => text.replace("{}", resolution.toLowerCase());
}

const frames: readonly VideoMode[] = ["text_to_video", "first_frame", "first_and_last_frame"];

/** How the older models are paid; 1080p has an ending of its own (generate.md). */
const threePrice = {
  benefit: (resolution: string) =>
    `basic_video_operation_vgfm_v_three${resolution === "1080p" ? "_1080" : ""}`,
  alsoPaidBy: ["basic_video_operation_vgfm_v_three"],
};

/** What omni reference of Seedance 2.0 takes (generate.md). */
const references20: ReferenceLimits = {
  materials: 12,
  images: 9,
  videos: 3,
  audios: 3,
  videosMs: 15_000,
  audiosMs: null,
};

/** What omni reference of Seedance 2.5 takes (generate.md). */
const references25: ReferenceLimits = {
  materials: 50,
  images: 30,
  videos: 10,
  audios: 10,
  videosMs: 30_200,
  audiosMs: 30_200,
};

/** Builds the limits of a model that tells only how many materials it takes in all; lengths are those of 2.0 [I]. */
function anyMaterials(count: number): ReferenceLimits {
  const { videosMs, audiosMs } = references20;
  return { materials: count, images: count, videos: count, audios: count, videosMs, audiosMs };
}

/** The facts that the models of Seedance 2.0 share: 4 to 15 seconds, any material as a reference. */
const seedance20 = {
  durations: seconds(4, 15),
  modes: [...frames, "omni_reference"] as const,
  references: references20,
  maxPromptLength: 4000,
  vipOnly: false,
};

/** The facts that Seedance 2.5 and its samples share. */
const seedance25 = {
  durations: seconds(4, 30),
  modes: [...frames, "omni_reference"] as const,
  references: references25,
  maxPromptLength: 15_000,
  vipOnly: false,
};

/** The video models. */
export const videoModels: readonly VideoModel[] = [
  {
    key: "dreamina_ic_generate_video_model_vgfm_3.0_pro",
    name: "视频 3.0 Pro",
    regions: everywhere,
    resolutions: ["1080p"],
    durations: seconds(5, 10),
    modes: frames,
    benefit: benefitPattern("basic_video_operation_vgfm_v_three"),
    alsoPaidBy: threePrice.alsoPaidBy,
    vipOnly: false,
  },
  {
    key: "dreamina_ic_generate_video_model_vgfm_3.0",
    name: "视频 3.0",
    regions: everywhere,
    resolutions: ["720p", "1080p"],
    durations: [5, 10],
    modes: [...frames, "main_reference", "multi_frame"],
    ...threePrice,
    vipOnly: false,
  },
  {
    key: "dreamina_ic_generate_video_model_vgfm_lite",
    name: "视频 S2.0",
    regions: cnAndAsia,
    resolutions: ["720p"],
    durations: [5],
    modes: ["text_to_video", "first_frame"],
    ...threePrice,
    vipOnly: false,
  },
  {
    key: "dreamina_ic_generate_video_model_vgfm1.0",
    name: "视频 P2.0 Pro",
    regions: cnAndAsia,
    resolutions: ["720p"],
    durations: [5],
    modes: ["text_to_video", "first_frame"],
    ...threePrice,
    vipOnly: false,
  },
  {
    key: "dreamina_ic_generate_video_model_vgfm_3.0_fast",
    name: "视频 3.0 Fast",
    regions: everywhere,
    resolutions: ["720p", "1080p"],
    durations: seconds(5, 10),
    modes: [...frames, "multi_frame"],
    ...threePrice,
    vipOnly: false,
  },
  {
    key: "dreamina_ic_generate_video_model_vgfm_3.5_pro",
    name: "视频 3.5 Pro",
    regions: everywhere,
    resolutions: ["720p", "1080p"],
    durations: seconds(5, 12),
    modes: frames,
    benefit: benefitPattern("dreamina_video_seedance_15_pro"),
    // What one family sends for every model but seedance.
    alsoPaidBy: ["basic_video_operation_vgfm_v_three"],
    vipOnly: false,
  },
  {
    key: "dreamina_seedance_40_pro",
    name: "视频 seedance-2.0",
    regions: everywhere,
    resolutions: ["720p"],
    resolutionsAbroad: ["720p", "1080p", "4k"],
    ...seedance20,
    benefit: benefitPattern("seedance_20_pro_{}_output"),
    alsoPaidBy: ["dreamina_video_seedance_20_pro", "dreamina_video_seedance_20_video_add"],
  },
  {
    key: "dreamina_seedance_40",
    name: "视频 seedance-2.0-fast",
    regions: everywhere,
    resolutions: ["720p"],
    resolutionsAbroad: ["720p", "1080p", "2K", "4k"],
    ...seedance20,
    benefit: benefitPattern("seedance_20_fast_{}_output"),
    alsoPaidBy: ["dreamina_seedance_20_fast"],
  },
  {
    key: "dreamina_seedance_40_pro_vision",
    name: "视频 seedance-2.0-vip",
    regions: ["cn"],
    resolutions: ["720p", "1080p", "4k"],
    ...seedance20,
    benefit: benefitPattern("seedance_20_pro_{}_output"),
    alsoPaidBy: [],
    vipOnly: true,
  },
  {
    key: "dreamina_seedance_40_vision",
    name: "视频 seedance-2.0-fast-vip",
    regions: ["cn"],
    resolutions: ["720p"],
    ...seedance20,
    benefit: benefitPattern("seedance_20_fast_{}_output"),
    alsoPaidBy: ["dreamina_seedance_20_fast"],
    vipOnly: true,
  },
  {
    key: "dreamina_seedance_40_mini",
    name: "视频 seedance-2.0-mini",
    regions: everywhere,
    resolutions: ["720p"],
    resolutionsAbroad: ["720p", "1080p", "2K", "4k"],
    ...seedance20,
    benefit: benefitPattern("seedance_20_mini_{}_output"),
    alsoPaidBy: [],
  },
  {
    key: "seedance_2_0_lite",
    name: "视频 seedance-2.0-lite",
    regions: ["cn"],
    resolutions: ["720p"],
    ...seedance20,
    benefit: benefitPattern("seedance_2_0_lite"),
    alsoPaidBy: [],
  },
  {
    key: "dreamina_seedance_45_pro",
    name: "视频 seedance-2.5",
    regions: everywhere,
    // The list's order is 480p, 720p, 1080p; what comes out without a resolution was never seen [I].
    resolutions: ["720p", "480p", "1080p"],
    ...seedance25,
    benefit: benefitPattern("seedance_25_{}_output"),
    benefitWithoutVideo: benefitPattern("seedance_25_{}_no_input_video_output"),
    alsoPaidBy: [],
  },
  {
    key: "dreamina_seedance_45_pro_draft",
    name: "视频 seedance-2.5 样片",
    regions: everywhere,
    resolutions: ["480p"],
    ...seedance25,
    benefit: benefitPattern("seedance_25_draft_{}_output"),
    benefitWithoutVideo: benefitPattern("seedance_25_draft_{}_no_input_video_output"),
    alsoPaidBy: [],
    isDraft: true,
  },
  {
    key: "dreamina_minimax_h3",
    name: "MiniMax H3",
    regions: ["cn"],
    resolutions: ["768P", "2K"],
    durations: seconds(4, 15),
    modes: [...frames, "omni_reference"],
    references: anyMaterials(12),
    maxPromptLength: 7000,
    benefit: benefitPattern("minimax_h3_{}_output"),
    alsoPaidBy: [],
    vipOnly: false,
  },
  {
    key: "dreamina_happyhorse_v1_1",
    name: "HappyHorse 1.1",
    regions: ["cn"],
    resolutions: ["720P", "1080P"],
    durations: seconds(4, 15),
    modes: ["text_to_video", "first_frame", "omni_reference"],
    references: anyMaterials(9),
    moreRatios: ["4:5", "5:4", "9:21"],
    maxPromptLength: 2500,
    benefit: benefitPattern("happyhorse_11_{}_output"),
    alsoPaidBy: [],
    vipOnly: false,
  },
  {
    key: "dreamina_wan_30",
    name: "Wan 3.0",
    regions: ["cn"],
    resolutions: ["720P", "1080P"],
    durations: seconds(4, 15),
    modes: [...frames, "omni_reference"],
    references: anyMaterials(20),
    maxPromptLength: 20_000,
    benefit: benefitPattern("wan_30_{}_output"),
    alsoPaidBy: [],
    vipOnly: false,
  },
  {
    key: "dreamina_veo3_generate_video",
    name: "视频 veo3",
    regions: asia,
    resolutions: ["720p"],
    durations: [8],
    modes: frames,
    benefit: benefitPattern("generate_video_veo3"),
    alsoPaidBy: [],
    vipOnly: false,
  },
  {
    key: "dreamina_veo3.1_generate_video",
    name: "视频 veo3.1",
    regions: asia,
    resolutions: ["720p"],
    durations: [8],
    modes: frames,
    benefit: benefitPattern("generate_video_veo3.1"),
    alsoPaidBy: [],
    vipOnly: false,
  },
  {
    key: "dreamina_sora2_generate_video",
    name: "视频 sora2",
    regions: asia,
    resolutions: ["720p"],
    durations: [4, 8, 12],
    modes: ["text_to_video", "first_frame"],
    benefit: benefitPattern("generate_video_sora2"),
    alsoPaidBy: [],
    vipOnly: false,
  },
];
