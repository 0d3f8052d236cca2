// The list of models that people are shown: the registry with what the accounts' sites offer today over it.

import { JimengError, models as registry } from "@jimeng/sdk";
import type { Logger, Model } from "@jimeng/sdk";

import type { Accounts } from "./registry.ts";
import { mapAtMost } from "../concurrency.ts";

/** Lists models. */
export interface ModelCatalogue {
  /** Gives every model, at most an hour behind the sites; the first answer is the registry alone. */
  list(): readonly Model[];
  /** Gives the models that a start would be checked against now: of one account, or of all configured ones. */
  known(account?: string): readonly Model[];
}

/** What the catalogue is made of. */
export interface ModelCatalogueParts {
  accounts: Pick<Accounts, "list" | "connection" | "problem">;
  /** Gives Unix milliseconds. */
  now: () => number;
  logger: Logger;
}

const lifetimeMs = 3_600_000;
const retryAfterFailureMs = 60_000;
const concurrentReads = 5;

/** Makes the catalogue; nothing is asked before the first `list`. */
export function createModelCatalogue({
  accounts,
  now,
  logger,
}: ModelCatalogueParts): ModelCatalogue {
  const read = new Map<string, readonly Model[]>();
  let dueAt = Number.NEGATIVE_INFINITY;

  const configured = (): string[] =>
    accounts.list().flatMap(({ name, adopted }) => (adopted ? [] : [name]));

  async function refresh(): Promise<void> {
    const names = configured().filter((name) => accounts.problem(name) === undefined);
    await mapAtMost(concurrentReads, names, async (name) => {
      try {
        const list = await accounts.connection(name)?.client.models.list();
        if (list !== undefined) read.set(name, list);
      } catch (error) {
        dueAt = Math.min(dueAt, now() + retryAfterFailureMs);
        logger.warn(
          { account: name, code: JimengError.isInstance(error) ? error.code : "internal" },
          "The live model list could not be read; the built-in one serves.",
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
        names.map((name) => accounts.connection(name)?.client.models.peek() ?? registry),
      );
    },
  };
}

/**
 * Merges lists that each lie over the registry: an entry that a site changed wins over the built-in one, the
 * regions add up, and what only one site knows is kept. No list gives the registry.
 */
export function mergeModelLists(lists: readonly (readonly Model[])[]): readonly Model[] {
  const merged = new Map(registry.map((model) => [model.id, model]));
  for (const model of lists.flat()) {
    const known = merged.get(model.id);
    if (known === model) continue;
    const builtIn = registry.find(({ id }) => id === model.id);
    const winner = known === undefined || known === builtIn ? model : known;
    const modelKeys = { ...known?.modelKeys, ...model.modelKeys, ...winner.modelKeys };
    merged.set(model.id, { ...winner, modelKeys });
  }
  return [...merged.values()];
}
