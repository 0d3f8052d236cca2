// The translation between OpenAI's image and video shapes and the domain's requests. Pure.

import { JimengError, findModel } from "@jimeng/sdk";
import type { ImageRequest, VideoRequest, Warning } from "@jimeng/sdk";

import { toPublicCode } from "../../api/errors.ts";
import type { ImageBody } from "../../api/images.ts";
import type { VideoBody } from "../../api/videos.ts";
import { imageBodySchema } from "../../api/images.ts";
import { videoBodySchema } from "../../api/videos.ts";
import type { ModelObject } from "../../api/models.ts";
import type { VideoObject } from "../../api/videos.ts";
import { toJobError } from "../errors.ts";
import { toUnixSeconds, toWarningObjects, toWholeProgress } from "../native/job.ts";
import type { Job } from "../../jobs/job.ts";
import { imageReferenceFields, videoReferenceFields } from "./reference-fields.ts";
import type { Urls } from "../urls.ts";

/** The models used when a request names none. */
export const defaultModels = { image: "jimeng-4.0", video: "jimeng-video-3.0" } as const;

/** What an image body asks for, in the domain's words; `request` makes `count` pictures in all. */
export interface ImageWish {
  request: ImageRequest & { count: number };
  responseFormat: "url" | "b64_json" | null;
  /** Tells whether the caller wants the job at once instead of the pictures. */
  respondAsync: boolean;
  account: string | null;
  warnings: Warning[];
}

/** What a video body asks for, in the domain's words. */
export interface VideoWish {
  request: VideoRequest;
  account: string | null;
  warnings: Warning[];
}

// Fields of OpenAI's own that have no counterpart upstream.
const ignoredImageFields = [
  "style",
  "moderation",
  "user",
  "output_format",
  "output_compression",
  "partial_images",
  "input_fidelity",
  "metadata",
] as const;
const ignoredVideoFields = ["user", "metadata"] as const;

// A reference that is silently left out is a paid picture of the wrong thing: these are refused instead.
const misplacedImageFields: Readonly<Record<string, string>> = {
  mask: "No model here takes a mask: say in the prompt what should change where.",
  input_reference: "Give pictures in image.",
  first_frame: "Give pictures in image; frames belong to videos.",
  last_frame: "Give pictures in image; frames belong to videos.",
  first_frame_image: "Give pictures in image; frames belong to videos.",
  last_frame_image: "Give pictures in image; frames belong to videos.",
};
const misplacedVideoFields: Readonly<Record<string, string>> = {
  mask: "No model here takes a mask.",
  images: "Say what they are for: first_frame, last_frame, subjects, frames or references.",
  image_urls: "Say what they are for: first_frame, last_frame, subjects, frames or references.",
};

/** Reads an image body. Throws `invalid_request` for what is asked and cannot be had. */
export function toImageWish(body: ImageBody): ImageWish {
  refuseMisplaced(body, misplacedImageFields);
  if (body.stream === true) {
    throw invalid(
      "stream",
      "Streaming pictures is not offered.",
      'Leave "stream" out, or set it to false.',
    );
  }
  if (body.background === "transparent") {
    throw invalid(
      "background",
      "A transparent background is not offered.",
      'Leave "background" out, or set it to "opaque".',
    );
  }
  const known = [...Object.keys(imageBodySchema.shape), ...imageReferenceFields];
  const warnings = warnAboutFields(body, known, ignoredImageFields);
  const model = body.model ?? defaultModels.image;
  const resolution = body.resolution ?? resolutionOf(body, model, warnings);
  return {
    request: withoutUndefined({
      kind: "image",
      model,
      prompt: body.prompt,
      count: body.n ?? body.sequence ?? 1,
      sequence: body.sequence ?? undefined,
      ...toPixels(body.size),
      ratio: body.ratio ?? undefined,
      resolution,
      negativePrompt: body.negative_prompt ?? undefined,
      seed: body.seed ?? undefined,
      sampleStrength: body.sample_strength ?? undefined,
      intelligentRatio: body.intelligent_ratio ?? undefined,
      referenceStrength: body.reference_strength ?? undefined,
    }),
    responseFormat: body.response_format ?? null,
    respondAsync: body.background === true,
    account: body.account ?? null,
    warnings,
  };
}

