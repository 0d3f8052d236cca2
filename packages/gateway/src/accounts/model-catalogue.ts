// The catalogue of models: the built-in list, updated by what the accounts' sites offer today.

import { JimengError, models as builtInModels } from "@jimeng/sdk";
import type { Logger, Model } from "@jimeng/sdk";

import type { Accounts } from "./accounts.ts";
import { mapAtMost } from "../concurrency.ts";

/** Lists models: all that exist, or those that an account may use. */
export interface ModelCatalogue {
  /** Returns every model, at most an hour behind the sites; the first answer is the built-in list alone. */
  list(): readonly Model[];
  /** Returns the models that a start would be checked against now: of one account, or of all configured ones. */
  known(account?: string): readonly Model[];
}

/** What the catalogue needs. */
export interface ModelCatalogueOptions {
  accounts: Pick<Accounts, "list" | "connection" | "blockedBy">;
  /** Returns Unix milliseconds. */
  now: () => number;
  logger: Logger;
}

const lifetimeMs = 3_600_000;
const retryAfterFailureMs = 60_000;
const maxConcurrentReads = 5;

/** Makes the catalogue; the first `list` sends the first request. */
export function createModelCatalogue({
  accounts,
  now,
  logger,
}: ModelCatalogueOptions): ModelCatalogue {
  const read = new Map<string, readonly Model[]>();
  let dueAt = Number.NEGATIVE_INFINITY;

  const configured = (): string[] =>
    accounts.list().flatMap(({ name, adopted }) => (adopted ? [] : [name]));

  async function refresh(): Promise<void> {
    const names = configured().filter((name) => accounts.blockedBy(name) === undefined);
    await mapAtMost(maxConcurrentReads, names, async (name) => {
      try {
        const list = await accounts.connection(name)?.client.models.list();
        if (list !== undefined) read.set(name, list);
      } catch (error) {
        dueAt = Math.min(dueAt, now() + retryAfterFailureMs);
        logger.warn(
          { account: name, code: JimengError.isInstance(error) ? error.code : "internal" },
          "Failed to read the live model list; the built-in list is used.",
        );
      }
    });
  }

  return {
    list() {
      if (now() >= dueAt) {
        dueAt = now() + lifetimeMs;
        void refresh();
      }
      return mergeModelLists([...read.values()]);
    },

    known(account) {
      const names = account === undefined ? configured() : [account];
      return mergeModelLists(
        names.map((name) => accounts.connection(name)?.client.models.peek() ?? builtInModels),
      );
    },
  };
}

/**
 * Merges the lists of several sites, each of which extends the built-in one. An entry that a site changed replaces
 * the built-in entry, the model keys of all regions are kept, and so is a model that only one site has.
 */
export function mergeModelLists(lists: readonly (readonly Model[])[]): readonly Model[] {
  const merged = new Map(builtInModels.map((model) => [model.id, model]));
  for (const model of lists.flat()) {
    const known = merged.get(model.id);
    if (known === model) continue;
    const builtIn = builtInModels.find(({ id }) => id === model.id);
    const winner = known === undefined || known === builtIn ? model : known;
    const modelKeys = { ...known?.modelKeys, ...model.modelKeys, ...winner.modelKeys };
    merged.set(model.id, { ...winner, modelKeys });
  }
  return [...merged.values()];
}
