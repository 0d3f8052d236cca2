// What a job cost, as JSON.

import * as z from "zod";

/** The answers to whether a job was charged. */
export const costStates = ["charged", "not_charged", "not_settled", "unknown"] as const;

/** In credits, null where unknown; `charged` and `refunded` come from the account's credit history. */
export const costSchema = z.object({
  estimated: z.number().nullable(),
  /** What is set aside until the charge is known; null while the price is not known. */
  reserved: z.number().nullable(),
  charged: z.number().nullable(),
  refunded: z.number().nullable(),
  /** Whether it was charged. The history tells late: `unknown` only a day after the job's end. */
  state: z.enum(costStates),
  /** When that became certain; null before. */
  settled_at: z.int().nullable(),
});
