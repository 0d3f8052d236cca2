// Values of queries that several resources share.

import * as z from "zod";

/** A query's flag, such as `fresh=true`. */
export const flagSchema = z
  .enum(["true", "false"], { error: "must be true or false" })
  .transform((text) => text === "true");
