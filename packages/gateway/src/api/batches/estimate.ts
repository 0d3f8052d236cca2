// Estimates as JSON: what a request would make and cost.

import * as z from "zod";

import { errorObjectSchema } from "../errors.ts";
import { warningSchema } from "../warnings.ts";

/** The bases of an expected price. */
export const priceBases = ["own_charges", "charges_of_others"] as const;

/** What `POST /v1/estimate` answers; the body is that of `POST /v1/jobs`. */
export const estimateSchema = z
  .object({
    object: z.literal("estimate"),
    /** Expected credits in all; null where the price of one job is not known. */
    credits: z.number().nullable(),
    jobs: z.array(
      z.object({
        kind: z.enum(["image", "video", "audio"]),
        tool: z.string().optional(),
        model: z.string(),
        resolution: z.string().optional(),
        count: z.int().optional(),
        duration_seconds: z.number().optional(),
        ratio: z.string().optional(),
        /** In pixels, where the model's sizes are known. */
        width: z.int().optional(),
        height: z.int().optional(),
        /** What the model takes instead. */
        legal: z.object({
          resolutions: z.array(z.string()),
          ratios: z.array(z.string()),
          durations: z.array(z.number()),
          counts: z.array(z.int()),
          max_references: z.int(),
          max_prompt_length: z.int().nullable(),
        }),
        credits: z.number().nullable(),
        /** The median of what own jobs of the same kind were charged, or what others published. */
        basis: z.enum(priceBases).nullable(),
        /** The number of own jobs behind the price. */
        observations: z.int(),
      }),
    ),
    /** The balances that were read in the last 30 s; none is read for an estimate. */
    balances: z.array(z.object({ account: z.string(), credits: z.number() })),
    /** The error with which a ceiling would refuse the request; null when none would. */
    refusal: errorObjectSchema.nullable(),
    warnings: z.array(warningSchema),
  })
  .meta({ id: "Estimate" });

export type EstimateObject = z.infer<typeof estimateSchema>;
