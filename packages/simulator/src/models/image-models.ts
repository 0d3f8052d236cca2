// Lists the simulator's own image models, written from models.md.

import type { Region } from "../regions.ts";
import type { ImageModel } from "./models.ts";
import { legacySizes1k, smallSizes1k } from "./sizes.ts";

const everywhere: readonly Region[] = ["cn", "us", "hk", "jp", "sg"];
const cnAndAsia: readonly Region[] = ["cn", "hk", "jp", "sg"];
const international: readonly Region[] = ["us", "hk", "jp", "sg"];
const asia: readonly Region[] = ["hk", "jp", "sg"];

/** The facts that most models of today share: small 1k sizes, and the resolution decides the size. */
const current = { sizes1k: smallSizes1k, keepsSentSize: false };

/** The facts that 4.0 and later share: one to eight images, and more by the prompt. */
const generation4 = {
  ...current,
  defaultResolution: "2k",
  counts: [1, 2, 3, 4, 5, 6, 7, 8],
  defaultCount: 4,
  maxReferences: 10,
  sequence: true,
};

/** The facts of the models that always make four images. */
const fourAlways = { ...current, counts: [4], defaultCount: 4, sequence: false };

/** The facts that 3.x and older models share: four images, larger 1k sizes. */
const generation3 = { ...fourAlways, sizes1k: legacySizes1k, defaultResolution: "1k" };

/** Builds the benefit types of a model from the pattern that most names follow (generate.md). */
function benefitsOf(name: string, resolutions: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    resolutions.map((resolution) => [
      resolution,
      `image_basic_${name}_${resolution.replace(".", "")}`,
    ]),
  );
}

const plusBenefits = { "1k": "image_basic_generate_plus", "2k": "image_uhd" };

