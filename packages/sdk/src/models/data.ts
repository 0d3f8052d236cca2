// The records of the built-in models (models.md, with its confidence marks).

import type { BenefitType, Model } from "./model.ts";
import type { Region } from "../operation.ts";
import {
  imageRatios,
  legacySizes1k,
  nominalVideoSizes,
  sizes2k,
  sizes4k,
  smallSizes1k,
  videoRatios,
} from "./sizes.ts";

const everywhere: readonly Region[] = ["cn", "us", "hk", "jp", "sg"];
const cnAndAsia: readonly Region[] = ["cn", "hk", "jp", "sg"];
const asia: readonly Region[] = ["hk", "jp", "sg"];
const international: readonly Region[] = ["us", "hk", "jp", "sg"];
const cnOnly: readonly Region[] = ["cn"];

function keyIn(regionIds: readonly Region[], key: string): Model["modelKeys"] {
  return Object.fromEntries(regionIds.map((region) => [region, key]));
}

/** Returns the resolutions of a model and their sizes. */
function offering(sizes: Model["sizes"]): Pick<Model, "resolutions" | "sizes"> {
  return { resolutions: Object.keys(sizes), sizes };
}

/** Returns price tags that name their resolution: `<stem>_<resolution><rest>`. */
function priced(stem: string, resolutions: readonly string[], rest = ""): BenefitType {
  return {
    byResolution: Object.fromEntries(resolutions.map((name) => [name, `${stem}_${name}${rest}`])),
  };
}

const imageDefaults = {
  kind: "image",
  aliases: [],
  ratios: imageRatios,
  durationsSeconds: [],
  status: "live",
  notes: "",
} as const;

/** 4.0 and later: the small 1k table, 1 to 8 pictures a start, the ratio may be left to the upstream. */
const generation4 = {
  ...imageDefaults,
  defaultResolution: "2k",
  ...offering({ "1k": smallSizes1k, "2k": sizes2k, "4k": sizes4k }),
  modes: ["text_to_image", "image_to_image", "multi_image_sequence"],
  maxReferences: 10,
  counts: { default: 4, options: [1, 2, 3, 4, 5, 6, 7, 8] },
  intelligentRatio: true,
} as const;

/** 4.7 and 5.0: the site offers no 1k. */
const withoutSmall = {
  ...offering({ "2k": sizes2k, "4k": sizes4k }),
} as const;

/** 3.x: the large 1k table, always four pictures. */
const generation3 = {
  ...imageDefaults,
  defaultResolution: "1k",
  ...offering({ "1k": legacySizes1k, "2k": sizes2k }),
  modes: ["text_to_image", "image_to_image"],
  maxReferences: 1,
  counts: { default: 4, options: [4] },
  intelligentRatio: false,
} as const;

/** Before 3.0: gone from the site's own list by 2026 (models.md). */
const generation2 = {
  ...generation3,
  ...offering({ "1k": legacySizes1k }),
  status: "retired",
  notes: "No longer listed by the site; it may be refused.",
} as const;

/** Other makers' models: the new size tables, always four pictures. */
const external = {
  ...generation3,
  ...offering({ "1k": smallSizes1k, "2k": sizes2k }),
  maxReferences: 10,
} as const;

const textOnly = { modes: ["text_to_image"], maxReferences: 0 } as const;

/** What `jimeng:key/<raw key>` of an unknown picture model may do. */
export const passThroughImage: Omit<Model, "id" | "modelKeys"> = {
  ...generation4,
  notes: "Passed through by its raw key.",
};

const videoSizes = {
  "720p": nominalVideoSizes["720p"] ?? {},
  "1080p": nominalVideoSizes["1080p"] ?? {},
  "4k": nominalVideoSizes["4k"] ?? {},
} as const;

