// The names of the domain's parameters in our own routes.

import { toDialect } from "../dialect.ts";
import type { Dialect } from "../dialect.ts";

/** The dialect of our own routes. */
export const nativeDialect: Dialect = toDialect({
  image: { references: "image", product: "image" },
  video: { durationSeconds: "duration_seconds" },
  audio: { durationSeconds: "duration_seconds" },
});