/** Reads a video body. Throws `invalid_request` for what is asked and cannot be had. */
export function toVideoWish(body: VideoBody): VideoWish {
  refuseMisplaced(body, misplacedVideoFields);
  const known = [...Object.keys(videoBodySchema.shape), ...videoReferenceFields];
  const warnings = warnAboutFields(body, known, ignoredVideoFields);
  const { seconds, duration } = body;
  if (seconds != null && duration != null && seconds !== duration) {
    throw invalid("seconds", `"seconds" and "duration" differ.`, "Give only one of the two.");
  }
  return {
    request: withoutUndefined({
      kind: "video",
      model: body.model ?? defaultModels.video,
      prompt: body.prompt,
      ...toPixels(body.size),
      ratio: body.ratio ?? undefined,
      resolution: body.resolution ?? undefined,
      durationSeconds: seconds ?? duration ?? undefined,
      seed: body.seed ?? undefined,
    }),
    account: body.account ?? null,
    warnings,
  };
}

/**
 * Splits a wish for more pictures than the model makes in one start into one request a start. A given seed
 * counts up from part to part (warning `seed_varied`), since equal seeds would yield equal pictures.
 */
export function splitImageWish(wish: ImageWish): { requests: ImageRequest[]; warnings: Warning[] } {
  const options = findModel(wish.request.model)?.counts.options ?? [];
  const { seed, count, sequence } = wish.request;
  // A series comes of one start, however long it is.
  const isWhole = options.length === 0 || sequence !== undefined;
  const largest = isWhole ? count : Math.max(...options);
  const requests: ImageRequest[] = [];
  for (let left = count; left > 0; left -= largest) {
    const part: ImageRequest = { ...wish.request, count: Math.min(left, largest) };
    if (seed !== undefined) part.seed = (seed + requests.length) % seedSpan;
    requests.push(part);
  }
  const varied = seed !== undefined && requests.length > 1;
  const warning: Warning = {
    code: "seed_varied",
    param: "seed",
    message: `${count} pictures need ${requests.length} starts; the seed counts up by one from start to start.`,
  };
  return { requests, warnings: varied ? [...wish.warnings, warning] : wish.warnings };
}

const seedSpan = 2 ** 32;

/** Builds OpenAI's Video with the additions relays rely on: `url`, `task_id`, `metadata.url`, `warnings`. */
export function toVideoObject(job: Job, urls: Urls): VideoObject {
  const { request } = job;
  const asset = job.status === "completed" ? job.assets[0] : undefined;
  const url = asset === undefined ? null : urls.asset(asset.id);
  const failed = job.status === "failed" || job.status === "cancelled";
  const error = failed ? toJobError(job) : undefined;
  return {
    id: job.id,
    object: "video",
    model: request.model,
    status: job.status === "cancelled" ? "failed" : job.status,
    progress: toWholeProgress(job.progress),
    created_at: toUnixSeconds(job.createdAt),
    completed_at: job.completedAt === null ? null : toUnixSeconds(job.completedAt),
    expires_at: null,
    prompt: request.prompt,
    size: toSizeText(job),
    seconds: request.kind === "video" ? String(request.durationSeconds) : "",
    remixed_from_video_id: null,
    error: error === undefined ? null : { code: toPublicCode(error.code), message: error.message },
    url,
    task_id: job.id,
    metadata: url === null ? {} : { url },
    warnings: toWarningObjects(job.kind, job.warnings),
  };
}

// The registry has no release dates; OpenAI's clients want a number.
const registryCreatedAt = 1_735_689_600;

