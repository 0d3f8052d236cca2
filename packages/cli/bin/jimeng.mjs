#!/usr/bin/env node
// The first line that runs: checks the version of Node, then hands over to the application. Must run on Node 18, so
// that an old Node gets a sentence and not a syntax error.
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";

const oldestMajor = 22;
const oldestMinor = 18;

const [major, minor] = process.version.slice(1).split(".").map(Number);
if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
  process.stderr.write(
    `error: jimeng needs Node ${oldestMajor}.${oldestMinor} or newer, and this is Node ${process.version}. ` +
      'Install Node 24. In a clone on Linux or Windows "npm start" does that, for this folder only.\n',
  );
  process.exit(1);
}

// Loading leaves nothing but garbage: in a server no room is made for it, which src/gateway/memory-bounds.ts lets grow
// later. Other commands end soon, and with room they answer a fifth sooner.
if (process.argv.includes("serve") || process.argv.includes("simulate")) {
  setFlagsFromString("--semi-space-growth-factor=1");
}
nodeModule.enableCompileCache?.();

// In a clone the packages run from their sources, or from the bundle that `npm start` made of them; a packed package
// carries only dist.
const source = new URL("../src/main.ts", import.meta.url);
const isInClone = existsSync(source);
const bundle = isInClone ? await findBundle() : undefined;
if (isInClone && bundle === undefined) {
  nodeModule.registerHooks({
    resolve(specifier, context, nextResolve) {
      if (!specifier.startsWith("@jimeng/")) return nextResolve(specifier, context);
      return nextResolve(specifier, { ...context, conditions: ["source", ...context.conditions] });
    },
  });
}

const { main } = await import(
  bundle ?? (isInClone ? source.href : new URL("../dist/main.js", import.meta.url).href)
);
process.exitCode = await main(process.argv.slice(2));

/** Returns the URL of a bundle of the sources as they are now; undefined where there is none. */
async function findBundle() {
  const script = new URL("../../../scripts/command-bundle.mjs", import.meta.url);
  const path = existsSync(script) ? (await import(script.href)).findBundle() : undefined;
  return path === undefined ? undefined : pathToFileURL(path).href;
}
