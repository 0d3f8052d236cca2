// Field schemas for wire answers: a field may be missing, of another type, or a number where captures show a text.

import * as z from "zod";

/** A text; null when it is none. */
export const textOrNull = z.string().nullish().catch(null);

/** A text or a number as it came; null when it is neither. */
export const textOrNumber = z.union([z.string(), z.number()]).nullish().catch(null);

/** A text, also where it came as a number, as ids and codes do; empty when it is neither. */
export const text = textOrNumber.transform((value) => (value == null ? "" : String(value)));

/** A number that may come as a string; null when it is neither. */
export const number = z
  .union([z.number(), z.string().trim().min(1)])
  .nullish()
  .catch(null)
  .transform((value) => (value == null || !Number.isFinite(Number(value)) ? null : Number(value)));

/** True or false; null when it is neither. */
export const flag = z.boolean().nullish().catch(null);

/** A list of anything; null when it is none. */
export const list = z.array(z.unknown()).nullish().catch(null);
