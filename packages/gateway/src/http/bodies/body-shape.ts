// Limits how many values a body has and how deeply they are nested, and refuses texts that are no Unicode.

import { JimengError } from "@jimeng/sdk";

import { toEncodingError } from "./text-encoding.ts";

// A request has some dozens of values; 20,000 leaves room for unknown fields and takes no time to check.
const maxValues = 20_000;
// OpenAI's objects are six levels deep; recursive readers of a body have stack for a thousand times more.
const maxDepth = 64;

/**
 * Throws `invalid_request` (param `body`) for a body that is made to waste time and memory: a megabyte of `1,1,1,…`
 * would block the process for seconds and take half a gigabyte. Throws it also for a text with half a character.
 */
export function checkBodyShape(body: unknown): void {
  let level: unknown[] = [body];
  let count = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) throw toShapeError(`is nested deeper than ${maxDepth} levels`);
    const next: unknown[] = [];
    for (const value of level) {
      // Half a surrogate pair (an emoji that was cut) cannot be stored or sent on as it is.
      if (typeof value === "string" && !value.isWellFormed()) {
        throw toEncodingError("A text of the body", "body", undefined);
      }
      if (typeof value !== "object" || value === null) continue;
      const inner: unknown[] = Array.isArray(value) ? value : Object.values(value);
      count += inner.length;
      if (count > maxValues) throw toShapeError(`has more than ${maxValues} values`);
      for (const each of inner) next.push(each);
    }
    level = next;
  }
}

function toShapeError(problem: string): JimengError {
  return new JimengError("invalid_request", `The body ${problem}.`, {
    param: "body",
    charged: "no",
    fix: "Send only the fields that the route takes; GET /openapi.json lists them.",
  });
}
