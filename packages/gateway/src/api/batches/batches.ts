// Batches as JSON: OpenAI's Batch object with our additions, the bodies and queries of its routes, and a line's result.

import * as z from "zod";

import { errorObjectSchema } from "../errors.ts";
import { priceBases } from "./estimate.ts";
import { jobSchema } from "../jobs.ts";
import { flagSchema, pageQuerySchema, toPageSchema } from "../lists.ts";

/** The routes whose bodies the lines of a batch may hold, as OpenAI's `endpoint` names them. */
export const batchEndpoints = [
  "/v1/jobs",
  "/v1/images/generations",
  "/v1/images/edits",
  "/v1/videos",
  "/v1/chat/completions",
] as const;

/** Where a batch stands, in OpenAI's words. */
export const batchStatuses = [
  "validating",
  "in_progress",
  "cancelling",
  "completed",
  "cancelled",
] as const;

/** Where a line stands: `pending` has no job yet, `running` has some that have not ended. */
export const batchLineStatuses = [
  "pending",
  "running",
  "completed",
  "failed",
  "cancelled",
] as const;

/** The query of `POST /v1/jobs/batch`: the body is the lines alone. */
export const batchCreateQuerySchema = z.object({
  /** The most credits that all lines together may cost. */
  max_credits: z.coerce.number().min(0).optional(),
  /** True starts lines whose price is not known. */
  confirm: flagSchema.optional(),
});

const maxMetadata = 16;
const maxMetadataLength = 512;

/** The body of `POST /v1/batches`, OpenAI's, with our two fields. */
export const batchBodySchema = z
  .looseObject({
    /** A file of JSONL that was uploaded with the purpose `batch`. */
    input_file_id: z.string().min(1),
    endpoint: z.enum(batchEndpoints),
    /** OpenAI's clients send "24h"; nothing expires here. */
    completion_window: z.string().nullish(),
    metadata: z
      .record(z.string(), z.string().max(maxMetadataLength))
      .refine((value) => Object.keys(value).length <= maxMetadata, {
        error: `has more than ${maxMetadata} keys`,
      })
      .nullish(),
    /** As in the query of `POST /v1/jobs/batch`; clients with closed types put both into `metadata`. */
    max_credits: z.number().min(0).nullish(),
    confirm: z.boolean().nullish(),
  })
  .meta({ id: "BatchCreateRequest" });

/** A batch: OpenAI's fields, then ours. Times are Unix seconds. */
export const batchSchema = z
  .object({
    id: z.string(),
    object: z.literal("batch"),
    endpoint: z.string(),
    /** The first lines that were refused when they came. */
    errors: z
      .object({
        object: z.literal("list"),
        data: z.array(
          z.object({
            code: z.string(),
            line: z.int(),
            message: z.string(),
            param: z.string().nullable(),
          }),
        ),
      })
      .nullable(),
    input_file_id: z.string().nullable(),
    completion_window: z.string().nullable(),
    status: z.enum(batchStatuses),
    /** The file of the lines that completed, once the batch has ended. */
    output_file_id: z.string().nullable(),
    /** The file of the lines that did not. */
    error_file_id: z.string().nullable(),
    created_at: z.int(),
    in_progress_at: z.int().nullable(),
    expires_at: z.int().nullable(),
    finalizing_at: z.int().nullable(),
    completed_at: z.int().nullable(),
    failed_at: z.int().nullable(),
    expired_at: z.int().nullable(),
    cancelling_at: z.int().nullable(),
    cancelled_at: z.int().nullable(),
    request_counts: z.object({ total: z.int(), completed: z.int(), failed: z.int() }),
    metadata: z.record(z.string(), z.string()).nullable(),
    /** How many lines stand where. */
    counts: z.object({
      total: z.int(),
      pending: z.int(),
      running: z.int(),
      completed: z.int(),
      failed: z.int(),
      cancelled: z.int(),
    }),
    credits: z.object({
      /** Expected when the lines came; null where the price of one was not known. */
      estimated: z.number().nullable(),
      /** The lines whose price was not known. */
      unpriced_lines: z.int(),
      /** Expected of the lines that became jobs. */
      committed: z.number(),
      max: z.number().nullable(),
    }),
    /** Why no line becomes a job now; null where nothing is in the way. */
    waiting: z
      .object({ code: z.string(), message: z.string(), fix: z.string().nullable() })
      .nullable(),
    urls: z.object({ self: z.string(), results: z.string(), cancel: z.string() }),
  })
  .meta({ id: "Batch" });

/** One page of batches. */
export const batchListSchema = toPageSchema(batchSchema).meta({ id: "BatchList" });

/** The query of `GET /v1/batches`. */
export const batchQuerySchema = pageQuerySchema;

/** The query of a batch's results. */
export const batchResultQuerySchema = z.object({
  /** The number of the line after which the results begin. */
  after: z.coerce.number().int().min(0).optional(),
  /** True waits for each line's end and ends with the last line. */
  follow: flagSchema.optional(),
});

/** One line of a batch's results. */
export const batchResultSchema = z
  .object({
    /** The number of the line in what was sent, or of the array's element, from 1. */
    line: z.int(),
    custom_id: z.string().nullable(),
    status: z.enum(batchLineStatuses),
    /** The jobs of the line, none before it was its turn. */
    jobs: z.array(jobSchema),
    /** Why the line has no result; null while it may have one. */
    error: errorObjectSchema.nullable(),
  })
  .meta({ id: "BatchResult" });

/** What `POST /v1/estimate` answers for JSONL or an array. */
export const batchEstimateSchema = z
  .object({
    object: z.literal("batch_estimate"),
    /** Expected credits in all; null where the price of one line is not known. */
    credits: z.number().nullable(),
    /** Expected credits of the lines whose price is known. */
    known_credits: z.number(),
    lines: z.int(),
    jobs: z.int(),
    unpriced_lines: z.int(),
    refused_lines: z.int(),
    /** The jobs by what they cost. */
    prices: z.array(
      z.object({
        kind: z.enum(["image", "video", "audio"]),
        tool: z.string().optional(),
        model: z.string(),
        resolution: z.string().optional(),
        count: z.int().optional(),
        duration_seconds: z.number().optional(),
        jobs: z.int(),
        /** Of one job. */
        credits: z.number().nullable(),
        basis: z.enum(priceBases).nullable(),
        observations: z.int(),
      }),
    ),
    balances: z.array(z.object({ account: z.string(), credits: z.number() })),
    /** The first lines that cannot be met, each with its error. */
    errors: z.array(
      z.object({ line: z.int(), custom_id: z.string().nullable(), error: errorObjectSchema }),
    ),
  })
  .meta({ id: "BatchEstimate" });

export type BatchObject = z.infer<typeof batchSchema>;
export type BatchResultObject = z.infer<typeof batchResultSchema>;
export type BatchEstimateObject = z.infer<typeof batchEstimateSchema>;
/** What a client may send to make a batch of an uploaded file. */
export type BatchBodyInput = z.input<typeof batchBodySchema>;
