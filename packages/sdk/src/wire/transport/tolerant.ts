// Owns the leaves of tolerant wire schemas: what may be missing, odd, or a number where captures show a text.
// Refuses to know any shape; what must be there is said by the shapes themselves.

import * as z from "zod";

/** Is a text; null when it is none. */
export const textOrNull = z.string().nullish().catch(null);

/** Is a text or a number as it came; null when it is neither. */
export const textOrNumber = z.union([z.string(), z.number()]).nullish().catch(null);

/** Is a text, also where it came as a number, as ids and codes do; empty when it is neither. */
export const text = textOrNumber.transform((value) => (value == null ? "" : String(value)));

/** Is a number that may come as a string; null when it is neither. */
export const number = z
  .union([z.number(), z.string().trim().min(1)])
  .nullish()
  .catch(null)
  .transform((value) => (value == null || !Number.isFinite(Number(value)) ? null : Number(value)));

/** Is true or false; null when it is neither. */
export const flag = z.boolean().nullish().catch(null);

/** Is a list of anything; null when it is none. */
export const list = z.array(z.unknown()).nullish().catch(null);
