// Translates OpenAI's video body into the domain request, and a job into OpenAI's Video object.

import { defaultModels } from "@jimeng/sdk";
import { toPublicCode } from "../../api/errors.ts";
import { videoBodySchema } from "../../api/videos.ts";
import type { VideoBody, VideoObject } from "../../api/videos.ts";
import type { Job } from "../../jobs/job.ts";
import type { SubmissionContent } from "../../submission/submission.ts";
import {
  ignoredVideoFields,
  invalid,
  refuseInVideos,
  toSubmissionFields,
  warnAboutFields,
  withoutUndefined,
} from "../body-fields.ts";
import type { TranslationContext } from "../context.ts";
import { toWarningObjects } from "../dialect.ts";
import { toJobError } from "../errors.ts";
import { toVideoReferences, videoReferenceFields } from "../reference-fields.ts";
import type { Urls } from "../urls.ts";
import { toUnixSeconds, toUnixSecondsOrNull, toWholeProgress } from "../values.ts";
import { openaiDialect } from "./names.ts";
import { toPixels, toSizeText } from "./size.ts";

const fieldNames = {
  known: [...Object.keys(videoBodySchema.shape), ...videoReferenceFields],
  ignored: ignoredVideoFields,
};

/** Translates a video body. Throws `invalid_request` and `reference_unusable` for what cannot be had. */
export function toVideoSubmission(body: VideoBody, context: TranslationContext): SubmissionContent {
  refuseInVideos(body);
  const { seconds, duration } = body;
  if (seconds != null && duration != null && seconds !== duration) {
    throw invalid("seconds", `"seconds" and "duration" differ.`, "Give only one of the two.");
  }
  const request = withoutUndefined({
    kind: "video" as const,
    model: body.model ?? defaultModels.video,
    prompt: body.prompt,
    ...toPixels(body.size),
    ratio: body.ratio ?? undefined,
    resolution: body.resolution ?? undefined,
    durationSeconds: seconds ?? duration ?? undefined,
    seed: body.seed ?? undefined,
  });
  return {
    requests: [request],
    references: toVideoReferences(body, context),
    ...toSubmissionFields(body, context),
    warnings: warnAboutFields(body, fieldNames),
  };
}

/** Builds OpenAI's Video with the additions that relays rely on: `url`, `task_id`, `metadata.url`, `warnings`. */
export function toVideoObject(job: Job, urls: Urls): VideoObject {
  const { request } = job;
  const asset = job.status === "completed" ? job.assets[0] : undefined;
  const url = asset === undefined ? null : urls.asset(asset);
  const failed = job.status === "failed" || job.status === "cancelled";
  const error = failed ? toJobError(job, openaiDialect) : undefined;
  return {
    id: job.id,
    object: "video",
    model: request.model,
    status: job.status === "cancelled" ? "failed" : job.status,
    progress: toWholeProgress(job.progress),
    created_at: toUnixSeconds(job.createdAt),
    completed_at: toUnixSecondsOrNull(job.completedAt),
    expires_at: null,
    prompt: request.prompt,
    size: toSizeText(job),
    seconds:
      request.kind === "video" && request.tool === undefined ? String(request.durationSeconds) : "",
    remixed_from_video_id: null,
    error: error === undefined ? null : { code: toPublicCode(error.code), message: error.message },
    url,
    task_id: job.id,
    metadata: url === null ? {} : { url },
    warnings: toWarningObjects(openaiDialect, job.kind, job.warnings),
  };
}
