// The warnings of an answer: what was done otherwise than asked.

import * as z from "zod";

/** One part of a request that was not met exactly. */
export const warningSchema = z
  .object({ code: z.string(), param: z.string().optional(), message: z.string() })
  .meta({ id: "Warning" });

export type WarningObject = z.infer<typeof warningSchema>;
