// The arguments that several tools share.

import * as z from "zod";

const maxWaitSeconds = 50;
const defaultWaitSeconds = 45;
const maxReferences = 16;
const maxReferenceLength = 16_384;
const maxJobs = 10;
const maxPage = 20;

const jobIdPattern = /^job_[\w-]{1,64}(,job_[\w-]{1,64})*$/;

/** A short text, such as a model's name. */
export const shortText = z.string().min(1).max(200);

// What a decoder puts in the place of bytes that are no UTF-8: such words would be paid for as garbage.
const replacement = "\ufffd";

/** What to make, in words. */
export const promptText = z
  .string()
  .min(1)
  .max(32_000)
  .refine((text) => !text.includes(replacement), { error: "was not sent as UTF-8" });

/** A reference. */
export const reference = z
  .string()
  .min(1)
  .max(maxReferenceLength)
  .describe("asset_…, file_…, job_…#2 or https://…");

/** Several references. */
export const references = z.array(reference).max(maxReferences);

/** How long the tool waits. */
export const waitSeconds = z
  .int()
  .min(0)
  .max(maxWaitSeconds)
  .default(defaultWaitSeconds)
  .describe("then answers with a handle");

/** The arguments that say how to start and to wait. */
export const startFields = {
  account: shortText.optional(),
  wait_seconds: waitSeconds,
  max_credits: z.number().min(0).optional(),
  again: z.boolean().optional().describe("true: another job for the same arguments"),
  confirm_token: z.string().max(2000).optional().describe("from a needs_confirmation answer"),
};

/** One job, or the jobs of one call. */
export const jobId = z.string().max(1000).regex(jobIdPattern, { error: "must be a job's id" });

/** Where a list goes on, and how long it is. */
export const pageFields = {
  after: shortText.optional(),
  limit: z.int().min(1).max(maxPage).default(10),
};

/** Returns the ids of a `job_id`. */
export function toIds(text: string): string[] {
  return [...new Set(text.split(","))].slice(0, maxJobs);
}

/** Returns an object without what is undefined. */
export function present<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Fields;
}
