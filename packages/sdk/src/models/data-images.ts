// The records of the built-in picture models (models.md, with its confidence marks).

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
} from "./offers.ts";
import { imageRatios, legacySizes1k, sizes15k, sizes2k, sizes4k, smallSizes1k } from "./sizes.ts";

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

const externalWith4k = {
  ...offering({ "1k": smallSizes1k, "2k": sizes2k, "4k": sizes4k }),
} as const;

const neverRun = {
  status: "experimental",
  notes: "Named by live lists; nobody has recorded a run.",
} as const;

const textOnly = { modes: ["text_to_image"], maxReferences: 0 } as const;

/** What `jimeng:key/<raw key>` of an unknown picture model may do. */
export const passThroughImage: Omit<Model, "id" | "modelKeys"> = {
  ...generation4,
  notes: "Passed through by its raw key.",
};

/** Every built-in picture model. */
export const imageModels: readonly Model[] = [
  {
    ...generation4,
    id: "jimeng-5.0-pro",
    aliases: ["seedream-5.0-pro"],
    modelKeys: keyIn(everywhere, "high_aes_general_v50p_large"),
    ...offering({ "1.5k": sizes15k, "2k": sizes2k, "4k": sizes4k }),
    modes: ["text_to_image", "image_to_image"],
    counts: { default: 2, options: [1, 2, 3, 4] },
    intelligentRatio: false,
    benefitType: priced("image_basic_v50_pro", ["1.5k", "2k", "4k"]),
    notes: "The pixels of 1.5k are known for 1:1 only; the others may differ.",
  },
  {
    ...generation4,
    id: "jimeng-5.0-flash",
    modelKeys: keyIn(cnOnly, "high_aes_general_v50_flash"),
    ...offering({ "1.5k": sizes15k, "2k": sizes2k }),
    modes: ["text_to_image", "image_to_image"],
    counts: { default: 4, options: [1, 2, 3, 4] },
    intelligentRatio: false,
    benefitType: priced("image_basic_v50_flash", ["1.5k", "2k"]),
    notes: "The pixels of 1.5k are known for 1:1 only; the others may differ.",
  },
  {
    ...generation4,
    ...withoutSmall,
    id: "jimeng-5.0",
    aliases: ["jimeng-image-5.0-lite", "jimeng-5.0-preview", "seedream-5.0-lite"],
    modelKeys: keyIn(everywhere, "high_aes_general_v50"),
    benefitType: priced("image_basic_v5", ["2k", "4k"]),
  },
  {
    ...generation4,
    ...withoutSmall,
    id: "jimeng-4.7",
    modelKeys: keyIn(cnAndAsia, "high_aes_general_v43"),
    benefitType: priced("image_basic_v43", ["2k", "4k"]),
  },
  {
    ...generation4,
    id: "jimeng-4.6",
    modelKeys: keyIn(everywhere, "high_aes_general_v42"),
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
    benefitType: priced("image_basic_v41", ["2k", "4k"]),
  },
  {
    ...generation4,
    id: "jimeng-4.0",
    modelKeys: keyIn(everywhere, "high_aes_general_v40"),
    benefitType: { default: "image_basic_generate_piece" },
    prices: { "1k": 1 },
  },
  {
    ...generation3,
    id: "jimeng-3.1",
    modelKeys: {
      ...keyIn(cnOnly, "high_aes_general_v30l_art_fangzhou:general_v3.0_18b"),
      ...keyIn(asia, "high_aes_general_v30l_art:general_v3.0_18b"),
    },
    benefitType: { default: "image_basic_generate_plus" },
  },
  {
    ...generation3,
    id: "jimeng-3.0",
    modelKeys: keyIn(everywhere, "high_aes_general_v30l:general_v3.0_18b"),
    benefitType: { default: "image_basic_generate_plus" },
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
    modelKeys: { ...keyIn(["us"], "gemini_3_image_pro"), ...keyIn(asia, "dreamina_image_lib_1") },
    defaultResolution: "2k",
    ...offering({ "1k": smallSizes1k, "2k": sizes2k, "4k": sizes4k }),
    benefitType: priced("image_basic_banana_pro", ["1k", "2k", "4k"]),
  },
  {
    ...external,
    id: "gpt-image-2",
    modelKeys: keyIn(international, "gpt_image_2"),
    ...externalWith4k,
  },
  {
    ...external,
    ...externalWith4k,
    id: "gpt-image-2.5-flare",
    modelKeys: keyIn(international, "dreamina_gpt_image_2_5_flare"),
    ...neverRun,
  },
  {
    ...external,
    ...externalWith4k,
    id: "gpt-image-2.5-sunburst",
    modelKeys: keyIn(international, "dreamina_gpt_image_2_5_sunburst"),
    ...neverRun,
  },
  {
    ...external,
    id: "mj-8.2",
    modelKeys: keyIn(cnOnly, "jm_image_model_yc_mj82"),
    maxReferences: 20,
    notes: "Always makes four pictures.",
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
