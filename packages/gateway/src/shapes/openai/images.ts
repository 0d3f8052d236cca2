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
  const wanted = { count: body.n, ...toPixels(body.size) };
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
    respondAsync: body.background === true,
    streams,
    isEdit: false,
  };
}

/** Throws `invalid_request` for a body that wants both the job at once and each picture as it comes. */
export function refuseStreamInBackground(body: Pick<ImageBody, "stream" | "background">): void {
  if (body.stream !== true || body.background !== true) return;
  throw invalid(
    "background",
    '"background": true answers with the job at once; "stream" answers with the pictures.',
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

/** Translates the body of a variation: an edit whose prompt the schema does not require. */
export function toVariationSubmission(
  body: z.output<typeof imageVariationSchema>,
  context: TranslationContext,
): ImageSubmission {
  const prompt = body.prompt ?? "";
  const submission = toEditSubmission({ ...body, prompt }, context);
  if (prompt.trim() !== "") return submission;
  // The upstream works from words; which ones is the caller's choice.
  throw invalid(
    "prompt",
    "The upstream makes no variation without a prompt.",
    'Add the field "prompt" and say what should change or stay.',
  );
}
