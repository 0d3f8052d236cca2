// What a setting is made of: the check of its value, and its description in both languages.

import type * as z from "zod";

/** A text in both languages of the documentation. */
export interface Words {
  en: string;
  zh: string;
}

/** A setting: how its value is read, and what the documentation says of it. */
export interface Definition<Schema extends z.ZodType = z.ZodType> {
  schema: Schema;
  description: Words;
  /** Shown instead of the value that the schema gives when nothing is set. */
  shownDefault?: Words;
  /** Also read from the file that the variable of this name with `_FILE` behind it names. */
  mayBeFile?: boolean;
}

/** Defines a setting. */
export function define<Schema extends z.ZodType>(
  schema: Schema,
  en: string,
  zh: string,
  more: Omit<Definition, "schema" | "description"> = {},
): Definition<Schema> {
  return { schema, description: { en, zh }, ...more };
}
