// Translates the bodies of OpenAI's image routes into the domain request.

import type { Warning } from "@jimeng/sdk";
import type * as z from "zod";

import { imageBodySchema } from "../../api/images.ts";
import type { ImageBody, imageVariationSchema } from "../../api/images.ts";
import type { SubmissionContent } from "../../submission/submission.ts";
import {
  ignoredImageFields,
  invalid,
  refuseInImages,
  toImageRequest,
  toSubmissionFields,
  warnAboutFields,
} from "../body-fields.ts";
import type { TranslationContext } from "../context.ts";
import { imageReferenceFields, toImageReferences } from "../reference-fields.ts";
import { toPictureOutput } from "./output-format.ts";
import type { PictureOutput } from "./output-format.ts";
import { toPixels } from "./size.ts";

/** What an image body asks for: what to make, and how to answer. */
export interface ImageSubmission {
  content: SubmissionContent;
  /** Null when the caller left the choice open. */
  responseFormat: "url" | "b64_json" | null;
  /** The format of the answered pictures; null for the stored one. */
  output: PictureOutput | null;
  /** True when the caller wants the job at once instead of the pictures. */
  respondAsync: boolean;
  /** How long the caller waits for the pictures; absent where its body does not say so. */
  waitMs?: number;
  /** What was asked of the site where the body had no words. */
  revisedPrompt?: string;
  /** True when the caller wants each picture as an event as soon as it is there. */
  streams: boolean;
  /** True for an edit or a variation: their events have other names. */
  isEdit: boolean;
}

const fieldNames = {
  known: [...Object.keys(imageBodySchema.shape), ...imageReferenceFields],
  ignored: ignoredImageFields,
};

/** Translates an image body. Throws `invalid_request` and `reference_unusable` for what cannot be had. */
export function toImageSubmission(body: ImageBody, context: TranslationContext): ImageSubmission {
  const references = toImageReferences(body, context);
  refuseInImages(body);
  const streams = body.stream === true;
  refuseStreamInBackground(body);
  const warnings: Warning[] = warnAboutFields(body, fieldNames);
  const wanted = { count: body.n ?? body.sequence ?? 1, ...toPixels(body.size) };
  const request = toImageRequest(body, wanted, warnings);
  const output = toPictureOutput(body, warnings);
  return {
    content: {
      requests: [request],
      references,
      ...toSubmissionFields(body, context),
      warnings,
    },
    responseFormat: body.response_format ?? null,
    output,
    respondAsync: body.background === true || body.wait === false,
    waitMs: toWaitMs(body.wait),
    streams,
    isEdit: false,
  };
}

/** Reads `wait`; undefined for as long as it takes, and where the body does not say so. */
export function toWaitMs(wait: ImageBody["wait"]): number | undefined {
  return typeof wait === "number" ? Math.round(wait * 1000) : undefined;
}

/** Throws `invalid_request` for a body that wants both the job at once and each picture as it comes. */
export function refuseStreamInBackground(
  body: Pick<ImageBody, "stream" | "background" | "wait">,
): void {
  if (body.stream !== true) return;
  const param = body.background === true ? "background" : body.wait === false ? "wait" : undefined;
  if (param === undefined) return;
  throw invalid(
    param,
    `"${param}": ${String(body[param])} answers with the job at once; "stream" answers with the pictures.`,
    "Leave one of the two out.",
  );
}

/** Translates the body of an edit: an image body that needs a picture. */
export function toEditSubmission(body: ImageBody, context: TranslationContext): ImageSubmission {
  const submission = toImageSubmission(body, context);
  if (submission.content.references.length > 0) return { ...submission, isEdit: true };
  throw invalid(
    "image",
    "No picture is given.",
    "Send one as a file in the field image, or as a URL, data URL or file id.",
  );
}

/** What a variation asks of the site where the caller has no words of its own; docs/http-api.md quotes it. */
export const variationPrompt =
  "参考这张图片，生成一张新的图片：保持相同的主体、风格和氛围，构图和细节略有变化。";

/** Translates the body of a variation: an edit whose prompt is a fixed instruction where none is given. */
export function toVariationSubmission(
  body: z.output<typeof imageVariationSchema>,
  context: TranslationContext,
): ImageSubmission {
  if ((body.prompt ?? "").trim() !== "") {
    return toEditSubmission({ ...body, prompt: body.prompt ?? "" }, context);
  }
  const submission = toEditSubmission({ ...body, prompt: variationPrompt }, context);
  return { ...submission, revisedPrompt: variationPrompt };
}
