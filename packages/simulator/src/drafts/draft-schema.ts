// Defines the types of `draft_content` (generate.md). Unknown fields pass, wrong types do not.

import * as z from "zod";

const maxSidePixels = 8192;

const uint32 = z.int().min(0).max(0xffff_ffff);
const text = z.string();

const largeImageInfo = z.looseObject({
  width: z.int().min(1).max(maxSidePixels),
  height: z.int().min(1).max(maxSidePixels),
  resolution_type: text.optional(),
});

const coreParam = z.looseObject({
  model: text,
  prompt: text,
  negative_prompt: text.optional(),
  seed: uint32.optional(),
  sample_strength: z.number().min(0).max(1).optional(),
  image_ratio: z.int().min(0).optional(),
  large_image_info: largeImageInfo.optional(),
  intelligent_ratio: z.boolean().optional(),
  generate_type: z.int().optional(),
});

/** A reference to an uploaded image. */
export const imageReference = z.looseObject({
  type: z.literal("image").optional(),
  source_from: text.optional(),
  platform_type: z.int().optional(),
  name: text.optional(),
  image_uri: text.min(1),
  uri: text.optional(),
  width: z.number().min(0).default(0),
  height: z.number().min(0).default(0),
  format: text.optional(),
});

const blendAbility = z.looseObject({
  name: text.min(1),
  image_uri_list: z.array(text.min(1)).min(1),
  image_list: z.array(imageReference).min(1),
  strength: z.number().min(0).max(1).optional(),
});

/** How many images are made; it stands beside the ability (generate.md). */
export const genOption = z.looseObject({
  generate_all: z.boolean().optional(),
  gen_count: z.int().optional(),
});

/** The abilities of an `image_base_component` (generate.md). */
export const imageAbilities = z.looseObject({
  generate: z.looseObject({ core_param: coreParam }).optional(),
  blend: z
    .looseObject({
      core_param: coreParam,
      ability_list: z.array(blendAbility).min(1),
      prompt_placeholder_info_list: z.array(z.looseObject({ ability_index: z.int().min(0) })),
      postedit_param: z.looseObject({ generate_type: z.int() }),
    })
    .optional(),
  gen_option: genOption.optional(),
});

const idipMeta = z.looseObject({
  meta_type: z.enum(["text", "idip_frame"]),
  text,
  frame_info: z.looseObject({ image_idx: z.int().min(0) }).optional(),
});

const multiFrame = z.looseObject({
  idx: z.int().min(0),
  duration_ms: z.int().min(1),
  prompt: text,
  media_info: z.looseObject({ media_type: z.literal(1), image_info: imageReference }),
});

const material = z.discriminatedUnion("material_type", [
  z.looseObject({ material_type: z.literal("image"), image_info: imageReference }),
  z.looseObject({
    material_type: z.literal("video"),
    video_info: z.looseObject({
      vid: text.min(1),
      width: z.int().min(0),
      height: z.int().min(0),
      duration: z.int().min(0),
    }),
  }),
  z.looseObject({
    material_type: z.literal("audio"),
    audio_info: z.looseObject({ vid: text.min(1), duration: z.int().min(0) }),
  }),
]);

const omniMeta = z.looseObject({
  meta_type: z.enum(["text", "image", "video", "audio"]),
  text: text.optional(),
  material_ref: z.looseObject({ material_idx: z.int().min(0) }).optional(),
});

const videoInput = z.looseObject({
  min_version: text.optional(),
  prompt: text,
  video_mode: z.int(),
  fps: z.int().min(1).max(120),
  duration_ms: z.int().min(1),
  resolution: text.optional(),
  is_draft_mode: z.boolean().optional(),
  first_frame_image: imageReference.nullish(),
  end_frame_image: imageReference.nullish(),
  idip_meta_list: z.array(idipMeta).nullish(),
  idip_frames: z.array(imageReference).nullish(),
  multi_frames: z.array(multiFrame).nullish(),
  unified_edit_input: z
    .looseObject({ material_list: z.array(material), meta_list: z.array(omniMeta) })
    .nullish(),
});

/** The abilities of a `video_base_component` (generate.md). */
export const videoAbilities = z.looseObject({
  gen_video: z.looseObject({
    text_to_video_params: z.looseObject({
      model_req_key: text,
      priority: z.int().optional(),
      seed: uint32.optional(),
      video_aspect_ratio: text.optional(),
      video_gen_inputs: z.array(videoInput).length(1),
    }),
    video_task_extra: text.optional(),
  }),
});

/** One component whose abilities are not checked yet. */
export const componentSchema = z.looseObject({
  type: text,
  id: text.min(1),
  min_version: text.optional(),
  aigc_mode: text.optional(),
  generate_type: text,
  parent_id: text.optional(),
  process_type: z.int().optional(),
  metadata: z
    .looseObject({
      created_platform: z.int().optional(),
      created_time_in_ms: z.union([text, z.int()]).optional(),
    })
    .optional(),
  abilities: z.looseObject({}),
});

/** The common frame of every draft (generate.md). */
export const draftSchema = z.looseObject({
  type: z.literal("draft"),
  id: text.min(1),
  min_version: text.optional(),
  min_features: z.array(text).optional(),
  is_from_tsn: z.boolean().optional(),
  version: text,
  main_component_id: text.min(1),
  component_list: z.array(componentSchema).min(1),
});

/** A component whose frame was checked. */
export type DraftComponent = z.infer<typeof componentSchema>;
/** The inner document of an image component. */
export type ImageAbilities = z.infer<typeof imageAbilities>;
/** The one input of a video component. */
export type VideoInput = z.infer<typeof videoInput>;
/** A reference to an uploaded image. */
export type ImageReference = z.infer<typeof imageReference>;
