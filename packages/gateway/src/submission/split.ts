// Splits a request for more pictures than the model makes in one start into one request per start.

import { findModel } from "@jimeng/sdk";
import type { GenerationRequest, ImageRequest, Warning } from "@jimeng/sdk";

// Seeds are unsigned 32-bit numbers.
const seedSpan = 2 ** 32;

/**
 * Splits a request by the model's maximum. A given seed counts up from part to part (warning `seed_varied`), since
 * equal seeds would yield equal pictures.
 */
export function splitByMaximum(request: GenerationRequest): {
  requests: GenerationRequest[];
  warnings: Warning[];
} {
  const whole = { requests: [request], warnings: [] };
  // A series comes of one start, however long it is; a tool's limit is checked with its other fields.
  if (request.tool !== undefined || request.kind !== "image" || request.sequence !== undefined) {
    return whole;
  }
  const { seed, count, model } = request;
  const options = findModel(model)?.counts.options ?? [];
  if (count === undefined || options.length === 0) return whole;
  const maxCount = Math.max(...options);
  const requests: ImageRequest[] = [];
  for (let left = count; left > 0; left -= maxCount) {
    const part: ImageRequest = { ...request, count: Math.min(left, maxCount) };
    if (seed !== undefined) part.seed = (seed + requests.length) % seedSpan;
    requests.push(part);
  }
  if (seed === undefined || requests.length === 1) return { requests, warnings: [] };
  const warning: Warning = {
    code: "seed_varied",
    param: "seed",
    message: `${count} pictures need ${requests.length} starts; the seed counts up by one from start to start.`,
  };
  return { requests, warnings: [warning] };
}
