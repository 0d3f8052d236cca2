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

/** How the pictures of an answer are given. */
export interface PictureAnswer {
  /** The format of the pictures; null for the stored one. */
  output: PictureOutput | null;
  /** What was asked of the site where the request had no words. */
  revisedPrompt?: string;
}

/** Builds the answer with URLs. */
export function toUrlAnswer(
  jobs: readonly [Job, ...Job[]],
  urls: Urls,
  { output, revisedPrompt }: PictureAnswer = { output: null },
): ImagesAnswer {
  // The jobs of one request have one owner.
  const [owner] = jobs;
  const words = revisedPrompt === undefined ? {} : { revised_prompt: revisedPrompt };
  const pictures = toAnswerAssets(jobs).map((asset) => {
    const variant = chooseOutput(asset, output);
    const contentType = variant === null ? asset.contentType : `image/${variant.format}`;
    return { url: urls.asset(asset, owner, variant), contentType };
  });
  const contentTypes = pictures.map(({ contentType }) => contentType);
  const { created, ...rest } = toAnswerFrame(jobs, { output, contentTypes });
  return {
    created,
    data: pictures.map(({ url }) => ({ url, ...words })),
    expires_at: urls.expiresAt(owner),
    ...rest,
    ...toPictureFacts(jobs),
  };
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
    quality: toQuality(job),
    background: "opaque",
    output_format: toFormatName(contentType),
    usage: noTokens,
    index,
    job_id: job.id,
    warnings: toWarningObjects(openaiDialect, job.kind, warnings),
  };
}

/** Builds what OpenAI's answer says of its pictures together; nothing for videos. */
export function toPictureFacts(
  jobs: readonly [Job, ...Job[]],
): Pick<ImagesAnswer, "background" | "quality"> {
  const [first] = jobs;
  return first.kind === "image" ? { background: "opaque", quality: toQuality(first) } : {};
}

const qualityOfResolution: Readonly<Record<string, string>> = {
  "1k": "low",
  "2k": "medium",
  "4k": "high",
};

/** Returns OpenAI's word for the resolution that was made: the opposite of the reading of `quality`. */
function toQuality({ request }: Job): string {
  return qualityOfResolution[request.resolution ?? ""] ?? "auto";
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
