// Translates finished jobs into OpenAI's answer to an image generation.

import type { ImagesAnswer } from "../../api/images.ts";
import type { WarningObject } from "../../api/warnings.ts";
import type { Asset, Job } from "../../jobs/job.ts";
import { toWarningObjects } from "../dialect.ts";
import type { Urls } from "../urls.ts";
import { toUnixSeconds } from "../values.ts";
import { openaiDialect } from "./names.ts";
import { toSizeText } from "./size.ts";

/** Returns the pictures that were asked for, in order; extra ones stay assets of their jobs. */
export function toAnswerAssets(jobs: readonly Job[]): Asset[] {
  return jobs.flatMap((job) =>
    [...job.assets]
      .sort((left, right) => left.index - right.index)
      .slice(0, job.request.kind === "image" ? job.request.count : undefined),
  );
}

/** Builds the answer with URLs. */
export function toUrlAnswer(jobs: readonly [Job, ...Job[]], urls: Urls): ImagesAnswer {
  const { created, ...rest } = toAnswerFrame(jobs);
  return {
    created,
    data: toAnswerAssets(jobs).map((asset) => ({ url: urls.asset(asset) })),
    ...rest,
  };
}

/** The count of tokens that OpenAI's clients expect: the site counts credits, which the job tells. */
const noTokens = {
  input_tokens: 0,
  input_tokens_details: { image_tokens: 0, text_tokens: 0 },
  output_tokens: 0,
  total_tokens: 0,
};

/** Builds what an event says of a picture besides the picture. */
export function toPictureEvent(job: Job, asset: Asset): Record<string, unknown> {
  const { width, height, contentType, createdAt, index } = asset;
  return {
    created_at: toUnixSeconds(createdAt),
    ...(width === null || height === null ? {} : { size: `${width}x${height}` }),
    quality: "auto",
    background: "opaque",
    output_format: contentType.replace(/^image\//, ""),
    usage: noTokens,
    index,
    job_id: job.id,
    warnings: toWarningObjects(openaiDialect, job.kind, job.warnings),
  };
}

/** Builds the answer without its pictures. */
export function toAnswerFrame(jobs: readonly [Job, ...Job[]]): Omit<ImagesAnswer, "data"> {
  const [first] = jobs;
  const size = toSizeText(first);
  return {
    created: toUnixSeconds(first.completedAt ?? first.createdAt),
    ...(size === "" ? {} : { size }),
    usage: noTokens,
    warnings: toDistinctWarnings(jobs),
    job_id: first.id,
    job_ids: jobs.map(({ id }) => id),
  };
}

function toDistinctWarnings(jobs: readonly Job[]): WarningObject[] {
  const warnings = jobs.flatMap((job) => toWarningObjects(openaiDialect, job.kind, job.warnings));
  return [...new Map(warnings.map((warning) => [JSON.stringify(warning), warning])).values()];
}
