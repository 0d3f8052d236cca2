// Models as JSON: OpenAI's Model object, what each model can do, and from where that is known.

import * as z from "zod";

import { flagSchema, toListSchema } from "./lists.ts";

/** Where a fact is from: the built-in table, or the live list of a site. */
const factSchema = z
  .object({
    source: z.enum(["built_in", "live"]),
    /** The region whose list told it; null for the built-in table. */
    region: z.string().nullable(),
    /** When the list was read, or the table was last compared with what is known, in Unix seconds. */
    as_of: z.int(),
    /** The age in seconds when this answer was made. */
    age_seconds: z.int(),
  })
  .meta({ id: "ModelFact" });

/** A difference between a site's live list and the built-in table. */
const changeSchema = z
  .object({
    change: z.enum(["appeared", "gone", "benefit_changed"]),
    region: z.string(),
    model_key: z.string(),
    /** The resolution of the price tag that changed; null where none did, or it is the whole model's. */
    resolution: z.string().nullable(),
    built_in: z.string().nullable(),
    live: z.string().nullable(),
  })
  .meta({ id: "ModelChange" });

/** One model with what it can do. */
export const modelSchema = z
  .object({
    id: z.string(),
    object: z.literal("model"),
    created: z.int(),
    owned_by: z.enum(["jimeng", "dreamina"]),
    jimeng: z.object({
      kind: z.enum(["image", "video"]),
      /** The site's own name; null where its list was not read. */
      name: z.string().nullable(),
      regions: z.array(z.string()),
      modes: z.array(z.string()),
      ratios: z.array(z.string()),
      resolutions: z.array(z.string()),
      durations: z.array(z.number()),
      counts: z.object({ default: z.int(), options: z.array(z.int()) }),
      max_references: z.int(),
      /** The limits of an omni reference; null where the model takes none. */
      reference_limits: z
        .object({
          total: z.int(),
          images: z.int(),
          videos: z.int(),
          audios: z.int(),
          video_seconds: z.number().nullable(),
          audio_seconds: z.number().nullable(),
        })
        .nullable(),
      /** In characters; null where the site tells none. */
      max_prompt_length: z.int().nullable(),
      /** The site's price tag per resolution, of starts without and with an input video. It is no number of credits. */
      benefit_types: z.record(
        z.string(),
        z.object({ usual: z.string().nullable(), with_video: z.string().nullable() }),
      ),
      cost: z.number().nullable(),
      status: z.enum(["live", "retired", "experimental"]),
      /** From where each fact is known, by the fact's name. */
      facts: z.record(z.string(), factSchema),
      /** What live lists tell otherwise than the built-in table. */
      changes: z.array(changeSchema),
    }),
  })
  .meta({ id: "Model" });

/** The query of `GET /v1/models`: whether it waits for live lists that are due, at most for 10 s. */
export const modelQuerySchema = z.object({ wait_for_live: flagSchema.optional() });

/** The list of models. */
export const modelListSchema = toListSchema(modelSchema).meta({ id: "ModelList" });

export type ModelObject = z.infer<typeof modelSchema>;
export type ModelFactObject = z.infer<typeof factSchema>;
export type ModelChangeObject = z.infer<typeof changeSchema>;
