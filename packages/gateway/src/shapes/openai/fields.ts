// The fields of OpenAI's bodies, with our extensions.

import { imageBodySchema } from "../../api/images.ts";
import { remixBodySchema, videoBodySchema } from "../../api/videos.ts";
import { ignoredImageFields, ignoredVideoFields, misplacedFields } from "../body-fields.ts";
import type { BodyFields } from "../normalize-body.ts";
import { imageReferenceFields, videoReferenceFields } from "../reference-fields.ts";

const names = {
  prompt: "prompt",
  negativePrompt: "negative_prompt",
  seed: "seed",
  ratio: "ratio",
  size: "size",
  width: "width",
  height: "height",
  resolution: "resolution",
  outputFormat: "output_format",
} as const;

/** The fields of OpenAI's image bodies. */
export const openaiImageFields: BodyFields = {
  kind: "image",
  known: new Set([
    ...Object.keys(imageBodySchema.shape),
    ...imageReferenceFields,
    ...misplacedFields.image,
  ]),
  ignored: new Set(ignoredImageFields),
  names: { ...names, count: "n", image: "image", referenceStrength: "reference_strength" },
};

/** The fields of OpenAI's video body. */
export const openaiVideoFields: BodyFields = {
  kind: "video",
  known: new Set([
    ...Object.keys(videoBodySchema.shape),
    ...videoReferenceFields,
    ...misplacedFields.video,
  ]),
  ignored: new Set(ignoredVideoFields),
  names: {
    ...names,
    count: "n",
    duration: "seconds",
    firstFrame: "first_frame",
    lastFrame: "last_frame",
    references: "references",
  },
};

/** The fields of the body of a remix. */
export const openaiRemixFields: BodyFields = {
  kind: "video",
  known: new Set(Object.keys(remixBodySchema.shape)),
  ignored: new Set(ignoredVideoFields),
  names: { ...names, duration: "seconds", count: "n" },
  materialFix: "A remix works from the material of the original; make a new video for another.",
};
