// Errors as JSON: the body of a failed answer, with the codes and their table.

import * as z from "zod";

export { errorTable, gatewayErrorCodes, statusOf, toPublicCode } from "./error-table.ts";
export type { ErrorRow, GatewayErrorCode, GatewayOnlyErrorCode } from "./error-table.ts";

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

export type ErrorObject = z.infer<typeof errorObjectSchema>;
export type ErrorBody = z.infer<typeof errorBodySchema>;
