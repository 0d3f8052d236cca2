// Copies the installed packages that the command's bundle leaves out, with what they need, into a folder: all that an
// image needs beside the bundle.
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { unbundled } from "./command-bundle.mjs";
import { findNeeded, readPackages } from "./installation.mjs";

/** Lists the paths in the lockfile of what a running bundle needs. */
export function findImagePackages(locked) {
  const roots = unbundled.map((name) => `node_modules/${name}`);
  return findNeeded(
    locked,
    roots.filter((path) => locked[path] !== undefined),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [target] = process.argv.slice(2);
  if (target === undefined) throw new Error("usage: image-packages.mjs <folder>");
  for (const path of findImagePackages(readPackages("package-lock.json"))) {
    // What is not there is a binary for another platform.
    if (!existsSync(path)) continue;
    const copy = join(target, path.replace(/^node_modules\//, ""));
    mkdirSync(dirname(copy), { recursive: true });
    // A package inside another one is in the list itself, where it is needed.
    cpSync(path, copy, {
      recursive: true,
      filter: (file) => !/[\\/]node_modules$/.test(file) && !/\.(d\.[cm]?ts|map)$/.test(file),
    });
  }
}
