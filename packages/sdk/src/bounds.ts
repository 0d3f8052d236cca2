// Bounds for numbers that strangers sent, before anything stores or computes with them.

/** The largest number of 32 bits with a sign. As milliseconds, 24 days. */
export const maxInteger32 = 2_147_483_647;

/** Returns the number rounded, or null when it is none, negative, or larger than `max`. */
export function boundedInteger(value: unknown, max = maxInteger32): number | null {
  if (typeof value !== "number" || !Number.isFinite(value)) return null;
  const rounded = Math.round(value);
  return rounded >= 0 && rounded <= max ? rounded : null;
}
