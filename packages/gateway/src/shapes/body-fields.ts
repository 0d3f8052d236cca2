// Reads the fields that the bodies of every dialect share, and warns about those that have no effect.

import { JimengError, defaultModels, findModel } from "@jimeng/sdk";
import type { ImageRequest, Warning } from "@jimeng/sdk";

import type { SubmissionFields } from "../api/generations.ts";
import type { ImageBody } from "../api/images.ts";
import type { SubmissionContent } from "../submission/submission.ts";
import type { TranslationContext } from "./context.ts";

/** The names of a body's fields: those that are read, and those that are known to have no effect. */
export interface FieldNames {
  known: readonly string[];
  ignored: readonly string[];
}

/** OpenAI's fields of image bodies that have no counterpart upstream. */
export const ignoredImageFields = [
  "style",
  "moderation",
  "user",
  "output_format",
  "output_compression",
  "partial_images",
  "input_fidelity",
] as const;

/** OpenAI's fields of video bodies that have no counterpart upstream. */
export const ignoredVideoFields = ["user"] as const;

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

/** The names of material fields that a body of the other kind has; they are refused by name. */
export const misplacedFields = {
  image: Object.keys(misplacedImageFields),
  video: Object.keys(misplacedVideoFields),
} as const;

/** Throws `invalid_request` for what an image body asks for and cannot have. */
export function refuseInImages(body: Record<string, unknown>): void {
  refuseFields(body, misplacedImageFields);
  if (body["background"] === "transparent") {
    throw invalid(
      "background",
      "A transparent background is not offered.",
      'Leave "background" out, or set it to "opaque".',
    );
  }
}

/** Throws `invalid_request` for what a video body asks for and cannot have. */
export function refuseInVideos(body: Record<string, unknown>): void {
  refuseFields(body, misplacedVideoFields);
}

function refuseFields(
  body: Record<string, unknown>,
  fixes: Readonly<Record<string, string>>,
): void {
  for (const [field, fix] of Object.entries(fixes)) {
    const value = body[field];
    if (value == null || value === "" || (Array.isArray(value) && value.length === 0)) continue;
    throw invalid(field, `"${field}" is not supported here.`, fix);
  }
}

/** Builds the error of a field. */
export function invalid(param: string, message: string, fix: string): JimengError {
  return new JimengError("invalid_request", message, { param, fix });
}

/** The fields of image bodies that mean the same in every dialect. */
export type SharedImageFields = Pick<
  ImageBody,
  | "prompt"
  | "model"
  | "sequence"
  | "quality"
  | "ratio"
  | "resolution"
  | "negative_prompt"
  | "seed"
  | "sample_strength"
  | "intelligent_ratio"
  | "reference_strength"
>;

/**
 * Reads the shared fields of an image body; `wanted` is what each dialect writes in its own way. Without a count it is
 * the model's own.
 */
export function toImageRequest(
  body: SharedImageFields,
  wanted: { count: number | null | undefined; width?: number; height?: number },
  warnings: Warning[],
): ImageRequest {
  const model = body.model ?? defaultModels.image;
  const { count, width, height } = wanted;
  const hasPixels = width !== undefined || height !== undefined;
  return withoutUndefined({
    kind: "image",
    model,
    prompt: body.prompt,
    count: count ?? body.sequence ?? undefined,
    sequence: body.sequence ?? undefined,
    width,
    height,
    ratio: body.ratio ?? undefined,
    resolution: body.resolution ?? toResolution(body.quality, model, hasPixels, warnings),
    negativePrompt: body.negative_prompt ?? undefined,
    seed: body.seed ?? undefined,
    sampleStrength: body.sample_strength ?? undefined,
    intelligentRatio: body.intelligent_ratio ?? undefined,
    referenceStrength: body.reference_strength ?? undefined,
  });
}

const resolutionOfQuality = { low: "1k", medium: "2k", high: "4k", hd: "4k" } as const;

function toResolution(
  quality: ImageBody["quality"],
  model: string,
  hasPixels: boolean,
  warnings: Warning[],
): string | undefined {
  if (quality == null || quality === "auto" || quality === "standard" || hasPixels) {
    return undefined;
  }
  const wanted = resolutionOfQuality[quality];
  const known = findModel(model);
  if (known === undefined || known.resolutions.includes(wanted)) return wanted;
  warnings.push({
    code: "quality_unavailable",
    param: "quality",
    message: `${known.id} has no ${wanted}; it makes its default, ${known.defaultResolution}.`,
  });
  return undefined;
}

/** Reads the fields that say how to submit a request. */
export function toSubmissionFields(
  body: SubmissionFields & { account?: string | null },
  { now }: TranslationContext,
): Pick<
  SubmissionContent,
  | "account"
  | "priority"
  | "startBefore"
  | "join"
  | "maxCredits"
  | "dailyLimit"
  | "urlTtlSeconds"
  | "webhookUrl"
> {
  const { account, priority, start_before: seconds, join, max_credits: maxCredits } = body;
  const { daily_limit: dailyLimit, url_ttl_seconds: urlTtlSeconds, webhook_url: webhookUrl } = body;
  return {
    account: account ?? null,
    priority: priority ?? undefined,
    startBefore: seconds == null ? undefined : now + seconds * 1000,
    join: join ?? undefined,
    maxCredits: maxCredits ?? undefined,
    dailyLimit: dailyLimit ?? undefined,
    urlTtlSeconds: urlTtlSeconds ?? undefined,
    webhookUrl: webhookUrl ?? undefined,
  };
}

// Warnings are stored with every job of a request and shown with it each time: a caller's thousand fields are not.
const maxFieldWarnings = 20;
const maxFieldNameLength = 64;

/** Returns a warning for every field that has no effect. */
export function warnAboutFields(
  body: Record<string, unknown>,
  { known, ignored }: FieldNames,
): Warning[] {
  // The caller's own facts are kept with the jobs of every dialect.
  const read = [...known, "metadata"];
  const present = Object.keys(body).filter((name) => body[name] != null && !read.includes(name));
  const warnings = present.slice(0, maxFieldWarnings).map((field): Warning => {
    const name =
      field.length > maxFieldNameLength ? `${field.slice(0, maxFieldNameLength)}…` : field;
    return ignored.includes(name)
      ? { code: "parameter_ignored", param: name, message: `"${name}" has no effect here.` }
      : {
          code: "unknown_parameter",
          param: name,
          message: `"${name}" is not known and was ignored.`,
        };
  });
  const more = present.length - warnings.length;
  if (more === 0) return warnings;
  return [
    ...warnings,
    { code: "unknown_parameter", message: `${more} more fields are not known and were ignored.` },
  ];
}

/** Returns an object without the properties that are undefined. */
export function withoutUndefined<T extends object>(value: T): T {
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(entries) as T;
}
