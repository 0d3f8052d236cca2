// The catalogue of models: the built-in list, updated by what the accounts' sites offer today.

import { models as builtInModels } from "@jimeng/sdk";
import type { Model, Region } from "@jimeng/sdk";
import type { RegistryChange } from "@jimeng/sdk/registry";

import type { Accounts } from "./accounts.ts";
import type { LiveModelRefresh } from "./live-model-refresh.ts";
import type { LiveRegistry } from "./live-registry.ts";

/** Lists models: all that exist, or those that an account may use. */
export interface ModelCatalogue {
  /**
   * Returns every model, at most an hour behind the sites; the same array until a model changes. It reads nothing itself:
   * what is due is read behind it.
   */
  list(): readonly Model[];
  /** Waits until lists that are due were read, at most for some seconds. */
  settled(): Promise<void>;
  /** Returns the models that a start would be checked against now: of one account, or of all configured ones. */
  known(account?: string): readonly Model[];
  /** Returns what the live lists tell otherwise than the built-in table; the same array until a list changes. */
  changes(): readonly RegistryChange[];
}

/** What the catalogue needs. */
export interface ModelCatalogueOptions {
  accounts: Pick<Accounts, "list" | "get">;
  registry: Pick<LiveRegistry, "modelsOf" | "changes">;
  refresh: Pick<LiveModelRefresh, "wake" | "settled">;
}

/** The merged list of some regions, and what it was merged from. */
interface Merged {
  lists: readonly (readonly Model[])[];
  models: readonly Model[];
}

const maxWaitMs = 10_000;

/** Makes the catalogue. */
export function createModelCatalogue(options: ModelCatalogueOptions): ModelCatalogue {
  const { accounts, registry, refresh } = options;
  // Merging takes longer than all else that a start or a list of models needs of the catalogue.
  const merged = new Map<string, Merged>();

  function merge(regions: readonly Region[]): readonly Model[] {
    const key = regions.join();
    const lists = regions.map((region) => registry.modelsOf(region));
    const known = merged.get(key);
    if (known?.lists.every((list, index) => list === lists[index])) return known.models;
    const models = mergeModelLists(lists);
    merged.set(key, { lists, models });
    return models;
  }

  function known(account?: string): readonly Model[] {
    const named = account === undefined ? undefined : accounts.get(account);
    const used =
      account === undefined
        ? accounts.list().filter(({ adopted }) => !adopted)
        : named === undefined
          ? []
          : [named];
    return merge([...new Set(used.map(({ region }) => region))]);
  }

  return {
    known,
    settled: () => refresh.settled(maxWaitMs),
    changes: () => registry.changes(),
    list() {
      refresh.wake();
      return known();
    },
  };
}

/**
 * Merges the lists of several sites, each of which extends the built-in one. An entry that a site changed replaces
 * the built-in entry, one that a site offers replaces one that a site retired, the model keys of all regions are kept,
 * and so is a model that only one site has.
 */
export function mergeModelLists(lists: readonly (readonly Model[])[]): readonly Model[] {
  const merged = new Map(builtInModels.map((model) => [model.id, model]));
  for (const model of lists.flat()) {
    const known = merged.get(model.id);
    if (known === model) continue;
    const builtIn = builtInModels.find(({ id }) => id === model.id);
    if (known !== undefined && model === builtIn) continue;
    const isBetter = known?.status === "retired" && model.status !== "retired";
    const winner = known === undefined || known === builtIn || isBetter ? model : known;
    const modelKeys = { ...known?.modelKeys, ...model.modelKeys, ...winner.modelKeys };
    merged.set(model.id, { ...winner, modelKeys });
  }
  return [...merged.values()];
}
