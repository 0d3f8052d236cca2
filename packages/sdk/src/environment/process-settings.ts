// Reads the process's own environment, for the subpath `@jimeng/sdk/compat` only.

import { readEnvironment } from "./environment.ts";
import type { JimengOptions } from "../options.ts";
import type { Region } from "../operation.ts";

/** Reads the region's hosts, versions and retry settings out of the process's environment, as it is now. */
export function processSettings(region: Region): Omit<JimengOptions, "session"> {
  return readEnvironment(globalThis.process?.env ?? {}, region);
}