/** The image models. */
export const imageModels: readonly ImageModel[] = [
  {
    key: "high_aes_general_v50p_large",
    name: "图片 5.0 Pro",
    source: "Seedream 5.0-pro",
    regions: everywhere,
    resolutions: ["1.5k", "2k", "4k"],
    benefits: benefitsOf("v50_pro", ["1k", "1.5k", "2k", "4k"]),
    ...generation4,
    counts: [1, 2, 3, 4],
    defaultCount: 2,
    sequence: false,
  },
  {
    key: "high_aes_general_v50_flash",
    name: "图片 5.0 Flash",
    source: "Seedream 5.0-flash",
    regions: ["cn"],
    resolutions: ["1.5k", "2k"],
    benefits: benefitsOf("v50_flash", ["1.5k", "2k"]),
    ...generation4,
    counts: [1, 2, 3, 4],
    sequence: false,
  },
  {
    key: "high_aes_general_v50",
    name: "图片 5.0 Lite",
    source: "Seedream 5.0",
    regions: everywhere,
    resolutions: ["2k", "4k"],
    benefits: benefitsOf("v5", ["2k", "4k"]),
    ...generation4,
  },
  {
    key: "high_aes_general_v43",
    name: "图片 4.7",
    source: "Seedream 4.7",
    regions: cnAndAsia,
    resolutions: ["2k", "4k"],
    benefits: benefitsOf("v43", ["2k", "4k"]),
    ...generation4,
  },
  {
    key: "high_aes_general_v42",
    name: "图片 4.6",
    source: "Seedream 4.6",
    regions: everywhere,
    resolutions: ["1k", "2k", "4k"],
    benefits: benefitsOf("v46", ["2k", "4k"]),
    ...generation4,
  },
  {
    key: "high_aes_general_v40l",
    name: "图片 4.5",
    source: "Seedream 4.5",
    regions: everywhere,
    resolutions: ["1k", "2k", "4k"],
    benefits: benefitsOf("v4_pro", ["2k", "4k"]),
    ...generation4,
  },
  {
    key: "high_aes_general_v41",
    name: "图片 4.1",
    source: "Seedream 4.1",
    regions: everywhere,
    resolutions: ["1k", "2k", "4k"],
    benefits: benefitsOf("v41", ["1k", "2k", "4k"]),
    ...generation4,
  },
  {
    key: "high_aes_general_v40",
    name: "图片 4.0",
    source: "Seedream 4.0",
    regions: everywhere,
    resolutions: ["1k", "2k", "4k"],
    benefits: { "2k": "image_basic_generate_piece", "4k": "image_uhd_4k" },
    ...generation4,
  },
  {
    key: "high_aes_general_v30l_art_fangzhou:general_v3.0_18b",
    name: "图片 3.1",
    source: "Seedream 3.1",
    regions: ["cn"],
    resolutions: ["1k", "2k"],
    benefits: plusBenefits,
    maxReferences: 1,
    ...generation3,
  },
  {
    key: "high_aes_general_v30l_art:general_v3.0_18b",
    name: "图片 3.1",
    source: "Seedream 3.1",
    regions: asia,
    resolutions: ["1k", "2k"],
    benefits: plusBenefits,
    maxReferences: 1,
    ...generation3,
  },
  {
    key: "high_aes_general_v30l:general_v3.0_18b",
    name: "图片 3.0",
    source: "Seedream 3.0",
    regions: everywhere,
    resolutions: ["1k", "2k"],
    benefits: plusBenefits,
    maxReferences: 1,
    ...generation3,
  },
  {
    key: "high_aes_general_v21_L:general_v2.1_L",
    name: "图片 2.1",
    source: "Seedream 2.1",
    regions: ["cn"],
    resolutions: ["1k"],
    benefits: {},
    maxReferences: 1,
    ...generation3,
  },
  {
    key: "high_aes_general_v20_L:general_v2.0_L",
    name: "图片 2.0-pro",
    source: "Seedream 2.0-pro",
    regions: ["cn"],
    resolutions: ["1k"],
    benefits: {},
    maxReferences: 1,
    ...generation3,
  },
  {
    key: "high_aes_general_v20:general_v2.0",
    name: "图片 2.0",
    source: "Seedream 2.0",
    regions: ["cn"],
    resolutions: ["1k"],
    benefits: {},
    maxReferences: 0,
    ...generation3,
  },
  {
    key: "high_aes_general_v14:general_v1.4",
    name: "图片 1.4",
    source: "Seedream 1.4",
    regions: ["cn"],
    resolutions: ["1k"],
    benefits: {},
    maxReferences: 0,
    ...generation3,
  },
  {
    key: "text2img_xl_sft",
    name: "图片 xl-pro",
    source: "Seedream xl-pro",
    regions: ["cn"],
    resolutions: ["1k"],
    benefits: {},
    maxReferences: 0,
    ...generation3,
  },
  {
    key: "external_model_gemini_flash_image_v25",
    name: "图片 nanobanana",
    source: "nanobanana",
    regions: international,
    resolutions: ["1k"],
    defaultResolution: "1k",
    benefits: {},
    maxReferences: 10,
    ...fourAlways,
    keepsSentSize: true,
  },
  {
    key: "dreamina_image_lib_1",
    name: "图片 nanobananapro",
    source: "nanobananapro",
    regions: international,
    resolutions: ["1k", "2k", "4k"],
    defaultResolution: "2k",
    benefits: {},
    maxReferences: 10,
    ...fourAlways,
  },
  {
    key: "gemini_3_image_pro",
    name: "图片 Nano Banana Pro",
    source: "Nano Banana Pro",
    regions: international,
    resolutions: ["1k", "2k", "4k"],
    defaultResolution: "2k",
    benefits: {},
    maxReferences: 10,
    ...fourAlways,
  },
  {
    key: "gpt_image_2",
    name: "图片 gpt-image-2",
    source: "gpt-image-2",
    regions: international,
    resolutions: ["1k", "2k", "4k"],
    defaultResolution: "1k",
    benefits: {},
    maxReferences: 10,
    ...fourAlways,
  },
  {
    key: "dreamina_gpt_image_2_5_flare",
    name: "图片 gpt-image-2.5 Flare",
    source: "gpt-image-2.5",
    regions: international,
    resolutions: ["1k", "2k", "4k"],
    defaultResolution: "1k",
    benefits: {},
    maxReferences: 10,
    ...fourAlways,
  },
  {
    key: "dreamina_gpt_image_2_5_sunburst",
    name: "图片 gpt-image-2.5 Sunburst",
    source: "gpt-image-2.5",
    regions: international,
    resolutions: ["1k", "2k", "4k"],
    defaultResolution: "1k",
    benefits: {},
    maxReferences: 10,
    ...fourAlways,
  },
  {
    key: "jm_image_model_yc_mj82",
    name: "图片美学模型 V8.2",
    source: "mj-8.2",
    regions: ["cn"],
    resolutions: ["1k", "2k"],
    defaultResolution: "1k",
    benefits: {},
    maxReferences: 20,
    ...fourAlways,
  },
  {
    key: "high_aes_general_v50_lab",
    name: "图片 lab",
    source: "Seedream lab",
    regions: ["cn"],
    resolutions: ["2k"],
    defaultResolution: "2k",
    benefits: {},
    maxReferences: 10,
    ...fourAlways,
  },
];
