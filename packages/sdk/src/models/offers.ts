// What the records of models have in common: in which regions, at which sizes and under which price tags.

import type { BenefitType, Model } from "./model.ts";
import type { Region } from "../operation.ts";

export const everywhere: readonly Region[] = ["cn", "us", "hk", "jp", "sg"];
export const cnAndAsia: readonly Region[] = ["cn", "hk", "jp", "sg"];
export const asia: readonly Region[] = ["hk", "jp", "sg"];
export const international: readonly Region[] = ["us", "hk", "jp", "sg"];
export const cnOnly: readonly Region[] = ["cn"];

/** Returns the same key for each of the regions. */
export function keyIn(regionIds: readonly Region[], key: string): Model["modelKeys"] {
  return Object.fromEntries(regionIds.map((region) => [region, key]));
}

/** Returns the resolutions of a model and their sizes. */
export function offering(sizes: Model["sizes"]): Pick<Model, "resolutions" | "sizes"> {
  return { resolutions: Object.keys(sizes), sizes };
}

/** Returns price tags that name their resolution: `<stem>_<resolution><rest>`. */
export function tagsOf(
  stem: string,
  resolutions: readonly string[],
  rest = "",
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    resolutions.map((name) => [name, `${stem}_${name.replace(".", "")}${rest}`]),
  );
}

/** Returns a benefit type whose tags name their resolution. */
export function priced(stem: string, resolutions: readonly string[], rest = ""): BenefitType {
  return { byResolution: tagsOf(stem, resolutions, rest) };
}
