// Bounds for numbers that were read from strangers' bytes, before anything stores or computes with them.

import { boundedInteger, maxInteger32 } from "@jimeng/sdk/registry";

export { boundedInteger };

/** The largest number that every column takes: PostgreSQL's `integer`. As milliseconds, 24 days. */
export const maxStoredInteger = maxInteger32;

// The last moment of a Date (ECMA-262): far below 2^53.
const maxDateMs = 8_640_000_000_000_000;

/** Returns a moment in Unix milliseconds, or null when it lies outside what a date can be. */
export function boundedTime(value: unknown): number | null {
  return boundedInteger(value, maxDateMs);
}

/** Returns a width and height, or undefined unless both are positive and within bounds. */
export function boundedSize(
  width: unknown,
  height: unknown,
): { width: number; height: number } | undefined {
  const bounded = { width: boundedInteger(width), height: boundedInteger(height) };
  const isUsable = (bounded.width ?? 0) > 0 && (bounded.height ?? 0) > 0;
  return isUsable ? (bounded as { width: number; height: number }) : undefined;
}
