// The fields of the bodies of `POST /v1/jobs`.

import { imageJobSchema, videoJobSchema } from "../../api/jobs.ts";
import { ignoredImageFields, ignoredVideoFields, misplacedFields } from "../body-fields.ts";
import { normalizeBody } from "../normalize-body.ts";
import type { BodyFields } from "../normalize-body.ts";
import { toolJobFields } from "../tool-fields.ts";
import { imageReferenceFields, videoReferenceFields } from "../reference-fields.ts";

const names = {
  prompt: "prompt",
  negativePrompt: "negative_prompt",
  seed: "seed",
  ratio: "ratio",
  width: "width",
  height: "height",
  resolution: "resolution",
  outputFormat: "output_format",
} as const;

const imageFields: BodyFields = {
  kind: "image",
  known: new Set([
    ...Object.keys(imageJobSchema.shape),
    ...imageReferenceFields,
    ...misplacedFields.image,
  ]),
  ignored: new Set(ignoredImageFields),
  names: { ...names, count: "count", image: "image", referenceStrength: "reference_strength" },
};

const videoFields: BodyFields = {
  kind: "video",
  known: new Set([
    ...Object.keys(videoJobSchema.shape),
    ...videoReferenceFields,
    ...misplacedFields.video,
  ]),
  ignored: new Set(ignoredVideoFields),
  names: {
    ...names,
    duration: "duration_seconds",
    firstFrame: "first_frame",
    lastFrame: "last_frame",
    references: "references",
  },
};

/** Returns the body in our own fields; a body without a kind is left to the schema. */
export function normalizeJobBody(body: unknown): unknown {
  if (typeof body !== "object" || body === null) return body;
  const kind = "kind" in body ? body.kind : undefined;
  const hasTool = "tool" in body && body.tool != null;
  const toolFields = typeof kind === "string" ? toolJobFields[kind] : undefined;
  if (toolFields !== undefined && (hasTool || kind === "audio")) {
    return normalizeBody(body, toolFields);
  }
  if (kind === "image") return normalizeBody(body, imageFields);
  return kind === "video" ? normalizeBody(body, videoFields) : body;
}
