// Jobs as JSON: the job object and its event messages, the bodies that make jobs in our own names, and the query of the list.

import * as z from "zod";

import { assetSchema } from "./assets.ts";
import type { AssetObject } from "./assets.ts";
import { costSchema } from "./costs.ts";
import { errorObjectSchema } from "./errors.ts";
import { pixelsSchema, submissionFields } from "./generations.ts";
import { imageBodySchema } from "./images.ts";
import { jobStatuses } from "./job-words.ts";
import type { JobEventName } from "./job-words.ts";
import { flagSchema, pageQuerySchema, toPageSchema } from "./lists.ts";
import { imageToolJobSchema, imageToolNames, musicJobSchema, videoToolJobSchema } from "./tools.ts";
import { videoBodySchema, wholeSecondsSchema } from "./videos.ts";
import { warningSchema } from "./warnings.ts";

/** What was asked for, with every choice made. */
const jobRequestSchema = z
  .object({
    prompt: z.string(),
    negative_prompt: z.string().optional(),
    ratio: z.string().optional(),
    resolution: z.string().optional(),
    width: z.int().optional(),
    height: z.int().optional(),
    count: z.int().optional(),
    sequence: z.int().optional(),
    seed: z.int().optional(),
    sample_strength: z.number().optional(),
    intelligent_ratio: z.boolean().optional(),
    duration_seconds: z.number().optional(),
    /** The values of a tool's own fields. */
    options: z.record(z.string(), z.unknown()).optional(),
    references: z
      .array(
        z.object({
          file_id: z.string(),
          param: z.string(),
          /** Of one of a video's `frames`: the seconds until the next one, and the words for them, where they were given. */
          seconds: z.number().optional(),
          prompt: z.string().optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: "JobRequest" });

/** A job; times are Unix seconds, progress is 0 to 100. */
export const jobSchema = z
  .object({
    id: z.string(),
    object: z.literal("job"),
    kind: z.enum(["image", "video", "audio"]),
    /** The tool that makes it; null where a model does. */
    tool: z.string().nullable(),
    status: z.enum(jobStatuses),
    phase: z.enum(["uploading", "submitting", "generating", "saving"]).nullable(),
    /** Why the job does not go on, while the gateway's disk is in the way. */
    waiting: z.object({ reason: z.string(), message: z.string(), fix: z.string() }).nullable(),
    progress: z.int().min(0).max(100),
    queue: z
      .object({ position: z.int(), length: z.int(), eta_seconds: z.int().nullable() })
      .nullable(),
    model: z.string(),
    account: z.string().nullable(),
    request: jobRequestSchema,
    warnings: z.array(warningSchema),
    result: z.object({ assets: z.array(assetSchema) }).nullable(),
    error: errorObjectSchema.nullable(),
    /** True once it was asked to be cancelled; only `status` says whether it was cancelled. */
    cancel_requested: z.boolean(),
    priority: z.int(),
    /** The job that this one repeats. */
    retry_of: z.string().nullable(),
    /** The caller's own facts. */
    metadata: z.record(z.string(), z.string()),
    /** When its video was deleted; the job stays as the record of what was paid. */
    deleted_at: z.int().nullable(),
    cost: costSchema,
    upstream: z.object({
      submit_id: z.string().nullable(),
      history_id: z.string().nullable(),
      logid: z.string().nullable(),
    }),
    urls: z.object({ self: z.string(), events: z.string(), cancel: z.string() }),
    created_at: z.int(),
    started_at: z.int().nullable(),
    completed_at: z.int().nullable(),
  })
  .meta({ id: "Job" });

/** One page of jobs. */
export const jobListSchema = toPageSchema(jobSchema).meta({ id: "JobList" });

/** The query of the routes that answer with one job. */
export const seenQuerySchema = z.object({
  /**
   * False where the answer is passed on and may get lost on the way: it does not count as one that showed the result, so
   * that a later request with `join: "until_result"` still joins the job. Default true.
   */
  seen: flagSchema.optional(),
});

/** The query of `GET /v1/jobs`. */
export const jobQuerySchema = pageQuerySchema.extend({
  status: z.enum(jobStatuses).optional(),
  kind: z.enum(["image", "video", "audio"]).optional(),
  account: z.string().min(1).optional(),
  /** The id of the key that made them; only the owner may ask for another's. */
  key: z.string().min(1).optional(),
  /** Unix seconds. */
  created_after: z.coerce.number().int().min(0).optional(),
  created_before: z.coerce.number().int().min(0).optional(),
});

// Absent or null: the discriminator of a body that names no tool.
const noTool = z.null().optional();

/** The body of `POST /v1/jobs` for pictures. */
export const imageJobSchema = z.looseObject({
  kind: z.literal("image"),
  tool: noTool,
  ...imageBodySchema.omit({
    n: true,
    size: true,
    stream: true,
    background: true,
    wait: true,
    output_format: true,
    output_compression: true,
  }).shape,
  count: imageBodySchema.shape.n,
  width: pixelsSchema.nullish(),
  height: pixelsSchema.nullish(),
});

/** The body of `POST /v1/jobs` for a video. */
export const videoJobSchema = z.looseObject({
  kind: z.literal("video"),
  tool: noTool,
  ...videoBodySchema.omit({ n: true, size: true, seconds: true, duration: true }).shape,
  duration_seconds: wholeSecondsSchema.nullish(),
  width: pixelsSchema.nullish(),
  height: pixelsSchema.nullish(),
});

/** The body of `POST /v1/jobs`: our own names, beside those of the image and video routes. */
export const jobBodySchema = z
  .discriminatedUnion(
    "kind",
    [
      z.discriminatedUnion("tool", [imageJobSchema, imageToolJobSchema], {
        error: `is none of ${imageToolNames.join(", ")}`,
      }),
      z.discriminatedUnion("tool", [videoJobSchema, videoToolJobSchema], {
        error: 'must be "frame_interpolation", or be left out',
      }),
      z.discriminatedUnion("tool", [musicJobSchema], { error: 'must be "music"' }),
    ],
    { error: 'must be "image", "video" or "audio"' },
  )
  .meta({ id: "JobCreateRequest" });

/** The body of `POST /v1/jobs/{id}/retry`. */
export const retryBodySchema = z
  .object({ force: z.boolean().nullish(), max_credits: submissionFields.max_credits })
  .nullish()
  .meta({ id: "RetryRequest" });

/** One event with the job as it then was. */
export interface JobEventMessage {
  name: JobEventName;
  job: JobObject;
  /** The picture that landed (`job.image` only). */
  asset?: AssetObject;
}

export type JobObject = z.infer<typeof jobSchema>;
export type JobRequestObject = z.infer<typeof jobRequestSchema>;
export type JobBody = z.output<typeof jobBodySchema>;
/** What a client may send to make jobs, in our own names. */
export type JobBodyInput = z.input<typeof jobBodySchema>;
