// The library of stored results as JSON: its assets, lists, timeline, and what may be changed.

import * as z from "zod";

import { assetSchema } from "../assets.ts";
import {
  defaultPageSize,
  flagSchema,
  pageQuerySchema,
  toListSchema,
  toPageSchema,
} from "../lists.ts";

/** A stored result with what it was made from; times are Unix seconds. */
export const libraryAssetSchema = assetSchema
  .extend({
    object: z.literal("asset"),
    job_id: z.string(),
    kind: z.enum(["image", "video", "audio"]).nullable(),
    model: z.string().nullable(),
    account: z.string().nullable(),
    /** Empty once the file was deleted for good. */
    prompt: z.string(),
    starred: z.boolean(),
    tags: z.array(z.string()),
    /** The ids of the results that it was made from, as far as they are known. */
    made_from: z.array(z.string()),
    created_at: z.int(),
    /** When the trash gives it up; null for what is not in the trash. */
    trash_expires_at: z.int().nullable(),
  })
  .meta({ id: "LibraryAsset" });

/** What a wall of pictures needs of a stored result. */
export const gridAssetSchema = libraryAssetSchema
  .pick({
    id: true,
    url: true,
    content_type: true,
    width: true,
    height: true,
    thumbhash: true,
    job_id: true,
    starred: true,
    created_at: true,
  })
  .meta({ id: "GridAsset" });

/** One page of stored results. */
export const libraryListSchema = toPageSchema(z.union([libraryAssetSchema, gridAssetSchema])).meta({
  id: "LibraryAssetList",
});

const maxNameLength = 200;
const filters = {
  kind: z.enum(["image", "video", "audio"]).optional(),
  model: z.string().min(1).max(maxNameLength).optional(),
  /** The id of the key that made them; only the owner may ask for another's. */
  key: z.string().min(1).max(maxNameLength).optional(),
  account: z.string().min(1).max(maxNameLength).optional(),
  starred: flagSchema.optional(),
  tag: z.string().trim().min(1).max(maxNameLength).optional(),
  /** The id of a result: what was made from it. */
  made_from: z.string().min(1).max(maxNameLength).optional(),
  /** True for what lies in the trash, instead of what does not. */
  trashed: flagSchema.optional(),
  /** Made at this time or later, in Unix seconds. */
  from: z.coerce.number().int().min(0).max(1e11).optional(),
  /** Made before this time, in Unix seconds. */
  to: z.coerce.number().int().min(0).max(1e11).optional(),
  /** Words of the prompt: all must be there; a word finds longer ones that begin with it. */
  q: z.string().trim().min(1).max(500).optional(),
};

/** The largest `limit` of a page of `view=grid`. */
export const maxGridSize = 1000;

/** The most results that are named in one query. */
const maxIds = 100;

const idsSchema = z
  .string()
  .transform((text) => text.split(","))
  .refine((ids) => ids.length <= maxIds, { error: `must be at most ${maxIds} ids` });

/** The query of `GET /v1/assets`. */
export const libraryQuerySchema = pageQuerySchema.extend({
  ...filters,
  /** Up to 100 ids, separated by commas: these, in this order, also from the trash; no filter works beside it. */
  ids: idsSchema.optional(),
  /** `grid` gives what a wall of pictures needs, up to 1000 at once. */
  view: z.enum(["full", "grid"]).default("full"),
  /** 1 to 100; up to 1000 for `view=grid`. */
  limit: z.coerce.number().int().min(1).max(maxGridSize).default(defaultPageSize),
});

/** The query of `GET /v1/assets/timeline`. */
export const timelineQuerySchema = z.object({
  ...filters,
  /** The time zone of the days, such as Asia/Shanghai. */
  time_zone: z.string().min(1).max(maxNameLength).default("UTC"),
});

/** The number of stored results by day, the latest first; days without any are left out. */
export const timelineSchema = toListSchema(z.object({ day: z.string(), count: z.int() }))
  .extend({ time_zone: z.string(), total: z.int() })
  .meta({ id: "AssetTimeline" });

