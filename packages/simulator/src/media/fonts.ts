// Registers only those Noto Sans SC subsets that a text needs. Runs in the media worker.

import { createRequire } from "node:module";

import { GlobalFonts } from "@napi-rs/canvas";

const fontPackage = "@fontsource-variable/noto-sans-sc";
const latin = "latin";

const require = createRequire(import.meta.url);

interface Subset {
  name: string;
  ranges: Array<[from: number, to: number]>;
}

let knownSubsets: Subset[] | undefined;
const registered = new Set<string>();

function parseRange(part: string): [number, number] {
  const [from = "0", to = from] = part.replace(/^U\+/i, "").split("-");
  return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
}

function subsets(): Subset[] {
  if (knownSubsets === undefined) {
    const ranges = require(`${fontPackage}/unicode.json`) as Record<string, string>;
    knownSubsets = Object.entries(ranges).map(([key, text]) => ({
      name: key.replace(/[[\]]/g, ""),
      ranges: text.split(",").map(parseRange),
    }));
  }
  return knownSubsets;
}

function alias(name: string): string {
  return `simulator-sans-${name}`;
}

function register(name: string): void {
  if (registered.has(name)) return;
  registered.add(name);
  const file = require.resolve(`${fontPackage}/files/noto-sans-sc-${name}-wght-normal.woff2`);
  GlobalFonts.registerFromPath(file, alias(name));
}

/** Returns a CSS family list whose fonts together have every character of `text` that Noto Sans SC has. */
export function familiesFor(text: string): string {
  const codes = new Set(Array.from(text, (character) => character.codePointAt(0) ?? 0));
  const needed = subsets().filter(
    (subset) =>
      subset.name !== latin &&
      subset.ranges.some(([from, to]) => [...codes].some((code) => code >= from && code <= to)),
  );
  const names = [latin, ...needed.map((subset) => subset.name)];
  names.forEach(register);
  return names.map(alias).join(", ");
}
