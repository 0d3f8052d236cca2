// Translates finished jobs into OpenAI's answer to an image generation.

import type { ImagesAnswer } from "../../api/images.ts";
import type { WarningObject } from "../../api/warnings.ts";
import type { Asset, Job } from "../../jobs/job.ts";
import { toWarningObjects } from "../dialect.ts";
import type { Urls } from "../urls.ts";
import { toUnixSeconds } from "../values.ts";
import { openaiDialect } from "./names.ts";
import { chooseOutput, toFormatWarnings } from "./output-format.ts";
import type { PictureOutput } from "./output-format.ts";
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
export function toUrlAnswer(
  jobs: readonly [Job, ...Job[]],
  urls: Urls,
  output: PictureOutput | null = null,
): ImagesAnswer {
  const pictures = toAnswerAssets(jobs).map((asset) => {
    const variant = chooseOutput(asset, output);
    const contentType = variant === null ? asset.contentType : `image/${variant.format}`;
    return { url: urls.asset(asset, variant), contentType };
  });
  const contentTypes = pictures.map(({ contentType }) => contentType);
  const { created, ...rest } = toAnswerFrame(jobs, { output, contentTypes });
  return { created, data: pictures.map(({ url }) => ({ url })), ...rest };
}

/** The count of tokens that OpenAI's clients expect: the site counts credits, which the job tells. */
const noTokens = {
  input_tokens: 0,
  input_tokens_details: { image_tokens: 0, text_tokens: 0 },
  output_tokens: 0,
  total_tokens: 0,
};

/** The format in which pictures are answered, and the wanted one. */
export interface AnsweredFormat {
  output: PictureOutput | null;
  contentTypes: readonly string[];
}

/** Builds what an event says of a picture besides the picture. */
export function toPictureEvent(
  job: Job,
  asset: Asset,
  { output, contentType }: { output: PictureOutput | null; contentType: string },
): Record<string, unknown> {
  const { width, height, createdAt, index } = asset;
  const warnings = [...job.warnings, ...toFormatWarnings(output, [contentType])];
  return {
    created_at: toUnixSeconds(createdAt),
    ...(width === null || height === null ? {} : { size: `${width}x${height}` }),
    quality: "auto",
    background: "opaque",
    output_format: toFormatName(contentType),
    usage: noTokens,
    index,
    job_id: job.id,
    warnings: toWarningObjects(openaiDialect, job.kind, warnings),
  };
}

/** Builds the answer without its pictures. */
export function toAnswerFrame(
  jobs: readonly [Job, ...Job[]],
  { output, contentTypes }: AnsweredFormat = { output: null, contentTypes: [] },
): Omit<ImagesAnswer, "data"> {
  const [first] = jobs;
  const [contentType] = contentTypes;
  const size = toSizeText(first);
  return {
    created: toUnixSeconds(first.completedAt ?? first.createdAt),
    ...(size === "" ? {} : { size }),
    ...(contentType?.startsWith("image/") ? { output_format: toFormatName(contentType) } : {}),
    usage: noTokens,
    warnings: [...toDistinctWarnings(jobs), ...toFormatWarnings(output, contentTypes)],
    job_id: first.id,
    job_ids: jobs.map(({ id }) => id),
  };
}

function toFormatName(contentType: string): string {
  return contentType.replace(/^image\//, "");
}

function toDistinctWarnings(jobs: readonly Job[]): WarningObject[] {
  const warnings = jobs.flatMap((job) => toWarningObjects(openaiDialect, job.kind, job.warnings));
  return [...new Map(warnings.map((warning) => [JSON.stringify(warning), warning])).values()];
}
