// Tells objects among JSON values.

import type { JSONObject, JSONValue } from "@ai-sdk/provider";

/** Tells whether a JSON value is an object. */
export function isJsonObject(value: JSONValue | undefined): value is JSONObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
