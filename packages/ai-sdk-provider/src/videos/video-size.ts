// The resolution and ratio of a model that are nearest to a size in pixels.

import type { SharedV4Warning } from "@ai-sdk/provider";

import type { Facts } from "../model-facts.ts";

/** What a model is asked for instead of pixels. */
export interface NearestSize {
  resolution: string;
  /** Undefined where the caller's own ratio stands. */
  ratio: string | undefined;
  warnings: SharedV4Warning[];
}

const linesByName: Readonly<Record<string, number>> = { "2k": 1440, "4k": 2160 };
// 854x480 is called 16:9, too.
const sameRatio = 0.01;

/** Chooses the nearest of a model's resolutions and ratios; undefined for a model that lists none. */
export function toNearestSize(
  pixels: string,
  wantedRatio: string | undefined,
  { resolutions, ratios }: Pick<Facts, "resolutions" | "ratios">,
): NearestSize | undefined {
  const [width = 0, height = 0] = pixels.split("x").map(Number);
  const lines = Math.min(width, height);
  const resolution = nearest(resolutions, (name) => distance(linesOf(name), lines));
  const ratio = wantedRatio ?? nearest(ratios, (name) => distance(ratioOf(name), width / height));
  if (resolution === undefined || ratio === undefined) return undefined;
  const isExact =
    linesOf(resolution) === lines && distance(ratioOf(ratio), width / height) < sameRatio;
  return {
    resolution,
    ratio: wantedRatio === undefined ? ratio : undefined,
    warnings: isExact
      ? []
      : [
          {
            type: "compatibility",
            feature: "resolution",
            details: `${pixels} is not offered; the nearest is ${resolution} at ${ratio}.`,
          },
        ],
  };
}

function linesOf(name: string): number {
  return linesByName[name] ?? Number.parseInt(name, 10);
}

function ratioOf(name: string): number {
  const [across = 1, down = 1] = name.split(":").map(Number);
  return across / down;
}

function distance(one: number, other: number): number {
  return Math.abs(Math.log(one / other));
}

function nearest(
  names: readonly string[],
  distanceOf: (name: string) => number,
): string | undefined {
  return names.toSorted((one, other) => distanceOf(one) - distanceOf(other))[0];
}
