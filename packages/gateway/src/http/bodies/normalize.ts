// Brings the body and the files of a request into the route's own fields before they are validated.

import type { preValidationAsyncHookHandler } from "fastify";

import { normalizeBody, normalizeFileField } from "../../shapes/normalize-body.ts";
import type { BodyFields } from "../../shapes/normalize-body.ts";

/** Makes the hook of a route whose bodies have these fields. */
export function normalizeTo(fields: BodyFields): preValidationAsyncHookHandler {
  return async (request) => {
    request.body = normalizeBody(request.body, fields);
    for (const part of request.formFiles ?? []) part.field = normalizeFileField(part.field, fields);
  };
}
