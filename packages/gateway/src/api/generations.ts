// The fields that the bodies of every generation share: prompt, size, seed, references, and how to submit it.

import * as z from "zod";

const maxSeed = 0xffff_ffff;
const maxPixels = 99_999;

const sizePattern = /^\d{1,5}x\d{1,5}$/i;

/** OpenAI's `size`. */
export const sizeSchema = z.string().refine((text) => text === "auto" || sizePattern.test(text), {
  error: 'must be WIDTHxHEIGHT in pixels, such as "2048x2048", or "auto"',
});

/** What to make, in words. */
export const promptSchema = z.string().refine((text) => text.trim() !== "", {
  error: "is empty: say in a few words what should be made",
});

/** A number that makes a generation repeatable. */
export const seedSchema = z.int().min(0).max(maxSeed);

/** A width or a height in pixels. */
export const pixelsSchema = z.int().min(1).max(maxPixels);

const imageUrlSchema = z.union([z.string(), z.looseObject({ url: z.string() })]);

/**
 * A reference: an http or https URL, a data URL, the id of an uploaded file (`file_…`) or of a stored result
 * (`asset_…`), or OpenAI's object with one of them.
 */
export const referenceSchema = z
  .union(
    [
      z.string().min(1),
      z.looseObject({ image_url: imageUrlSchema.nullish(), file_id: z.string().nullish() }),
    ],
    { error: "must be a URL, a data URL, a file id, or an object with image_url or file_id" },
  )
  .meta({ id: "Reference" });

/** One reference or several; absent, null and an empty list are the same. */
export const referencesSchema = z.union([referenceSchema, z.array(referenceSchema)]).nullish();

const maxPriority = 10;
// A year: a larger number can only be a mistake, and is refused as one.
const maxStartBeforeSeconds = 31_536_000;

const maxUrlTtlSeconds = 31_536_000;

const maxMetadataNameLength = 64;
const dailyLimitSchema = z
  .strictObject({
    by: z.string().min(1).max(maxMetadataNameLength),
    credits: z.number().min(0),
  })
  .meta({ id: "DailyLimit" });

/** The fields of every body that makes jobs that say how to submit them, beside what to make. */
export const submissionFields = {
  /** -10 to 10, default 0: jobs of a higher priority are started first. */
  priority: z.int().min(-maxPriority).max(maxPriority).nullish(),
  /** In seconds: a job that was not started by then fails, with nothing paid. */
  start_before: z.number().positive().max(maxStartBeforeSeconds).nullish(),
  /**
   * False makes new jobs even where the answer to the same request was lost a moment ago; `until_result` joins a job of
   * the last 15 minutes also where only its id was answered and nobody has seen its result yet.
   */
  join: z
    .union([z.boolean(), z.literal("until_result")], {
      error: "must be true, false or until_result",
    })
    .nullish(),
  /** The most credits that the request may cost in all; a dearer one, or one of unknown price, is refused unsent. */
  max_credits: z.number().min(0).nullish(),
  /**
   * The most credits that the caller's requests of one day (UTC) may cost together, counted over those whose metadata has
   * the same value under the name `by`; what would pass it, or has no known price, is refused unsent.
   */
  daily_limit: dailyLimitSchema.nullish(),
  /** In seconds: how long the addresses of the results work; never longer than the gateway's own setting. */
  url_ttl_seconds: z.int().min(1).max(maxUrlTtlSeconds).nullish(),
  /** Where the ends of its jobs are told, as signed messages. */
  webhook_url: z.string().min(1).nullish(),
};

/** The fields of `submissionFields` as a body carries them. */
export interface SubmissionFields {
  priority?: number | null;
  start_before?: number | null;
  join?: boolean | "until_result" | null;
  max_credits?: number | null;
  daily_limit?: { by: string; credits: number } | null;
  url_ttl_seconds?: number | null;
  webhook_url?: string | null;
}
