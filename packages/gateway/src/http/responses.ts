// Documents the failed answers of the routes.

import { errorBodySchema } from "../api/errors.ts";

/** The failed answers of every route: one shape for every status. */
export const errorResponses = { "4xx": errorBodySchema, "5xx": errorBodySchema } as const;
