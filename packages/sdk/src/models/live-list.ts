// The part of a region's live list of models that could be read, and its stored form with the bounds of every value.

import * as z from "zod";

import type { ModelKind, Region } from "../operation.ts";

// A list of the site has ten to twenty models. What is larger than these bounds is not one, or not honest.
/** The largest number of models that are read of one list. */
export const maxLiveModels = 200;
/** The largest number of values that are read of one choice, such as the durations. */
export const maxLiveValues = 1000;
const maxTextLength = 100;
/** The longest side of a picture, in pixels. */
export const maxLiveSide = 16_384;
const maxResolutions = 12;
const maxSeconds = 3600;
const maxCount = 100;
const maxReferences = 1000;

const keySchema = z.string().regex(/^[\w.:-]{1,200}$/);
/** The form of a resolution's name. */
export const resolutionPattern = /^\d{1,5}(\.\d)?[kp]$/;
const resolutionSchema = z.string().regex(resolutionPattern);
const ratioSchema = z.string().regex(/^[1-9]\d?:[1-9]\d?$/);
/** The form of a price tag. */
export const benefitPattern = /^[\w.-]{1,100}$/;
const benefitSchema = z.string().regex(benefitPattern);
const sideSchema = z.int().min(1).max(maxLiveSide);
const countSchema = z.int().min(1).max(maxCount);
const limitSchema = z.int().min(0).max(maxReferences);
const secondsSchema = z.number().min(0).max(maxSeconds);
const modeSchema = z.enum([
  "text_to_video",
  "first_frame",
  "first_and_last_frame",
  "multi_frame",
  "omni_reference",
]);

const sizesSchema = z
  .record(
    resolutionSchema,
    z
      .record(ratioSchema, z.object({ width: sideSchema, height: sideSchema }))
      .refine((byRatio) => Object.keys(byRatio).length <= maxLiveValues),
  )
  .refine((sizes) => Object.keys(sizes).length <= maxResolutions);

const referenceLimitsSchema = z.object({
  total: limitSchema,
  images: limitSchema,
  videos: limitSchema,
  audios: limitSchema,
  /** Length of all videos together. */
  videoSeconds: secondsSchema.optional(),
  /** Length of all sounds together. */
  audioSeconds: secondsSchema.optional(),
});

/** The bounds of one model of a live list. A fact that the list did not tell, or not readably, is absent. */
export const liveModelSchema = z.object({
  /** The upstream's key. */
  key: keySchema,
  name: z.string().min(1).max(maxTextLength).optional(),
  /** False where the list says that the model is not online. */
  isOnline: z.boolean(),
  resolutions: z.array(resolutionSchema).min(1).max(maxResolutions).optional(),
  defaultResolution: resolutionSchema.optional(),
  /** The site's spelling of resolutions that differs from ours, such as `768P`; videos only. */
  resolutionNames: z
    .record(resolutionSchema, z.string().regex(/^\d{1,5}(\.\d)?[kpKP]$/))
    .refine((names) => Object.keys(names).length <= maxResolutions)
    .optional(),
  /** Pixels by resolution and ratio; pictures only. */
  sizes: sizesSchema.optional(),
  ratios: z.array(ratioSchema).min(1).max(maxLiveValues).optional(),
  durationsSeconds: z.array(z.int().min(1).max(maxSeconds)).min(1).max(maxLiveValues).optional(),
  modes: z.array(modeSchema).min(1).max(maxLiveValues).optional(),
  counts: z
    .object({ options: z.array(countSchema).min(1).max(maxLiveValues), default: countSchema })
    .optional(),
  /** Maximum number of reference pictures; pictures only. */
  maxReferences: limitSchema.optional(),
  referenceLimits: referenceLimitsSchema.optional(),
  /** The price tag of the model as a whole. */
  benefit: benefitSchema.optional(),
  /** The price tags that belong to one resolution each; one resolution may have several. */
  benefits: z
    .array(z.object({ resolution: resolutionSchema, tag: benefitSchema }))
    .min(1)
    .max(maxLiveValues)
    .optional(),
});

/** One model of a live list. */
export type LiveModel = z.infer<typeof liveModelSchema>;

const liveListSchema = z.object({
  region: z.enum(["cn", "us", "hk", "jp", "sg"]) satisfies z.ZodType<Region>,
  kind: z.enum(["image", "video"]) satisfies z.ZodType<ModelKind>,
  /** When it was read, in Unix milliseconds. */
  readAt: z.number().min(0).max(8_640_000_000_000_000),
  /** False where a part could not be read: a model that is missing then says nothing. */
  isComplete: z.boolean(),
  models: z.array(liveModelSchema).max(maxLiveModels),
});

/** What one of a region's two lists (pictures, videos) said when it was read. */
export type LiveList = z.infer<typeof liveListSchema>;

const storedListsSchema = z.array(liveListSchema).max(2);

/** Reads lists that were stored as JSON; undefined when they are damaged or of another version. */
export function parseLiveLists(text: string): LiveList[] | undefined {
  try {
    return storedListsSchema.safeParse(JSON.parse(text)).data;
  } catch {
    // Only JSON.parse throws: the text is no JSON.
    return undefined;
  }
}
