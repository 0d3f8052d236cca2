// Finds the built studio: inside a packed package, and beside this package in a clone.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { packageFolder } from "../package-folder.ts";

// `npm start` builds the studio where its sources are; `npm run build` builds it into the package that is packed.
const sources = new URL("../studio/vite.config.mjs", packageFolder);

/** Returns the folder of the built studio; undefined where it was not built. */
export function findStudioFolder(): string | undefined {
  const place = existsSync(sources) ? "../studio/dist/" : "dist/studio/";
  const folder = new URL(place, packageFolder);
  return existsSync(new URL("index.html", folder)) ? fileURLToPath(folder) : undefined;
}
