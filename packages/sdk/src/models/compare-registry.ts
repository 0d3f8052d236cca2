// Compares the live lists of one region with the built-in models: what appeared, went, or changed its price tag.

import type { Region } from "../operation.ts";
import type { LiveList, LiveModel } from "./live-list.ts";
import { keyOf, tagsIn } from "./merge-registry.ts";
import { passThroughPrefix } from "./models.ts";
import type { BenefitType, Model } from "./model.ts";

/** Something that the live lists tell otherwise than the built-in table. */
export interface RegistryChange {
  /** `appeared` and `gone` are about the model in the region, `benefit_changed` about one of its price tags. */
  change: "appeared" | "gone" | "benefit_changed";
  region: Region;
  /** The model's public id. */
  model: string;
  modelKey: string;
  /** The resolution that the tag belongs to; null when it belongs to the model as a whole, or no tag changed. */
  resolution: string | null;
  /** The built-in tag; null unless a tag changed. */
  builtIn: string | null;
  /** The live tag; null unless a tag changed. */
  live: string | null;
}

/** Lists what the live lists tell otherwise than the built-in table, in the table's order, unknown models last. */
export function compareRegistry(
  builtIn: readonly Model[],
  lists: readonly LiveList[],
): RegistryChange[] {
  return lists.flatMap((list) => {
    const { region } = list;
    const entries = new Map(list.models.map((entry) => [entry.key, entry]));
    const changes = builtIn.flatMap((model) => {
      const key = model.kind === list.kind ? keyOf(model, region, entries) : undefined;
      if (key === undefined) return [];
      const entry = entries.get(key);
      entries.delete(key);
      return changesOf(model, key, entry, list);
    });
    const unknown = [...entries.keys()].map((key) =>
      toChange("appeared", region, `${passThroughPrefix}${key}`, key),
    );
    return [...changes, ...unknown];
  });
}

function changesOf(
  model: Model,
  key: string,
  entry: LiveModel | undefined,
  { region, isComplete }: LiveList,
): RegistryChange[] {
  const isOffered = model.modelKeys[region] !== undefined && model.status !== "retired";
  if (entry === undefined || !entry.isOnline) {
    const isGone = isOffered && (entry !== undefined || isComplete);
    return isGone ? [toChange("gone", region, model.id, key)] : [];
  }
  const appeared = isOffered ? [] : [toChange("appeared", region, model.id, key)];
  const known = tagsIn(model.benefitType, region);
  const changed = tagsOf(entry).flatMap(({ resolution, tag }) => {
    const builtIn = knownTags(known, resolution);
    const [first] = builtIn;
    if (first === undefined || builtIn.includes(tag)) return [];
    const change = toChange("benefit_changed", region, model.id, key);
    return [{ ...change, resolution, builtIn: first, live: tag }];
  });
  return [...appeared, ...changed];
}

function tagsOf(entry: LiveModel): { resolution: string | null; tag: string }[] {
  if (entry.benefits !== undefined) return entry.benefits;
  return entry.benefit === undefined ? [] : [{ resolution: null, tag: entry.benefit }];
}

/** Returns the built-in tags of a resolution, the usual one first; of all resolutions for null. */
function knownTags(
  { default: usual, byResolution, withVideo }: BenefitType,
  at: string | null,
): string[] {
  const usuals =
    at === null ? [usual, ...Object.values(byResolution ?? {})] : [byResolution?.[at] ?? usual];
  const videos =
    typeof withVideo === "object"
      ? at === null
        ? Object.values(withVideo)
        : [withVideo[at]]
      : [withVideo];
  return [...usuals, ...videos].filter((tag) => tag !== undefined);
}

function toChange(
  change: RegistryChange["change"],
  region: Region,
  model: string,
  modelKey: string,
): RegistryChange {
  return { change, region, model, modelKey, resolution: null, builtIn: null, live: null };
}
