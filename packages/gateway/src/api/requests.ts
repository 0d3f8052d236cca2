// The JSON bodies and queries that callers send, as zod schemas: OpenAI's fields, then our extensions.

import * as z from "zod";

import { jobStatuses } from "./schemas.ts";

/** OpenAI's largest `n`; more pictures than one start can make become several jobs. */
export const largestImageCount = 10;

const largestSeed = 0xffff_ffff;
const largestPage = 100;
const defaultPage = 20;

const sizePattern = /^\d{1,5}x\d{1,5}$/i;
const size = z.string().refine((text) => text === "auto" || sizePattern.test(text), {
  error: 'must be WIDTHxHEIGHT in pixels, such as "2048x2048", or "auto"',
});
const prompt = z.string().refine((text) => text.trim() !== "", {
  error: "is empty: say in a few words what should be made",
});

const imageUrl = z.union([z.string(), z.looseObject({ url: z.string() })]);

/**
 * A reference: an http or https URL, a data URL, the id of an uploaded file (`file_…`) or of a stored result
 * (`asset_…`), or OpenAI's object with one of them.
 */
export const referenceSchema = z
  .union(
    [
      z.string().min(1),
      z.looseObject({ image_url: imageUrl.nullish(), file_id: z.string().nullish() }),
    ],
    { error: "must be a URL, a data URL, a file id, or an object with image_url or file_id" },
  )
  .meta({ id: "Reference" });

const references = z.union([referenceSchema, z.array(referenceSchema)]).nullish();

const largestPriority = 10;
// A year: a number that can only be a mistake is told so.
const longestStartSeconds = 31_536_000;

const orderFields = {
  /** -10 to 10, default 0: jobs of a higher one are started first. */
  priority: z.int().min(-largestPriority).max(largestPriority).nullish(),
  /** In seconds: a job that was not started by then fails, with nothing paid. */
  start_before: z.number().positive().max(longestStartSeconds).nullish(),
  /** False makes new jobs even where the answer to the same request was lost a moment ago. */
  join: z.boolean().nullish(),
};

/** What every body that makes jobs may say of them, beside what is to be made. */
export interface OrderFields {
  priority?: number | null;
  start_before?: number | null;
  join?: boolean | null;
}

const smallestSequence = 2;
const largestSequence = 15;

/** The body of `POST /v1/images/generations` and `/v1/images/edits` (contracts 1); unknown keys are kept, to be warned about. */
export const imageBodySchema = z
  .looseObject({
    prompt,
    model: z.string().nullish(),
    n: z.int().min(1).max(largestImageCount).nullish(),
    size: size.nullish(),
    quality: z.enum(["standard", "hd", "low", "medium", "high", "auto"]).nullish(),
    response_format: z.enum(["url", "b64_json"]).nullish(),
    background: z
      .union([z.boolean(), z.enum(["transparent", "opaque", "auto"])], {
        error: "must be true (answer 202 with the job), opaque or auto",
      })
      .nullish(),
    ratio: z.string().nullish(),
    resolution: z.string().nullish(),
    negative_prompt: z.string().nullish(),
    seed: z.int().min(0).max(largestSeed).nullish(),
    sample_strength: z.number().min(0).max(1).nullish(),
    intelligent_ratio: z.boolean().nullish(),
    account: z.string().min(1).nullish(),
    stream: z.boolean().nullish(),
    image: references,
    images: references,
    references,
    reference_strength: z.number().min(0).max(1).nullish(),
    sequence: z.int().min(smallestSequence).max(largestSequence).nullish(),
    ...orderFields,
  })
  .meta({ id: "ImageGenerationRequest" });

/** The body of `POST /v1/images/variations`: OpenAI has no prompt there, the upstream needs one. */
export const imageVariationSchema = imageBodySchema
  .extend({ prompt: z.string().nullish() })
  .meta({ id: "ImageVariationRequest" });

const wholeSeconds = z
  .union([z.int().positive(), z.string().regex(/^[1-9]\d{0,5}$/)], {
    error: "must be a whole number of seconds, as a number or a string",
  })
  .transform(Number);

