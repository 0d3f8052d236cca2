// The published JSON shapes of jobs, videos, models, lists and errors, as zod schemas.

import * as z from "zod";

/** One wish that was not honoured exactly. */
export const warningSchema = z
  .object({ code: z.string(), param: z.string().optional(), message: z.string() })
  .meta({ id: "Warning" });

/** The inner object of every failed answer: OpenAI's four keys, then ours; some codes add facts. */
export const errorObjectSchema = z
  .looseObject({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string(),
    retryable: z.boolean(),
    charged: z.enum(["no", "yes", "refunded", "unknown"]),
    job_id: z.string().nullable(),
    request_id: z.string().nullable(),
    upstream: z
      .object({
        ret: z.string().nullable(),
        fail_code: z.string().nullable(),
        logid: z.string().nullable(),
      })
      .nullable(),
    fix: z.string().nullable(),
  })
  .meta({ id: "Error" });

/** The JSON body of every failed answer. */
export const errorBodySchema = z.object({ error: errorObjectSchema }).meta({ id: "ErrorBody" });

/** One stored result file; times are Unix seconds. */
export const assetSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    content_type: z.string(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    duration_seconds: z.number().nullable(),
    bytes: z.int(),
    upstream_url: z.string(),
    upstream_expires_at: z.int().nullable(),
  })
  .meta({ id: "Asset" });

/** What was wished for, with every choice made. */
export const jobRequestSchema = z
  .object({
    prompt: z.string(),
    negative_prompt: z.string().optional(),
    ratio: z.string().optional(),
    resolution: z.string(),
    width: z.int().optional(),
    height: z.int().optional(),
    count: z.int().optional(),
    sequence: z.int().optional(),
    seed: z.int(),
    sample_strength: z.number().optional(),
    intelligent_ratio: z.boolean().optional(),
    duration_seconds: z.number().optional(),
    references: z.array(z.object({ file_id: z.string(), param: z.string() })).optional(),
  })
  .meta({ id: "JobRequest" });

/** Lists the five words for a job's state. */
export const jobStatuses = ["queued", "in_progress", "completed", "failed", "cancelled"] as const;

/** A job (contracts 9); times are Unix seconds, progress is 0 to 100. */
export const jobSchema = z
  .object({
    id: z.string(),
    object: z.literal("job"),
    kind: z.enum(["image", "video"]),
    status: z.enum(jobStatuses),
    phase: z.enum(["uploading", "submitting", "generating", "saving"]).nullable(),
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
    /** True from the wish to cancel on; only `status` says whether it was cancelled. */
    cancel_requested: z.boolean(),
    priority: z.int(),
    /** The job that this one repeats. */
    retry_of: z.string().nullable(),
    cost: z.object({
      estimated: z.number().nullable(),
      charged: z.number().nullable(),
      refunded: z.number().nullable(),
    }),
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
export const jobListSchema = toListSchema(jobSchema).meta({ id: "JobList" });

/** An uploaded reference file: OpenAI's File object and what it turned out to be. */
export const fileSchema = z
  .object({
    id: z.string(),
    object: z.literal("file"),
    bytes: z.int(),
    created_at: z.int(),
    expires_at: z.int().nullable(),
    filename: z.string(),
    purpose: z.string(),
    status: z.literal("processed"),
    jimeng: z.object({
      kind: z.enum(["image", "video", "audio"]),
      content_type: z.string(),
      width: z.int().nullable(),
      height: z.int().nullable(),
      duration_seconds: z.number().nullable(),
      sha256: z.string(),
      warnings: z.array(warningSchema),
    }),
  })
  .meta({ id: "File" });

/** One page of files. */
export const fileListSchema = toListSchema(fileSchema).meta({ id: "FileList" });

/** OpenAI's answer to a deletion. */
export const fileDeletedSchema = z
  .object({ id: z.string(), object: z.literal("file"), deleted: z.boolean() })
  .meta({ id: "FileDeleted" });

/** OpenAI's Video object (contracts 2) with the additions that relays rely on. */
export const videoSchema = z
  .object({
    id: z.string(),
    object: z.literal("video"),
    model: z.string(),
    status: z.enum(["queued", "in_progress", "completed", "failed"]),
    progress: z.int().min(0).max(100),
    created_at: z.int(),
    completed_at: z.int().nullable(),
    expires_at: z.int().nullable(),
    prompt: z.string().nullable(),
    size: z.string(),
    seconds: z.string(),
    remixed_from_video_id: z.string().nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    url: z.string().nullable(),
    task_id: z.string(),
    metadata: z.looseObject({ url: z.string().optional() }),
    warnings: z.array(warningSchema),
  })
  .meta({ id: "Video" });

/** One page of videos. */
export const videoListSchema = toListSchema(videoSchema).meta({ id: "VideoList" });

/** OpenAI's answer to an image generation, with our warnings and job ids. */
export const imagesAnswerSchema = z
  .object({
    created: z.int(),
    data: z.array(z.object({ url: z.string().optional(), b64_json: z.string().optional() })),
    size: z.string().optional(),
    warnings: z.array(warningSchema),
    job_id: z.string(),
    job_ids: z.array(z.string()),
  })
  .meta({ id: "Images" });

/** One model with what it can do. */
export const modelSchema = z
  .object({
    id: z.string(),
    object: z.literal("model"),
    created: z.int(),
    owned_by: z.enum(["jimeng", "dreamina"]),
    jimeng: z.object({
      kind: z.enum(["image", "video"]),
      regions: z.array(z.string()),
      modes: z.array(z.string()),
      ratios: z.array(z.string()),
      resolutions: z.array(z.string()),
      durations: z.array(z.number()),
      counts: z.object({ default: z.int(), options: z.array(z.int()) }),
      max_references: z.int(),
      cost: z.number().nullable(),
      status: z.enum(["live", "retired"]),
    }),
  })
  .meta({ id: "Model" });

/** The list of models. */
export const modelListSchema = z
  .object({ object: z.literal("list"), data: z.array(modelSchema) })
  .meta({ id: "ModelList" });

function toListSchema<Item extends z.ZodType>(item: Item) {
  return z.object({
    object: z.literal("list"),
    data: z.array(item),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
    has_more: z.boolean(),
  });
}

export type WarningObject = z.infer<typeof warningSchema>;
export type ErrorObject = z.infer<typeof errorObjectSchema>;
export type AssetObject = z.infer<typeof assetSchema>;
export type JobRequestObject = z.infer<typeof jobRequestSchema>;
export type JobObject = z.infer<typeof jobSchema>;
export type VideoObject = z.infer<typeof videoSchema>;
export type ImagesAnswer = z.infer<typeof imagesAnswerSchema>;
export type FileObject = z.infer<typeof fileSchema>;
export type FileDeleted = z.infer<typeof fileDeletedSchema>;
export type ModelObject = z.infer<typeof modelSchema>;
export type ModelList = z.infer<typeof modelListSchema>;

/** One page of a cursor list. */
export interface ListPage<Item> {
  object: "list";
  data: Item[];
  first_id: string | null;
  last_id: string | null;
  has_more: boolean;
}
