// Tells what a video model offers in a region: resolutions and ratios (models.md).

import type { Region } from "../regions.ts";
import type { VideoModel } from "./models.ts";

const usualRatios = ["21:9", "16:9", "4:3", "1:1", "3:4", "9:16"];

/** Returns the resolutions of a model in a region, the default first. */
export function resolutionsOf(model: VideoModel, region: Region): readonly string[] {
  return region === "cn" ? model.resolutions : (model.resolutionsAbroad ?? model.resolutions);
}

/** Returns the ratios of a model. */
export function ratiosOf(model: VideoModel): string[] {
  return [...usualRatios, ...(model.moreRatios ?? [])];
}