const frame = z.union([
  z.string().min(1),
  z.looseObject({
    image: referenceSchema.nullish(),
    seconds: z.number().positive().nullish(),
    prompt: z.string().nullish(),
  }),
]);

/** The body of `POST /v1/videos` (contracts 2); unknown keys are kept, to be warned about. */
export const videoBodySchema = z
  .looseObject({
    prompt,
    model: z.string().nullish(),
    n: z.literal(1, { error: "must be 1: one call makes one video" }).nullish(),
    seconds: wholeSeconds.nullish(),
    duration: wholeSeconds.nullish(),
    size: size.nullish(),
    ratio: z.string().nullish(),
    resolution: z.string().nullish(),
    seed: z.int().min(0).max(largestSeed).nullish(),
    account: z.string().min(1).nullish(),
    input_reference: references,
    first_frame: references,
    last_frame: references,
    subjects: references,
    frames: z.array(frame).nullish(),
    references,
    ...orderFields,
  })
  .meta({ id: "VideoRequest" });

/** The query of every cursor list. */
export const pageQuerySchema = z.object({
  after: z.string().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(largestPage).default(defaultPage),
  order: z.enum(["asc", "desc"]).default("desc"),
});

const longestName = 255;
// OpenAI's own bounds of a file's life, in seconds: an hour and thirty days.
const shortestLife = 3600;
const longestLife = 2_592_000;

/** The query of `POST /v1/files`, for bodies that are the file's bytes. */
export const fileQuerySchema = z.object({
  filename: z.string().max(longestName).optional(),
  purpose: z.string().min(1).optional(),
  /** In seconds; OpenAI's forms carry it as `expires_after[seconds]`. */
  expires_after: z.coerce.number().int().min(shortestLife).max(longestLife).optional(),
});

/** The query of `GET /v1/files`. */
export const filePageQuerySchema = pageQuerySchema.extend({
  purpose: z.string().min(1).optional(),
});

/** The query of `GET /v1/jobs`. */
export const jobQuerySchema = pageQuerySchema.extend({
  status: z.enum(jobStatuses).optional(),
  kind: z.enum(["image", "video"]).optional(),
  account: z.string().min(1).optional(),
  /** The id of the key that made them; the owner's to ask. */
  key: z.string().min(1).optional(),
  /** Unix seconds. */
  created_after: z.coerce.number().int().min(0).optional(),
  created_before: z.coerce.number().int().min(0).optional(),
});

const pixels = z.int().min(1).max(99_999).nullish();

/** The body of `POST /v1/jobs` for pictures: our own words, beside those of `/v1/images/generations`. */
const imageJobSchema = z.looseObject({
  kind: z.literal("image"),
  ...imageBodySchema.omit({ n: true, size: true, stream: true, background: true }).shape,
  count: imageBodySchema.shape.n,
  width: pixels,
  height: pixels,
});

/** The body of `POST /v1/jobs` for a video. */
const videoJobSchema = z.looseObject({
  kind: z.literal("video"),
  ...videoBodySchema.omit({ n: true, size: true, seconds: true, duration: true }).shape,
  duration_seconds: wholeSeconds.nullish(),
  width: pixels,
  height: pixels,
});

/** The body of `POST /v1/jobs` (contracts 9). */
export const jobBodySchema = z
  .discriminatedUnion("kind", [imageJobSchema, videoJobSchema])
  .meta({ id: "JobOrder" });

/** The body of `POST /v1/jobs/{id}/retry`. */
export const retryBodySchema = z
  .object({ force: z.boolean().nullish() })
  .nullish()
  .meta({ id: "RetryRequest" });

export type JobBody = z.output<typeof jobBodySchema>;
/** What a client may send to make jobs; our own names. */
export type JobBodyInput = z.input<typeof jobBodySchema>;
export type ImageBody = z.output<typeof imageBodySchema>;
export type VideoBody = z.output<typeof videoBodySchema>;
/** What a client may send to make pictures; OpenAI's names. */
export type ImageBodyInput = z.input<typeof imageBodySchema>;
/** What a client may send to make a video. */
export type VideoBodyInput = z.input<typeof videoBodySchema>;
