// The records of the built-in video models (models.md, with its confidence marks).

import type { Model } from "./model.ts";
import {
  asia,
  cnAndAsia,
  cnOnly,
  everywhere,
  international,
  keyIn,
  offering,
  priced,
  tagsOf,
} from "./offers.ts";
import { nominalVideoSizes, videoRatios } from "./sizes.ts";

const videoSizes = {
  "480p": nominalVideoSizes(480),
  "720p": nominalVideoSizes(720),
  "1080p": nominalVideoSizes(1080),
  "2k": nominalVideoSizes(1440),
  "4k": nominalVideoSizes(2160),
} as const;

const videoDefaults = {
  kind: "video",
  aliases: [],
  ratios: videoRatios,
  defaultResolution: "720p",
  ...offering({ "720p": videoSizes["720p"] }),
  counts: { default: 1, options: [1] },
  intelligentRatio: false,
  status: "live",
  notes: "",
} as const;

const framed = {
  modes: ["text_to_video", "first_frame", "first_and_last_frame"],
  maxReferences: 2,
} as const;
const firstFrameOnly = { modes: ["text_to_video", "first_frame"], maxReferences: 1 } as const;
const bothResolutions = {
  ...offering({ "720p": videoSizes["720p"], "1080p": videoSizes["1080p"] }),
} as const;

/** Returns every whole number of seconds between two bounds. */
function secondsFrom(min: number, max: number): number[] {
  return Array.from({ length: max - min + 1 }, (_, index) => min + index);
}

/** Seedance 2.0: 4 to 15 seconds, any material as a reference. */
const seedance = {
  ...videoDefaults,
  durationsSeconds: secondsFrom(4, 15),
  modes: ["text_to_video", "first_frame", "first_and_last_frame", "omni_reference"],
  maxReferences: 9,
  referenceLimits: { total: 12, images: 9, videos: 3, audios: 3, videoSeconds: 15 },
  maxPromptLength: 4000,
} satisfies Partial<Model>;

/** The keys whose captured starts name resolution and seconds (generate.md [L]). */
const namedInFull = { resolutionFieldSent: true, amountSent: true } as const;

/** Seedance 2.5 and its samples: 4 to 30 seconds, 50 materials. */
const seedance25 = {
  ...seedance,
  ...namedInFull,
  durationsSeconds: secondsFrom(4, 30),
  maxReferences: 30,
  referenceLimits: {
    total: 50,
    images: 30,
    videos: 10,
    audios: 10,
    videoSeconds: 30.2,
    audioSeconds: 30.2,
    eachSeconds: { min: 1.8, max: 30.2 },
  },
  maxPromptLength: 15_000,
  minFeatures: ["AIGC_Video_Seedance25ResultAction"],
} satisfies Partial<Model>;

/** Returns what the international sites offer beyond cn, by the one live list that is known (models.md). */
function abroad(...resolutions: (keyof typeof videoSizes)[]): Pick<Model, "overrides"> {
  const override = {
    ratios: videoRatios,
    defaultResolution: "720p",
    ...offering(Object.fromEntries(resolutions.map((name) => [name, videoSizes[name]]))),
  };
  return { overrides: Object.fromEntries(international.map((region) => [region, override])) };
}

/** Other makers' models on the same endpoint: listed, never run by anybody. */
const thirdParty = {
  ...seedance,
  ...namedInFull,
  // As the lists spell them (models.md [L]).
  resolutionNames: { "720p": "720P", "768p": "768P", "1080p": "1080P", "2k": "2K" },
  status: "experimental",
  notes: "Named by live lists; nobody has recorded a run.",
} satisfies Partial<Model>;

/** Returns the limits of a model that tells only how many materials it takes in all. */
function upTo(total: number): Pick<Model, "maxReferences" | "referenceLimits"> {
  return {
    maxReferences: total,
    referenceLimits: { total, images: total, videos: total, audios: total },
  };
}

const happyHorseRatios = [...videoRatios, "4:5", "5:4", "9:21"] as const;

/** What `jimeng:key/<raw key>` of an unknown video model may do. */
export const passThroughVideo: Omit<Model, "id" | "modelKeys"> = {
  ...seedance,
  ...bothResolutions,
  notes: "Passed through by its raw key.",
};

const threeBenefit = "basic_video_operation_vgfm_v_three";
const threeBenefits = {
  default: threeBenefit,
  byResolution: { "1080p": `${threeBenefit}_1080` },
} as const;

