// Bounds for numbers that were read from strangers' bytes, before anything stores or computes with them.

/** The largest number that every column takes: PostgreSQL's `integer`. As milliseconds, 24 days. */
export const maxStoredInteger = 2_147_483_647;

/** Returns the number rounded, or null when it is none, negative, or larger than `max`. */
export function boundedInteger(value: unknown, max = maxStoredInteger): number | null {
  if (typeof value !== "number" || !Number.isFinite(value)) return null;
  const rounded = Math.round(value);
  return rounded >= 0 && rounded <= max ? rounded : null;
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
