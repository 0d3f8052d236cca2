// Finds our model for a --model_version of the site's own CLI.

import { defaultImageModel, defaultVideoModel } from "../../generation/requests.ts";

/** Returns a model of pictures: 5.0 is jimeng-5.0; everything else is taken as our own name. */
export function toImageModel(version: string | undefined): string {
  if (version === undefined) return defaultImageModel;
  return /^\d/.test(version) ? `jimeng-${version}` : version;
}

/** Returns a model of videos: seedance2.0fast_vip is jimeng-video-seedance-2.0-fast-vip, 3.5pro is jimeng-video-3.5-pro. */
export function toVideoModel(version: string | undefined): string {
  if (version === undefined) return defaultVideoModel;
  const found = /^(seedance)?_?(\d+\.\d+)_?(fast|pro|mini)?(_vip)?$/i.exec(version);
  if (found === null) return version;
  const [, family, number, variant, membership] = found;
  const parts = [family, number, variant, membership?.slice(1)];
  return ["jimeng-video", ...parts.filter((part) => part !== undefined)].join("-").toLowerCase();
}
