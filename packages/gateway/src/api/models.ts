// Models as JSON: OpenAI's Model object, and what each model can do.

import * as z from "zod";

import { toListSchema } from "./lists.ts";

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
      status: z.enum(["live", "retired", "experimental"]),
    }),
  })
  .meta({ id: "Model" });

/** The list of models. */
export const modelListSchema = toListSchema(modelSchema).meta({ id: "ModelList" });

export type ModelObject = z.infer<typeof modelSchema>;