/** The query of `GET /v1/assets/thumbnails`. */
export const thumbnailQuerySchema = z.object({
  /** Up to 100 ids, separated by commas. */
  ids: idsSchema,
});

/** The thumbnails of some pictures, in the order of the ids; those that are not made yet are left out. */
export const thumbnailListSchema = toListSchema(
  z.object({
    id: z.string(),
    content_type: z.string(),
    /** The file in base64. */
    data: z.base64(),
  }),
).meta({ id: "ThumbnailList" });

const maxTagLength = 64;
/** The most results that are changed at once. */
export const maxUpdateSize = 1000;
const tagSchema = z
  .string()
  .trim()
  .min(1)
  .max(maxTagLength)
  .regex(/^\P{Cc}*$/u, { error: "must have no control characters" });
/** The most tags that a result has. */
export const maxTags = 32;

/** The body of `PATCH /v1/assets/{id}`; what is left out stays. */
export const assetUpdateBodySchema = z
  .strictObject({
    starred: z.boolean().optional(),
    /** All tags, in place of those before. */
    tags: z.array(tagSchema).max(maxTags).optional(),
  })
  .meta({ id: "AssetUpdate" });

const maxRetentionDays = 36_500;
const maxRetentionGigabytes = 1_000_000;

/** The body of `POST /v1/assets/sweep`; limits that are left out are those of the settings. */
export const sweepBodySchema = z
  .strictObject({
    /** False removes; true tells what would be removed. */
    dry_run: z.boolean().default(true),
    days: z.int().min(1).max(maxRetentionDays).optional(),
    gigabytes: z.number().min(0).max(maxRetentionGigabytes).optional(),
  })
  .meta({ id: "SweepRequest" });

const amountSchema = z.object({ files: z.int(), bytes: z.int() });

/** What a sweep of the library removed, or would remove. */
export const sweepSchema = z
  .object({
    object: z.literal("sweep"),
    dry_run: z.boolean(),
    /** Deleted for good: 30 days in the trash. */
    expired: amountSchema,
    /** Moved into the trash: older than what is kept. */
    aged: amountSchema,
    /** Deleted for good: the oldest of too much. */
    excess: amountSchema,
  })
  .meta({ id: "Sweep" });

export type SweepBody = z.input<typeof sweepBodySchema>;
export type SweepObject = z.infer<typeof sweepSchema>;
/** The body of `PATCH /v1/assets`; what is left out stays. */
export const assetsUpdateBodySchema = z
  .strictObject({
    ids: z.array(z.string().min(1).max(maxNameLength)).min(1).max(maxUpdateSize),
    starred: z.boolean().optional(),
    /** Tags beside those before. */
    add_tags: z.array(tagSchema).max(maxTags).optional(),
    remove_tags: z.array(tagSchema).max(maxTags).optional(),
    /** True puts them into the trash, false takes them out. */
    trashed: z.boolean().optional(),
  })
  .meta({ id: "AssetsUpdate" });

/** What became of many results. */
export const assetsUpdateSchema = z
  .object({
    object: z.literal("asset.update"),
    /** The ids of the results that were changed. */
    updated: z.array(z.string()),
    /** The ids that are not the caller's, or were deleted for good. */
    missing: z.array(z.string()),
  })
  .meta({ id: "AssetsUpdated" });

export type LibraryAssetObject = z.infer<typeof libraryAssetSchema>;
export type GridAsset = z.infer<typeof gridAssetSchema>;
export type ThumbnailList = z.infer<typeof thumbnailListSchema>;
export type AssetTimeline = z.infer<typeof timelineSchema>;
export type AssetsUpdate = z.infer<typeof assetsUpdateSchema>;
export type AssetsUpdateBody = z.input<typeof assetsUpdateBodySchema>;
export type AssetUpdateBody = z.input<typeof assetUpdateBodySchema>;
/** Which stored results are wanted, as a client says it. */
export interface AssetFilterInput {
  kind?: "image" | "video" | "audio";
  model?: string;
  key?: string;
  account?: string;
  starred?: boolean;
  tag?: string;
  made_from?: string;
  trashed?: boolean;
  from?: number;
  to?: number;
  q?: string;
}
