// Translates the bodies of `POST /v1/jobs` into the domain request.

import { defaultModels } from "@jimeng/sdk";
import type { VideoRequest } from "@jimeng/sdk";

import { imageJobSchema, videoJobSchema } from "../../api/jobs.ts";
import type { JobBody } from "../../api/jobs.ts";
import { imageToolJobSchema, musicJobSchema, videoToolJobSchema } from "../../api/tools.ts";
import type { SubmissionContent } from "../../submission/submission.ts";
import {
  ignoredImageFields,
  ignoredVideoFields,
  invalid,
  refuseInImages,
  refuseInVideos,
  toImageRequest,
  toSubmissionFields,
  warnAboutFields,
  withoutUndefined,
} from "../body-fields.ts";
import type { TranslationContext } from "../context.ts";
import {
  imageReferenceFields,
  toImageReferences,
  toVideoReferences,
  videoReferenceFields,
} from "../reference-fields.ts";
import { toImageToolContent, toInterpolationContent, toMusicContent } from "../tool-request.ts";

type ToolJobBody = Extract<JobBody, { tool: string }>;
type ImageJobBody = Extract<Exclude<JobBody, ToolJobBody>, { kind: "image" }>;
type VideoJobBody = Extract<Exclude<JobBody, ToolJobBody>, { kind: "video" }>;

// The last two are read only to be refused.
const imageFieldNames = {
  known: [...Object.keys(imageJobSchema.shape), ...imageReferenceFields, "stream", "background"],
  ignored: ignoredImageFields,
};
const videoFieldNames = {
  known: [...Object.keys(videoJobSchema.shape), ...videoReferenceFields],
  ignored: ignoredVideoFields,
};

/** Translates a job's body. Throws `invalid_request` and `reference_unusable` for what cannot be had. */
export function toJobSubmission(body: JobBody, context: TranslationContext): SubmissionContent {
  if (body.tool != null) return toToolJob(body, context);
  return body.kind === "image" ? toImageJob(body, context) : toVideoJob(body, context);
}

function toToolJob(body: ToolJobBody, context: TranslationContext): SubmissionContent {
  switch (body.tool) {
    case "frame_interpolation":
      return toInterpolationContent(body, Object.keys(videoToolJobSchema.shape), context);
    case "music": {
      const { duration_seconds: durationSeconds } = body;
      const known = Object.keys(musicJobSchema.shape);
      return toMusicContent(body, { durationSeconds, known }, context);
    }
    default: {
      const known = Object.keys(imageToolJobSchema.shape);
      return toImageToolContent(body.tool, body, { count: body.count, known }, context);
    }
  }
}

function toImageJob(body: ImageJobBody, context: TranslationContext): SubmissionContent {
  const references = toImageReferences(body, context);
  refuseInImages(body);
  if (body["stream"] === true) {
    throw invalid(
      "stream",
      "A job is answered at once and streams nothing itself.",
      'Leave "stream" out and follow the events of the job.',
    );
  }
  const warnings = warnAboutFields(body, imageFieldNames);
  const wanted = {
    count: body.count,
    width: body.width ?? undefined,
    height: body.height ?? undefined,
  };
  const request = toImageRequest(body, wanted, warnings);
  return { requests: [request], references, ...toSubmissionFields(body, context), warnings };
}

function toVideoJob(body: VideoJobBody, context: TranslationContext): SubmissionContent {
  refuseInVideos(body);
  const request: VideoRequest = withoutUndefined({
    kind: "video",
    model: body.model ?? defaultModels.video,
    prompt: body.prompt,
    width: body.width ?? undefined,
    height: body.height ?? undefined,
    ratio: body.ratio ?? undefined,
    resolution: body.resolution ?? undefined,
    durationSeconds: body.duration_seconds ?? undefined,
    seed: body.seed ?? undefined,
  });
  return {
    requests: [request],
    references: toVideoReferences(body, context),
    ...toSubmissionFields(body, context),
    warnings: warnAboutFields(body, videoFieldNames),
  };
}