/** Every built-in video model. */
export const videoModels: readonly Model[] = [
  {
    ...videoDefaults,
    ...framed,
    id: "jimeng-video-3.0-pro",
    modelKeys: keyIn(everywhere, "dreamina_ic_generate_video_model_vgfm_3.0_pro"),
    defaultResolution: "1080p",
    ...offering({ "1080p": videoSizes["1080p"] }),
    durationsSeconds: secondsFrom(5, 10),
    benefitType: { default: threeBenefit },
    notes: "Sources disagree on its price tag.",
  },
  {
    ...videoDefaults,
    ...bothResolutions,
    id: "jimeng-video-3.0",
    aliases: ["jimeng-video-s3.0"],
    modelKeys: keyIn(everywhere, "dreamina_ic_generate_video_model_vgfm_3.0"),
    durationsSeconds: [5, 10],
    modes: [
      "text_to_video",
      "first_frame",
      "first_and_last_frame",
      "subject_reference",
      "multi_frame",
    ],
    maxReferences: 10,
    benefitType: threeBenefits,
    resolutionFieldSent: true,
    notes: "1080p excludes multi-frame and subject reference.",
  },
  {
    ...videoDefaults,
    ...firstFrameOnly,
    id: "jimeng-video-2.0",
    aliases: ["jimeng-video-s2.0"],
    modelKeys: keyIn(cnAndAsia, "dreamina_ic_generate_video_model_vgfm_lite"),
    durationsSeconds: [5],
    benefitType: { default: threeBenefit },
  },
  {
    ...videoDefaults,
    ...firstFrameOnly,
    id: "jimeng-video-2.0-pro",
    modelKeys: keyIn(cnAndAsia, "dreamina_ic_generate_video_model_vgfm1.0"),
    durationsSeconds: [5],
    benefitType: { default: threeBenefit },
  },
  {
    ...videoDefaults,
    ...bothResolutions,
    id: "jimeng-video-3.0-fast",
    modelKeys: keyIn(everywhere, "dreamina_ic_generate_video_model_vgfm_3.0_fast"),
    durationsSeconds: secondsFrom(5, 10),
    modes: ["text_to_video", "first_frame", "first_and_last_frame", "multi_frame"],
    maxReferences: 10,
    benefitType: threeBenefits,
    resolutionFieldSent: true,
    notes: "1080p excludes multi-frame.",
  },
  {
    ...videoDefaults,
    ...framed,
    id: "jimeng-video-3.5-pro",
    aliases: ["jimeng-video-seedance-1.5-pro"],
    modelKeys: keyIn(everywhere, "dreamina_ic_generate_video_model_vgfm_3.5_pro"),
    durationsSeconds: secondsFrom(5, 12),
    benefitType: { default: "dreamina_video_seedance_15_pro" },
    notes: "Has sound. Its 1080p needs a second price tag whose place nobody has shown.",
  },
  {
    ...seedance,
    id: "jimeng-video-seedance-2.0",
    aliases: ["seedance-2.0", "seedance-2.0-pro"],
    modelKeys: keyIn(everywhere, "dreamina_seedance_40_pro"),
    ...abroad("720p", "1080p", "4k"),
    benefitType: {
      default: "dreamina_video_seedance_20_pro",
      withVideo: "dreamina_video_seedance_20_video_add",
      international: tagsOf("seedance_20_pro", ["720p", "1080p", "4k"], "_output"),
    },
    notes: "Often refused on free accounts (ret 4013).",
  },
  {
    ...seedance,
    id: "jimeng-video-seedance-2.0-fast",
    aliases: ["seedance-2.0-fast"],
    modelKeys: keyIn(everywhere, "dreamina_seedance_40"),
    ...abroad("720p", "1080p", "4k"),
    benefitType: {
      default: "dreamina_seedance_20_fast",
      withVideo: "dreamina_seedance_20_fast_with_video",
      international: tagsOf("seedance_20_fast", ["720p", "1080p", "4k"], "_output"),
    },
  },
  {
    ...seedance,
    id: "jimeng-video-seedance-2.0-vip",
    modelKeys: keyIn(cnOnly, "dreamina_seedance_40_pro_vision"),
    ...namedInFull,
    ...offering({
      "720p": videoSizes["720p"],
      "1080p": videoSizes["1080p"],
      "4k": videoSizes["4k"],
    }),
    benefitType: priced("seedance_20_pro", ["720p", "1080p", "4k"], "_output"),
    membersOnly: true,
  },
  {
    ...seedance,
    id: "jimeng-video-seedance-2.0-fast-vip",
    modelKeys: keyIn(cnOnly, "dreamina_seedance_40_vision"),
    ...namedInFull,
    benefitType: { default: "seedance_20_fast_720p_output" },
    membersOnly: true,
  },
  {
    ...seedance,
    id: "jimeng-video-seedance-2.0-mini",
    modelKeys: keyIn(everywhere, "dreamina_seedance_40_mini"),
    ...namedInFull,
    ...abroad("720p", "1080p", "4k"),
    benefitType: {
      default: "seedance_20_mini_720p_output",
      international: tagsOf("seedance_20_mini", ["720p", "1080p", "4k"], "_output"),
    },
  },
  {
    ...seedance,
    id: "seedance-2.0-lite",
    modelKeys: keyIn(cnOnly, "seedance_2_0_lite"),
    benefitType: { default: "seedance_2_0_lite" },
    notes: "One source; open to free accounts.",
  },
  {
    ...seedance25,
    id: "jimeng-video-seedance-2.5",
    modelKeys: keyIn(everywhere, "dreamina_seedance_45_pro"),
    ...offering({
      "480p": videoSizes["480p"],
      "720p": videoSizes["720p"],
      "1080p": videoSizes["1080p"],
    }),
    benefitType: {
      ...priced("seedance_25", ["480p", "720p", "1080p"], "_no_input_video_output"),
      withVideo: tagsOf("seedance_25", ["480p", "720p", "1080p"], "_output"),
    },
  },
  {
    ...seedance25,
    id: "jimeng-video-seedance-2.5-sample",
    modelKeys: keyIn(everywhere, "dreamina_seedance_45_pro_draft"),
    defaultResolution: "480p",
    ...offering({ "480p": videoSizes["480p"] }),
    minDraftVersion: "3.3.28",
    makesSamples: true,
    benefitType: {
      default: "seedance_25_draft_480p_no_input_video_output",
      withVideo: "seedance_25_draft_480p_output",
    },
    notes: "A cheap look at 480p; turning it into a final video is not built.",
  },
  {
    ...thirdParty,
    ...upTo(12),
    id: "minimax-h3",
    modelKeys: keyIn(cnOnly, "dreamina_minimax_h3"),
    defaultResolution: "768p",
    ...offering({ "768p": nominalVideoSizes(768), "2k": videoSizes["2k"] }),
    maxPromptLength: 7000,
    benefitType: priced("minimax_h3", ["768p", "2k"], "_output"),
  },
  {
    ...thirdParty,
    ...upTo(9),
    id: "happyhorse-1.1",
    modelKeys: keyIn(cnOnly, "dreamina_happyhorse_v1_1"),
    ratios: happyHorseRatios,
    ...offering({
      "720p": nominalVideoSizes(720, happyHorseRatios),
      "1080p": nominalVideoSizes(1080, happyHorseRatios),
    }),
    modes: ["text_to_video", "first_frame", "omni_reference"],
    maxPromptLength: 2500,
    benefitType: priced("happyhorse_11", ["720p", "1080p"], "_output"),
  },
  {
    ...thirdParty,
    ...upTo(20),
    id: "wan-3.0",
    modelKeys: keyIn(cnOnly, "dreamina_wan_30"),
    ...bothResolutions,
    maxPromptLength: 20_000,
    benefitType: priced("wan_30", ["720p", "1080p"], "_output"),
  },
  {
    ...videoDefaults,
    ...framed,
    id: "jimeng-video-veo3",
    modelKeys: keyIn(asia, "dreamina_veo3_generate_video"),
    durationsSeconds: [8],
    benefitType: { default: "generate_video_veo3" },
  },
  {
    ...videoDefaults,
    ...framed,
    id: "jimeng-video-veo3.1",
    modelKeys: keyIn(asia, "dreamina_veo3.1_generate_video"),
    durationsSeconds: [8],
    benefitType: { default: "generate_video_veo3.1" },
  },
  {
    ...videoDefaults,
    ...firstFrameOnly,
    id: "jimeng-video-sora2",
    modelKeys: keyIn(asia, "dreamina_sora2_generate_video"),
    durationsSeconds: [4, 8, 12],
    benefitType: { default: "generate_video_sora2" },
  },
];