/** Builds one entry of `/v1/models`. */
export function toModelObject(model: NonNullable<ReturnType<typeof findModel>>): ModelObject {
  const regions = Object.keys(model.modelKeys);
  return {
    id: model.id,
    object: "model",
    created: registryCreatedAt,
    owned_by: regions.includes("cn") ? "jimeng" : "dreamina",
    jimeng: {
      kind: model.kind,
      regions,
      modes: [...model.modes],
      ratios: [...model.ratios],
      resolutions: [...model.resolutions],
      durations: [...model.durationsSeconds],
      counts: { default: model.counts.default, options: [...model.counts.options] },
      max_references: model.maxReferences,
      cost: null,
      status: model.status,
    },
  };
}

/** Gives a job's pixel size as `WxH`: the stored file's, else the one asked for, else empty. */
export function toSizeText(job: Job): string {
  const file = job.assets[0];
  if (file != null && file.width !== null && file.height !== null) {
    return `${file.width}x${file.height}`;
  }
  const { request } = job;
  const nominal = findModel(request.model)?.sizes[request.resolution]?.[request.ratio ?? ""];
  const width = request.width ?? nominal?.width;
  const height = request.height ?? nominal?.height;
  return !width || !height ? "" : `${width}x${height}`;
}

function toPixels(size: string | null | undefined): { width?: number; height?: number } {
  if (size == null || size === "auto") return {};
  const [width, height] = size.toLowerCase().split("x").map(Number);
  return { width, height };
}

function resolutionOf(body: ImageBody, model: string, warnings: Warning[]): string | undefined {
  const quality = body.quality ?? "auto";
  const asksForPixels = body.size != null && body.size !== "auto";
  const wanted =
    quality === "auto" || quality === "standard" ? undefined : resolutionOfQuality[quality];
  if (wanted === undefined || asksForPixels) return undefined;
  const known = findModel(model);
  if (known === undefined || known.resolutions.includes(wanted)) return wanted;
  warnings.push({
    code: "quality_unavailable",
    param: "quality",
    message: `${known.id} has no ${wanted}; it makes its default, ${known.defaultResolution}.`,
  });
  return undefined;
}

const resolutionOfQuality = { low: "1k", medium: "2k", high: "4k", hd: "4k" } as const;

function refuseMisplaced(
  body: Record<string, unknown>,
  fields: Readonly<Record<string, string>>,
): void {
  for (const [field, fix] of Object.entries(fields)) {
    const value = body[field];
    if (value == null || value === "" || (Array.isArray(value) && value.length === 0)) continue;
    throw invalid(field, `"${field}" is not supported here.`, fix);
  }
}

function warnAboutFields(
  body: Record<string, unknown>,
  known: readonly string[],
  ignored: readonly string[],
): Warning[] {
  const present = Object.keys(body).filter((name) => body[name] != null && !known.includes(name));
  const warnings = present
    .slice(0, mostFieldWarnings)
    .map((name) => (name.length > longestFieldName ? `${name.slice(0, longestFieldName)}…` : name))
    .map((name) =>
      ignored.includes(name)
        ? { code: "parameter_ignored", param: name, message: `"${name}" has no effect here.` }
        : {
            code: "unknown_parameter",
            param: name,
            message: `"${name}" is not known and was ignored.`,
          },
    );
  const more = present.length - warnings.length;
  if (more === 0) return warnings;
  return [
    ...warnings,
    { code: "unknown_parameter", message: `${more} more fields are not known and were ignored.` },
  ];
}

// Warnings are kept with every job of the wish and told with every look at it: a caller's thousand fields are not.
const mostFieldWarnings = 20;
const longestFieldName = 64;

function withoutUndefined<T extends object>(value: T): T {
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(entries) as T;
}

function invalid(param: string, message: string, fix: string): JimengError {
  return new JimengError("invalid_request", message, { param, fix });
}
