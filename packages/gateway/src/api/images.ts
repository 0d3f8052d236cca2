// Pictures as JSON: the bodies of OpenAI's image routes with our extensions, and their answer.

import * as z from "zod";

import {
  promptSchema,
  referencesSchema,
  seedSchema,
  sizeSchema,
  submissionFields,
} from "./generations.ts";
import { pictureFormatSchema, pictureQualitySchema } from "./assets.ts";
import { warningSchema } from "./warnings.ts";

/** OpenAI's largest `n`; more pictures than one start can make become several jobs. */
export const maxImageCount = 10;

const minSequence = 2;
const maxSequence = 15;

const maxWaitSeconds = 86_400;
const waitSchema = z
  .union([z.boolean(), z.number().min(0).max(maxWaitSeconds)], {
    error: "must be a number of seconds, true or false",
  })
  .nullish();

/** The body of `POST /v1/images/generations` and `/v1/images/edits`; unknown keys are kept, to be warned about. */
export const imageBodySchema = z
  .looseObject({
    prompt: promptSchema,
    model: z.string().nullish(),
    n: z.int().min(1).max(maxImageCount).nullish(),
    size: sizeSchema.nullish(),
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
    seed: seedSchema.nullish(),
    sample_strength: z.number().min(0).max(1).nullish(),
    intelligent_ratio: z.boolean().nullish(),
    account: z.string().min(1).nullish(),
    /** The format of the answered pictures; as they are stored where it is left out. */
    output_format: pictureFormatSchema.nullish(),
    /** The quality of JPEG and WebP. */
    output_compression: pictureQualitySchema.nullish(),
    /** Seconds to wait for the pictures, then 202 with the job; false for no time, true for as long as it takes. */
    wait: waitSchema,
    /** One event for each picture as soon as it is there (server-sent events). */
    stream: z.boolean().nullish(),
    image: referencesSchema,
    images: referencesSchema,
    references: referencesSchema,
    reference_strength: z.number().min(0).max(1).nullish(),
    sequence: z.int().min(minSequence).max(maxSequence).nullish(),
    ...submissionFields,
  })
  .meta({ id: "ImageGenerationRequest" });

/** The body of `POST /v1/images/variations`: OpenAI has no prompt there; without one a fixed instruction is sent. */
export const imageVariationSchema = imageBodySchema
  .extend({ prompt: z.string().nullish() })
  .meta({ id: "ImageVariationRequest" });

/** OpenAI's answer to an image generation, with our warnings and job ids. */
export const imagesAnswerSchema = z
  .object({
    created: z.int(),
    data: z.array(
      z.object({
        url: z.string().optional(),
        b64_json: z.string().optional(),
        /** What was asked of the site where the request itself had no words. */
        revised_prompt: z.string().optional(),
      }),
    ),
    background: z.string().optional(),
    quality: z.string().optional(),
    /** When the URLs end, in Unix seconds; null where they work as long as the file and the key. */
    expires_at: z.int().nullish(),
    size: z.string().optional(),
    /** The format of the first picture. */
    output_format: z.string().optional(),
    usage: z.object({
      input_tokens: z.int(),
      input_tokens_details: z.object({ image_tokens: z.int(), text_tokens: z.int() }),
      output_tokens: z.int(),
      total_tokens: z.int(),
    }),
    warnings: z.array(warningSchema),
    job_id: z.string(),
    job_ids: z.array(z.string()),
  })
  .meta({ id: "Images" });

export type ImageBody = z.output<typeof imageBodySchema>;
/** What a client may send to make pictures, in OpenAI's names. */
export type ImageBodyInput = z.input<typeof imageBodySchema>;
export type ImagesAnswer = z.infer<typeof imagesAnswerSchema>;
