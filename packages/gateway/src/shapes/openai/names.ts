// OpenAI's names of the domain's parameters, with the names of our extensions.

import { toDialect } from "../dialect.ts";
import type { Dialect } from "../dialect.ts";

/** The dialect of OpenAI's routes. */
export const openaiDialect: Dialect = toDialect({
  image: { width: "size", height: "size", count: "n", references: "image", product: "image" },
  video: { width: "size", height: "size", durationSeconds: "seconds" },
  audio: { durationSeconds: "duration" },
});
