// Videos as JSON: the body of OpenAI's video route with our extensions, and OpenAI's Video object.

import * as z from "zod";

import {
  promptSchema,
  referenceSchema,
  referencesSchema,
  seedSchema,
  sizeSchema,
  submissionFields,
} from "./generations.ts";
import { toPageSchema } from "./lists.ts";
import { warningSchema } from "./warnings.ts";

const wholeSeconds = "must be a whole number of seconds, as a number or a string";

/** A whole number of seconds, as a number or a string. */
export const wholeSecondsSchema = z
  .union([z.int().positive(), z.string().regex(/^[1-9]\d{0,5}$/, { error: wholeSeconds })], {
    error: wholeSeconds,
  })
  .transform(Number);

const frameSchema = z.union([
  z.string().min(1),
  z.looseObject({
    image: referenceSchema.nullish(),
    seconds: z.number().positive().nullish(),
    prompt: z.string().nullish(),
  }),
]);

/** The body of `POST /v1/videos`; unknown keys are kept, to be warned about. */
export const videoBodySchema = z
  .looseObject({
    prompt: promptSchema,
    model: z.string().nullish(),
    n: z.literal(1, { error: "must be 1: one call makes one video" }).nullish(),
    seconds: wholeSecondsSchema.nullish(),
    duration: wholeSecondsSchema.nullish(),
    size: sizeSchema.nullish(),
    ratio: z.string().nullish(),
    resolution: z.string().nullish(),
    seed: seedSchema.nullish(),
    account: z.string().min(1).nullish(),
    input_reference: referencesSchema,
    first_frame: referencesSchema,
    last_frame: referencesSchema,
    subjects: referencesSchema,
    frames: z.array(frameSchema).nullish(),
    references: referencesSchema,
    ...submissionFields,
  })
  .meta({ id: "VideoRequest" });

/** The body of `POST /v1/videos/{id}/remix`; unknown keys are kept, to be warned about or refused. */
export const remixBodySchema = z
  .looseObject({ prompt: promptSchema, model: z.string().nullish(), ...submissionFields })
  .meta({ id: "VideoRemixRequest" });

/** The answer to `DELETE /v1/videos/{id}`. */
export const deletedVideoSchema = z
  .object({ id: z.string(), object: z.literal("video.deleted"), deleted: z.literal(true) })
  .meta({ id: "DeletedVideo" });

/** OpenAI's Video object with the additions that relays rely on. */
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
    /** The count of tokens that relays expect: the site counts credits, which the job tells. */
    usage: z.object({
      input_tokens: z.int(),
      output_tokens: z.int(),
      total_tokens: z.int(),
    }),
    warnings: z.array(warningSchema),
  })
  .meta({ id: "Video" });

/** One page of videos. */
export const videoListSchema = toPageSchema(videoSchema).meta({ id: "VideoList" });

export type VideoBody = z.output<typeof videoBodySchema>;
/** What a client may send to make a video. */
export type VideoBodyInput = z.input<typeof videoBodySchema>;
export type RemixBody = z.output<typeof remixBodySchema>;
/** What a client may send to remix a video. */
export type RemixBodyInput = z.input<typeof remixBodySchema>;
export type DeletedVideo = z.infer<typeof deletedVideoSchema>;
export type VideoObject = z.infer<typeof videoSchema>;
