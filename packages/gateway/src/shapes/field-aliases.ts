// The one table of names that existing clients use for the fields of our bodies. docs/http-api.md shows it.

import type { ModelKind } from "@jimeng/sdk";

/** What a field means, whatever a family of clients calls it. */
export type FieldMeaning =
  | "prompt"
  | "negativePrompt"
  | "count"
  | "seed"
  | "ratio"
  | "size"
  | "width"
  | "height"
  | "resolution"
  | "duration"
  | "outputFormat"
  | "image"
  | "firstFrame"
  | "lastFrame"
  | "references"
  | "referenceStrength";

/** Names in snake_case by meaning; camelCase is turned into it before a name is looked up. */
type Aliases = Readonly<Partial<Record<FieldMeaning, readonly string[]>>>;

const commonAliases: Aliases = {
  prompt: ["text_prompt", "positive_prompt"],
  negativePrompt: ["neg_prompt", "negative"],
  count: [
    "n",
    "count",
    "num_images",
    "image_count",
    "number_of_images",
    "num_outputs",
    "num_samples",
    "n_samples",
    "samples",
    "batch_size",
    "n_iter",
    "gen_count",
  ],
  seed: ["random_seed", "noise_seed"],
  ratio: ["aspect_ratio", "image_ratio", "video_ratio", "aspect"],
  size: ["image_size", "video_size", "output_size", "dimensions"],
  width: ["image_width", "video_width", "output_width"],
  height: ["image_height", "video_height", "output_height"],
  resolution: ["image_resolution", "video_resolution", "resolution_type"],
  duration: [
    "duration",
    "seconds",
    "duration_seconds",
    "video_duration",
    "video_length",
    "length_seconds",
  ],
  outputFormat: ["image_format", "output_type", "image_type"],
};

const aliases: Readonly<Record<ModelKind, Aliases>> = {
  image: {
    ...commonAliases,
    image: [
      "file",
      "files",
      "img",
      "imgs",
      "img_url",
      "img_urls",
      "image_file",
      "image_files",
      "image_base64",
      "image_data",
      "base64_image",
      "input_image",
      "input_images",
      "input_image_url",
      "init_image",
      "init_images",
      "init_image_url",
      "source_image",
      "source_images",
      "source_image_url",
      "original_image",
      "reference_image",
      "reference_image_url",
      "reference_image_urls",
      "ref_image",
      "ref_images",
      "ref_image_url",
      "binary_data_base64",
      "picture",
      "pictures",
      "photo",
    ],
    referenceStrength: ["image_strength", "reference_image_strength"],
  },
  video: {
    ...commonAliases,
    firstFrame: [
      "first_frame_url",
      "first_frame_image_url",
      "first_frame_base64",
      "first_image",
      "first_image_url",
      "head_frame",
      "head_image",
      "start_frame",
      "start_frame_url",
      "start_image",
      "start_image_url",
      "init_image",
      "init_image_url",
      "input_image",
      "input_image_url",
      "source_image",
      "source_image_url",
      "img",
      "img_url",
      "image_file",
      "image_base64",
      "image_data",
      "base64_image",
      "file",
      "picture",
      "photo",
    ],
    lastFrame: [
      "last_frame_url",
      "last_frame_image_url",
      "last_frame_base64",
      "last_image",
      "last_image_url",
      "end_frame",
      "end_frame_url",
      "end_image",
      "end_image_url",
      "tail_frame",
      "tail_frame_url",
      "tail_image",
      "tail_image_url",
      "image_tail",
      "final_frame",
      "final_image",
    ],
    references: [
      "reference_image",
      "reference_image_url",
      "reference_image_urls",
      "ref_image",
      "ref_images",
      "ref_image_url",
      "reference_videos",
      "reference_audios",
    ],
  },
};

const lookup: Readonly<Record<ModelKind, ReadonlyMap<string, FieldMeaning>>> = {
  image: toLookup(aliases.image),
  video: toLookup(aliases.video),
};

function toLookup(table: Aliases): ReadonlyMap<string, FieldMeaning> {
  return new Map(
    Object.entries(table).flatMap(([meaning, names]) =>
      names.map((name) => [name, meaning as FieldMeaning] as const),
    ),
  );
}

/** Returns what a name means that is none of our fields; undefined when the table does not have it. */
export function meaningOfAlias(kind: ModelKind, name: string): FieldMeaning | undefined {
  return lookup[kind].get(toSnakeCase(name));
}

/** Returns `aspectRatio`, `aspect-ratio` and `AspectRatio` as `aspect_ratio`. */
export function toSnakeCase(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/[\s-]+/g, "_")
    .toLowerCase();
}

// What a program calls that is told of the end; nobody wants it to be forgotten.
const callbackName = /(^|_)(webhook|callback|notify|notification|hook)(_|$)/;
// Words that speak of material to work from.
const materialWords: ReadonlySet<string> = new Set([
  ...["image", "images", "img", "imgs", "picture", "pictures", "pic", "pics", "photo", "photos"],
  ...["frame", "frames", "video", "videos", "audio", "audios", "sound", "voice", "music"],
  ...["reference", "references", "ref", "refs", "mask", "masks", "sketch", "pose", "face"],
]);

/** Tells whether a name speaks of a program to be called back. */
export function isCallbackName(name: string): boolean {
  return callbackName.test(toSnakeCase(name));
}

/** Tells whether a name speaks of a picture, frame, video, sound, reference or mask. */
export function speaksOfMaterial(name: string): boolean {
  return toSnakeCase(name)
    .split(/[_.[\]]+/)
    .some((word) => materialWords.has(word));
}
