// What the routes' documentation says about failed answers.

import { errorBodySchema } from "../api/errors.ts";

/** Documents the failed answers of every route: one shape, whatever the status. */
export const errorResponses = { "4xx": errorBodySchema, "5xx": errorBodySchema } as const;
