// How many values a body may hold and how deeply they may lie.

import { JimengError } from "@jimeng/sdk";

// A wish has some dozens of values; 20,000 leaves room for unknown fields and costs no time to look at.
const mostValues = 20_000;
// OpenAI's objects are six deep; what walks a body by recursion has a thousand times more stack.
const deepest = 64;

/**
 * Throws `invalid_request` (param `body`) for a body that is built to be a burden: a megabyte of `1,1,1,…` would
 * otherwise hold the process up for seconds and take half a gigabyte, value by value.
 */
export function checkBodyShape(body: unknown): void {
  let level: unknown[] = [body];
  let count = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) throw refused(`lies deeper than ${deepest} levels`);
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== "object" || value === null) continue;
      const inner: unknown[] = Array.isArray(value) ? value : Object.values(value);
      count += inner.length;
      if (count > mostValues) throw refused(`has more than ${mostValues} values`);
      for (const each of inner) next.push(each);
    }
    level = next;
  }
}

function refused(problem: string): JimengError {
  return new JimengError("invalid_request", `The body ${problem}.`, {
    param: "body",
    charged: "no",
    fix: "Send only the fields that the route takes; GET /openapi.json lists them.",
  });
}
