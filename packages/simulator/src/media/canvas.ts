// Loads the canvas that draws pictures and frames: a native add-on, which npm has for most platforms but not for all.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import type * as Canvas from "@napi-rs/canvas";

const canvasPackage = "@napi-rs/canvas";
const reason = `${canvasPackage} has no binary for ${process.platform} ${process.arch}`;

/** Returns in one line why nothing can be drawn here; null where it can. Searches the binary and does not load it. */
export function whyNotDrawn(): string | null {
  try {
    const manifestFile = createRequire(import.meta.url).resolve(`${canvasPackage}/package.json`);
    const manifest = JSON.parse(readFileSync(manifestFile, "utf8")) as {
      optionalDependencies: Record<string, string>;
    };
    const { resolve } = createRequire(manifestFile);
    // One package a platform, of which npm installs the fitting one.
    const hasBinary = Object.keys(manifest.optionalDependencies).some((name) => {
      try {
        return resolve(name) !== "";
      } catch {
        return false;
      }
    });
    return hasBinary ? null : reason;
  } catch {
    return `${canvasPackage} is not installed`;
  }
}

/** Loads the canvas. Throws the reason in one line where it cannot be loaded. */
export async function loadCanvas(): Promise<typeof Canvas> {
  try {
    return await import("@napi-rs/canvas");
  } catch (cause) {
    throw new Error(whyNotDrawn() ?? `${canvasPackage} does not load`, { cause });
  }
}