const videoDefaults = {
  kind: "video",
  aliases: [],
  ratios: videoRatios,
  defaultResolution: "720p",
  ...offering({ "720p": videoSizes["720p"] }),
  counts: { default: 1, options: [1] },
  intelligentRatio: false,
  resolutionFieldSent: false,
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

/** Seedance 2.0 and later: 4 to 15 seconds, any material as a reference. */
const seedance = {
  ...videoDefaults,
  durationsSeconds: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  modes: ["text_to_video", "first_frame", "first_and_last_frame", "omni_reference"],
  maxReferences: 9,
} as const;

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

const imageModels: readonly Model[] = [
  {
    ...generation4,
    id: "jimeng-5.0-pro",
    aliases: ["seedream-5.0-pro"],
    modelKeys: keyIn(cnOnly, "high_aes_general_v50p_large"),
    modes: ["text_to_image", "image_to_image"],
    counts: { default: 2, options: [1, 2, 3, 4] },
    intelligentRatio: false,
    benefitType: priced("image_basic_v50_pro", ["1k", "2k", "4k"]),
    notes: "The site's 1.5k is left out: its sizes are unknown.",
  },
  {
    ...generation4,
    id: "jimeng-5.0-flash",
    modelKeys: keyIn(cnOnly, "high_aes_general_v50_flash"),
    ...offering({ "2k": sizes2k }),
    modes: ["text_to_image", "image_to_image"],
    counts: { default: 4, options: [1, 2, 3, 4] },
    intelligentRatio: false,
    benefitType: priced("image_basic_v50_flash", ["2k"]),
    notes: "The site's 1.5k is left out: its sizes are unknown.",
  },
  {
    ...generation4,
    ...withoutSmall,
    id: "jimeng-5.0",
    aliases: ["jimeng-image-5.0-lite", "jimeng-5.0-preview", "seedream-5.0-lite"],
    modelKeys: keyIn(cnAndAsia, "high_aes_general_v50"),
    benefitType: priced("image_basic_v5", ["2k", "4k"]),
  },
  {
    ...generation4,
    ...withoutSmall,
    id: "jimeng-4.7",
    modelKeys: keyIn(cnOnly, "high_aes_general_v43"),
  },
  {
    ...generation4,
    id: "jimeng-4.6",
    modelKeys: keyIn(cnAndAsia, "high_aes_general_v42"),
    benefitType: priced("image_basic_v46", ["2k", "4k"]),
    notes: "A 16:9 1k job may come back as 1280x720.",
  },
  {
    ...generation4,
    id: "jimeng-4.5",
    modelKeys: keyIn(everywhere, "high_aes_general_v40l"),
    benefitType: priced("image_basic_v4_pro", ["2k", "4k"]),
  },
  {
    ...generation4,
    id: "jimeng-4.1",
    modelKeys: keyIn(everywhere, "high_aes_general_v41"),
    benefitType: priced("image_basic_v41", ["1k", "2k", "4k"]),
  },
  {
    ...generation4,
    id: "jimeng-4.0",
    modelKeys: keyIn(everywhere, "high_aes_general_v40"),
    prices: { "1k": 1 },
  },
  {
    ...generation3,
    id: "jimeng-3.1",
    modelKeys: keyIn(cnOnly, "high_aes_general_v30l_art_fangzhou:general_v3.0_18b"),
  },
  {
    ...generation3,
    id: "jimeng-3.0",
    modelKeys: keyIn(everywhere, "high_aes_general_v30l:general_v3.0_18b"),
  },
  {
    ...generation2,
    id: "jimeng-2.1",
    modelKeys: keyIn(cnOnly, "high_aes_general_v21_L:general_v2.1_L"),
  },
  {
    ...generation2,
    id: "jimeng-2.0-pro",
    modelKeys: keyIn(cnOnly, "high_aes_general_v20_L:general_v2.0_L"),
  },
  {
    ...generation2,
    ...textOnly,
    id: "jimeng-2.0",
    modelKeys: keyIn(cnOnly, "high_aes_general_v20:general_v2.0"),
  },
  {
    ...generation2,
    ...textOnly,
    id: "jimeng-1.4",
    modelKeys: keyIn(cnOnly, "high_aes_general_v14:general_v1.4"),
  },
  { ...generation2, ...textOnly, id: "jimeng-xl-pro", modelKeys: keyIn(cnOnly, "text2img_xl_sft") },
  {
    ...external,
    id: "nanobanana",
    modelKeys: keyIn(international, "external_model_gemini_flash_image_v25"),
    ...offering({ "1k": smallSizes1k }),
    overrides: {
      // On us every request is 1024x1024 under the name 2k, whatever was requested (sizes.md).
      us: {
        ratios: ["1:1"],
        defaultResolution: "2k",
        ...offering({ "2k": { "1:1": { width: 1024, height: 1024 } } }),
      },
    },
    notes: "Only 1024x1024 on us, only 1k elsewhere.",
  },
  {
    ...external,
    id: "nanobananapro",
    modelKeys: keyIn(international, "dreamina_image_lib_1"),
    defaultResolution: "2k",
    ...offering({ "1k": smallSizes1k, "2k": sizes2k, "4k": sizes4k }),
    benefitType: priced("image_basic_banana_pro", ["1k", "2k", "4k"]),
  },
  {
    ...external,
    id: "gpt-image-2",
    modelKeys: keyIn(["us"], "gpt_image_2"),
    notes: "One source (live list of 2026).",
  },
  {
    ...external,
    id: "mj-8.2",
    modelKeys: keyIn(cnOnly, "jm_image_model_yc_mj82"),
    maxReferences: 20,
  },
  {
    ...generation4,
    ...textOnly,
    id: "jimeng-lab",
    modelKeys: keyIn(cnOnly, "high_aes_general_v50_lab"),
    ...offering({ "2k": sizes2k }),
    counts: { default: 4, options: [4] },
    intelligentRatio: false,
    status: "retired",
    notes: "Named by one fork only, probably invented.",
  },
];

const videoModels: readonly Model[] = [
  {
    ...videoDefaults,
    ...framed,
    id: "jimeng-video-3.0-pro",
    modelKeys: keyIn(cnAndAsia, "dreamina_ic_generate_video_model_vgfm_3.0_pro"),
    defaultResolution: "1080p",
    ...offering({ "1080p": videoSizes["1080p"] }),
    durationsSeconds: [5, 10],
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
    modelKeys: keyIn(cnAndAsia, "dreamina_ic_generate_video_model_vgfm_3.0_fast"),
    durationsSeconds: [5, 10],
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
    durationsSeconds: [5, 10, 12],
    benefitType: { default: "dreamina_video_seedance_15_pro" },
    notes: "Has sound.",
  },
  {
    ...seedance,
    id: "jimeng-video-seedance-2.0",
    aliases: ["seedance-2.0", "seedance-2.0-pro"],
    modelKeys: keyIn(cnOnly, "dreamina_seedance_40_pro"),
    benefitType: {
      default: "dreamina_video_seedance_20_pro",
      withVideo: "dreamina_video_seedance_20_video_add",
      international: "seedance_20_pro_720p_output",
    },
    notes: "Often refused on free accounts (ret 4013).",
  },
  {
    ...seedance,
    id: "jimeng-video-seedance-2.0-fast",
    aliases: ["seedance-2.0-fast"],
    modelKeys: keyIn(cnOnly, "dreamina_seedance_40"),
    benefitType: {
      default: "dreamina_seedance_20_fast",
      withVideo: "dreamina_seedance_20_fast_with_video",
      international: "seedance_20_fast_720p_output",
    },
  },
  {
    ...seedance,
    id: "jimeng-video-seedance-2.0-vip",
    modelKeys: keyIn(cnOnly, "dreamina_seedance_40_pro_vision"),
    ...offering(videoSizes),
    benefitType: priced("seedance_20_pro", ["720p", "1080p", "4k"], "_output"),
    membersOnly: true,
  },
  {
    ...seedance,
    id: "jimeng-video-seedance-2.0-fast-vip",
    modelKeys: keyIn(cnOnly, "dreamina_seedance_40_vision"),
    benefitType: { default: "seedance_20_fast_720p_output" },
    membersOnly: true,
  },
  {
    ...seedance,
    id: "jimeng-video-seedance-2.0-mini",
    modelKeys: keyIn(["cn", "us"], "dreamina_seedance_40_mini"),
    benefitType: { default: "seedance_20_mini_720p_output" },
  },
  {
    ...seedance,
    id: "seedance-2.0-lite",
    modelKeys: keyIn(cnOnly, "seedance_2_0_lite"),
    benefitType: { default: "seedance_2_0_lite" },
    notes: "One source; open to free accounts.",
  },
  {
    ...seedance,
    ...bothResolutions,
    id: "jimeng-video-seedance-2.5",
    modelKeys: keyIn(cnOnly, "dreamina_seedance_45_pro"),
    minDraftVersion: "3.3.28",
    // Inferred from its draft-mode sibling's `seedance_25_draft_480p_no_input_video_output`.
    benefitType: priced("seedance_25", ["720p", "1080p"], "_no_input_video_output"),
    notes: "One source; its price tag is inferred.",
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

/** Every built-in model, images first. */
export const builtInModels: readonly Model[] = [...imageModels, ...videoModels];
