// The colour of a cell whose picture is not shown yet.

import type { GridAsset } from "@jimeng/gateway/api";
import { thumbHashToAverageRGBA } from "thumbhash";

const known = new WeakMap<GridAsset, string>();

/** Returns the average colour of a result, as CSS writes it; empty while it has no placeholder. */
export function colourOf(asset: GridAsset): string {
  const { thumbhash } = asset;
  if (thumbhash === null) return "";
  const before = known.get(asset);
  if (before !== undefined) return before;
  const bytes = Uint8Array.from(atob(thumbhash), (character) => character.charCodeAt(0));
  const { r, g, b } = thumbHashToAverageRGBA(bytes);
  const [red, green, blue] = [r, g, b].map((share) => Math.round(share * 255));
  const colour = `rgb(${red} ${green} ${blue})`;
  known.set(asset, colour);
  return colour;
}
