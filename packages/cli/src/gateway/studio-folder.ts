// Finds the built studio: inside a packed package, and beside this package in a clone.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { packageFolder } from "../package-folder.ts";

// `npm run build` copies the studio into the package; `npm start` builds it where it is.
const places = ["dist/studio/", "../studio/dist/"];

/** Returns the folder of the built studio; undefined where it was not built. */
export function findStudioFolder(): string | undefined {
  const folders = places.map((place) => new URL(place, packageFolder));
  const found = folders.find((folder) => existsSync(new URL("index.html", folder)));
  return found === undefined ? undefined : fileURLToPath(found);
}
