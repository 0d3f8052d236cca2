// Stored result files as JSON.

import * as z from "zod";

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
    /** Whether the file ends early or is damaged; a recheck of its job has it fetched again. */
    incomplete: z.boolean(),
    /** A blurred placeholder in base64 (ThumbHash), made some seconds after the file was stored; null until then. */
    thumbhash: z.string().nullable(),
  })
  .meta({ id: "Asset" });

export type AssetObject = z.infer<typeof assetSchema>;
