// Translates OpenAI's video body into the domain request, and a job into OpenAI's Video object.

import { defaultModels } from "@jimeng/sdk";
import { toPublicCode } from "../../api/errors.ts";
import { remixBodySchema, videoBodySchema } from "../../api/videos.ts";
import type { RemixBody, VideoBody, VideoObject } from "../../api/videos.ts";
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

// What a remix keeps of the original: another value would have to be honoured, and makes a new video instead.
const keptByRemix = ["n", "seconds", "duration", "size", "ratio", "resolution", "seed"] as const;

/**
 * Reads the fields of a remix that say how to submit it. Throws `invalid_request` for one that asks for something else
 * than the original was.
 */
export function toRemixFields(
  body: RemixBody,
  { request }: Pick<Job, "request">,
  context: TranslationContext,
): Pick<
  SubmissionContent,
  | "priority"
  | "startBefore"
  | "join"
  | "maxCredits"
  | "dailyLimit"
  | "urlTtlSeconds"
  | "webhookUrl"
  | "warnings"
> {
  const stray = context.formFiles[0]?.field;
  const other = keptByRemix.find((name) => body[name] != null);
  const model = body.model != null && body.model !== request.model ? "model" : undefined;
  const param = stray ?? other ?? model;
  if (param !== undefined) {
    throw invalid(
      param,
      `A remix keeps the "${param}" of the original.`,
      "Leave it out, or make a new video (POST /v1/videos).",
    );
  }
  const { account: _account, ...fields } = toSubmissionFields(body, context);
  const known = Object.keys(remixBodySchema.shape);
  return { ...fields, warnings: warnAboutFields(body, { known, ignored: ignoredVideoFields }) };
}

const noTokens = { input_tokens: 0, output_tokens: 0, total_tokens: 0 };

/** Builds OpenAI's Video with the additions that relays rely on: `url`, `task_id`, `metadata.url`, `usage`. */
export function toVideoObject(job: Job, urls: Urls): VideoObject {
  const { request } = job;
  const asset = job.status === "completed" ? job.assets[0] : undefined;
  const url = asset === undefined ? null : urls.asset(asset, job);
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
    expires_at: url === null ? null : urls.expiresAt(job),
    prompt: request.prompt,
    size: toSizeText(job),
    seconds:
      request.kind === "video" && request.tool === undefined ? String(request.durationSeconds) : "",
    remixed_from_video_id: job.remixOf,
    error: error === undefined ? null : { code: toPublicCode(error.code), message: error.message },
    url,
    task_id: job.id,
    metadata: url === null ? {} : { url },
    usage: noTokens,
    warnings: toWarningObjects(openaiDialect, job.kind, job.warnings),
  };
}
