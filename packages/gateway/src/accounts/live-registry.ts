// The models of each region as this process knows them: the built-in ones under the site's live lists.

import { models as builtInModels } from "@jimeng/sdk";
import { compareRegistry, mergeRegistry } from "@jimeng/sdk/registry";
import type { JimengError, Model, Region } from "@jimeng/sdk";
import type { LiveList, RegistryChange } from "@jimeng/sdk/registry";

/** Holds the live lists of all regions. */
export interface LiveRegistry {
  /** Returns the models of a region, the built-in ones while no list is known; the same array until its lists change. */
  modelsOf(region: Region): readonly Model[];
  /** Returns the lists of a region; none while none is known. */
  listsOf(region: Region): readonly LiveList[];
  /**
   * Returns what the lists tell otherwise than the built-in table, of all regions; the same array until a list changes.
   */
  changes(): readonly RegistryChange[];
  /** Replaces the lists of a region. */
  set(region: Region, lists: readonly LiveList[]): void;
  /** Notes that a start failed: ret 2061 and 3018 say that the list of the region may be out of date. */
  noteFailure(region: Region, error: JimengError): void;
  /** Returns when a failure last said so, in Unix milliseconds; undefined when none did. */
  suspectedAt(region: Region): number | undefined;
}

interface Entry {
  lists: readonly LiveList[];
  models: readonly Model[];
  changes: readonly RegistryChange[];
}

// 2061: the model is retired or not offered to the account; 3018: no permission, of an old client too (errors.md).
const signsOfAge: ReadonlySet<string> = new Set(["2061", "3018"]);

/** Makes a registry that knows no live list yet. */
export function createLiveRegistry(now: () => number): LiveRegistry {
  const regions = new Map<Region, Entry>();
  const suspectedAt = new Map<Region, number>();
  let allChanges: readonly RegistryChange[] = [];
  return {
    modelsOf: (region) => regions.get(region)?.models ?? builtInModels,
    listsOf: (region) => regions.get(region)?.lists ?? [],
    changes: () => allChanges,
    set(region, lists) {
      regions.set(region, {
        lists,
        models: mergeRegistry(builtInModels, lists),
        changes: compareRegistry(builtInModels, lists),
      });
      allChanges = [...regions.values()].flatMap(({ changes }) => changes);
    },
    noteFailure(region, error) {
      if (signsOfAge.has(error.detail.upstream?.ret ?? "")) suspectedAt.set(region, now());
    },
    suspectedAt: (region) => suspectedAt.get(region),
  };
}
