// Owns how large a JSON body may be where it can carry pictures as data URLs. Refuses to know routes.

import type { Config } from "./config.ts";
import { limitOf } from "./files.ts";
import { bytesPerMegabyte } from "./reference-errors.ts";

/**
 * Gives the largest JSON body in bytes: one largest picture in base64 and a megabyte of words. More and larger
 * pictures come as forms or files, which stream to the disk; a JSON body is held in memory as long as it is read.
 */
export function bodyLimitOf(config: Pick<Config, "maxUploadMegabytes">): number {
  return Math.ceil((limitOf("image", config.maxUploadMegabytes) * 4) / 3) + bytesPerMegabyte;
}
