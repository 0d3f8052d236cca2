// What a body is translated with besides its own fields.

import type { FormFile, InlineFile } from "../references/incoming-files.ts";

/** The facts of a request that the translation of its body needs. */
export interface TranslationContext {
  /** The files of a multipart form. */
  formFiles: readonly FormFile[];
  /** The long data URLs of a JSON body. */
  inlineFiles: readonly InlineFile[];
  /** The base of this gateway's URLs as the caller sees them. */
  ownBase: string;
  /** Unix milliseconds. */
  now: number;
}
