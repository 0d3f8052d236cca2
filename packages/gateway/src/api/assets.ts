// Stored result files: the query of their bytes, and what is said of them as JSON.

import * as z from "zod";

import { costSchema } from "./costs.ts";
import { flagSchema } from "./lists.ts";
import { pictureFormats } from "./words/picture-formats.ts";
import type { PictureFormat } from "./words/picture-formats.ts";

/** The largest width that a picture can be asked for in, in pixels. */
const maxWidth = 8192;

/** The name of a format; `jpg` is a common spelling of `jpeg`. */
export const pictureFormatSchema = z.enum([...pictureFormats, "jpg"], {
  error: "must be png, jpeg or webp",
});

/** A quality of JPEG and WebP: 0 for the smallest file, 100 for the best picture. */
export const pictureQualitySchema = z.int().min(0).max(100);

/** The query of `GET /v1/assets/{id}`. */
export const assetQuerySchema = z.object({
  sig: z.string().optional(),
  /** When the signature ends, in Unix seconds; it vouches for that, too. */
  exp: z.string().optional(),
  /** `thumbnail`: a WebP of at most 512 pixels, of a video the poster. */
  variant: z
    .enum(["original", "thumbnail"], { error: "must be original or thumbnail" })
    .default("original"),
  format: pictureFormatSchema.optional(),
  /** The largest width in pixels; nothing is enlarged. */
  width: z.coerce.number().int().min(1).max(maxWidth).optional(),
  quality: z.coerce.number().pipe(pictureQualitySchema).optional(),
  /** True for a picture with what it was made from written into the file (XMP). */
  metadata: flagSchema.optional(),
});

/** Returns the format that a name stands for; null without one. */
export function toPictureFormat(
  name: z.infer<typeof pictureFormatSchema> | null | undefined,
): PictureFormat | null {
  return name === "jpg" ? "jpeg" : (name ?? null);
}

/** One stored result file; times are Unix seconds. */
export const assetSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    /** When the URL ends; null where it works as long as the file and the key. */
    expires_at: z.int().nullable(),
    content_type: z.string(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    duration_seconds: z.number().nullable(),
    bytes: z.int(),
    upstream_url: z.string(),
    upstream_expires_at: z.int().nullable(),
    /** Whether the file ends early or is damaged; a recheck of its job has it fetched again. */
    incomplete: z.boolean(),
    /** A blurred placeholder in base64 (ThumbHash), made some seconds after the file was stored; null until then. */
    thumbhash: z.string().nullable(),
    /** When it was put into the trash, where it can be restored from for 30 days; its URL answers 404. */
    trashed_at: z.int().nullable(),
    /** When it was deleted for good; its URL answers 404. */
    deleted_at: z.int().nullable(),
  })
  .meta({ id: "Asset" });

/** What a stored result was made from; times are Unix seconds. */
export const assetMetadataSchema = z
  .object({
    object: z.literal("asset.metadata"),
    id: z.string(),
    job_id: z.string(),
    kind: z.enum(["image", "video", "audio"]),
    tool: z.string().nullable(),
    model: z.string(),
    prompt: z.string(),
    negative_prompt: z.string().nullable(),
    seed: z.int().nullable(),
    ratio: z.string().nullable(),
    resolution: z.string().nullable(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    duration_seconds: z.number().nullable(),
    content_type: z.string(),
    bytes: z.int(),
    /** The place among the results of its job, from 0. */
    index: z.int(),
    /** Of the whole job, whose other results it paid for, too. */
    cost: costSchema,
    /** The site's own ids of the generation and of this result. */
    submit_id: z.string().nullable(),
    history_id: z.string().nullable(),
    item_id: z.string().nullable(),
    created_at: z.int(),
  })
  .meta({ id: "AssetMetadata" });

export type AssetMetadata = z.infer<typeof assetMetadataSchema>;
export type AssetQuery = z.output<typeof assetQuerySchema>;
export type AssetObject = z.infer<typeof assetSchema>;
