// The accounts as the rest of the gateway uses them: registry, selection and health together.

import type { JimengError, Logger } from "@jimeng/sdk";

import { createStoredCredentials } from "./sessions/credentials.ts";
import type { StoredCredentials } from "./sessions/credentials.ts";
import type { Account, AccountConfig, ConnectableAccount, Connection } from "./account.ts";
import { createHealthStore } from "./health/health-store.ts";
import type { HealthStore } from "./health/health-store.ts";
import { createAccountHealth } from "./health/health.ts";
import type { AccountHealth } from "./health/health.ts";
import { createAccountRegistry } from "./registry.ts";
import type { AccountRegistry } from "./registry.ts";
import { createAccountSelection } from "./selection.ts";
import type { AccountSelection } from "./selection.ts";
import type { NewEvent } from "../events/append.ts";
import type { GatewayDatabase } from "../database/database.ts";
import type { Clock } from "../clock.ts";
import type { SecretSettings } from "../encryption/secret-keys.ts";

/** Everything that may be asked of the accounts. */
export interface Accounts extends AccountRegistry, AccountSelection, AccountHealth {
  /** Takes over what other nodes learn of their health, every half second. */
  watchHealth(): void;
  /** Waits until what was learned of their health is stored. */
  closeHealth(): Promise<void>;
}

/** What the accounts need. */
export interface AccountsOptions extends SecretSettings {
  sessions: AccountConfig[];
  connect: (account: ConnectableAccount) => Connection;
  database: GatewayDatabase;
  /** The storage of sessions; default one made from the options above. */
  stored?: StoredCredentials;
  clock: Clock;
  logger: Logger;
  /** The storage of the accounts' health; default one in the database. */
  healthStore?: HealthStore;
  /** Told of every failure on a registered account. */
  onFailure?: (account: Account, error: JimengError) => void;
  /** Told of changes of health, for the event log. */
  note?: (event: NewEvent) => void;
}

/** Registers the configured accounts and those stored earlier. Throws `invalid_request` on a repeated name or session. */
export async function createAccounts(options: AccountsOptions): Promise<Accounts> {
  const { sessions, connect, database, clock, logger } = options;
  const stored = options.stored ?? createStoredCredentials(options);
  const registry = await createAccountRegistry({ sessions, connect, stored });
  const store = options.healthStore ?? createHealthStore({ database, clock, logger });
  const health = createAccountHealth({
    clock,
    logger,
    note: options.note ?? (() => undefined),
    store,
    accountOf: (name) => registry.get(name),
  });
  await store.load();
  const selection = createAccountSelection({ registry, health, database, clock });
  return {
    ...registry,
    ...selection,
    ...health,
    noteFailure(name, error) {
      // The health of unregistered sessions is not kept: strangers' names would pile up.
      const account = registry.get(name);
      if (account === undefined) return;
      health.noteFailure(name, error);
      options.onFailure?.(account, error);
    },
    noteStartFailure(name, error, model) {
      const account = registry.get(name);
      if (account === undefined) return;
      health.noteStartFailure(name, error, model);
      options.onFailure?.(account, error);
    },
    remove(name) {
      registry.remove(name);
      health.forgetHealth(name);
    },
    forget(name) {
      registry.forget(name);
      health.forgetHealth(name);
    },
    watchHealth: () => store.watch(),
    closeHealth: () => store.close(),
  };
}
