// Opens everything about accounts: the connections to the sites, the registry, the accounts that owners store, the live
// lists of models, and what looks after sessions.

import type { Fetch } from "@jimeng/sdk";
import type { Logger } from "pino";

import type { Clock } from "../clock.ts";
import type { Closing } from "../concurrency.ts";
import type { Config } from "../config/config.ts";
import type { SessionSetting } from "../config/credentials.ts";
import type { GatewayDatabase } from "../database/database.ts";
import type { SecretSettings } from "../encryption/secret-keys.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Observer } from "../observer.ts";
import type { Accounts } from "./accounts.ts";
import { createAccounts } from "./accounts.ts";
import { createStoredCredentials } from "./sessions/credentials.ts";
import { createConfiguredAccounts } from "./sessions/configured-accounts.ts";
import type { ConfiguredAccounts } from "./sessions/configured-accounts.ts";
import { createStoredAccounts } from "./sessions/stored-accounts.ts";
import type { StoredAccounts } from "./sessions/stored-accounts.ts";
import { createSessionEnds } from "./sessions/session-ends.ts";
import type { SessionEnds } from "./sessions/session-ends.ts";
import { createLiveModelRefresh, noLiveModelRefresh } from "./live-model-refresh.ts";
import type { LiveModelRefresh } from "./live-model-refresh.ts";
import { createLiveModelStore } from "./live-model-store.ts";
import { createLiveRegistry } from "./live-registry.ts";
import type { LiveRegistry } from "./live-registry.ts";
import { createConnector } from "./upstream-connections.ts";
import { createVisitorSweep } from "./visitors.ts";
import type { VisitorSweep } from "./visitors.ts";
import type { Connector } from "./upstream-connections.ts";
import type { ConnectableAccount, Connection } from "./account.ts";

/** What the accounts are opened with. */
export interface OpenAccountsOptions {
  config: Config;
  /** Reads the settings of the accounts again. */
  readSessions?: () => SessionSetting[];
  /** Replaces the HTTP client for calls to the upstream. */
  upstreamFetch?: Fetch;
  /** Replaces the sdk's client of an account altogether. */
  connect?: (account: ConnectableAccount) => Connection;
  observer: Observer;
  logger: Logger;
  clock: Clock;
  database: GatewayDatabase;
  events: EventLog;
  /** Takes what must be closed with the gateway. */
  closing: Closing;
}

/** The accounts and what works for them. */
export interface OpenAccounts {
  connector: Connector;
  accounts: Accounts;
  storedAccounts: StoredAccounts;
  configuredAccounts: ConfiguredAccounts;
  visitors: VisitorSweep;
  liveRegistry: LiveRegistry;
  liveModels: LiveModelRefresh;
  sessionEnds: SessionEnds;
}

/** Opens the accounts; nothing runs by itself before each part is started. */
export async function openAccounts(options: OpenAccountsOptions): Promise<OpenAccounts> {
  const { config, observer, logger, clock, database, events, closing } = options;
  const liveRegistry = createLiveRegistry(() => clock.now());
  const connector = createConnector({
    config,
    logger,
    observer,
    upstreamFetch: options.upstreamFetch,
    modelsOf: (region) => liveRegistry.modelsOf(region),
  });
  closing.add(() => connector.close());
  const stored = createStoredCredentials({
    database,
    ...toSecretSettings(config),
    clock,
    logger,
  });
  const connect = options.connect ?? ((account) => connector.connect(account));
  const accounts = await createAccounts({
    stored,
    sessions: config.sessions.map((entry) => ({ ...entry, name: entry.name ?? undefined })),
    connect,
    database,
    ...toSecretSettings(config),
    clock,
    logger,
    onFailure({ name, region }, error) {
      liveRegistry.noteFailure(region, error);
      const { code, detail } = error;
      observer.accountFailed({ account: name, code, ret: detail.upstream?.ret ?? null });
    },
    note: (event) => events.note(event),
  });
  closing.add(() => accounts.closeHealth());
  const storedAccounts = createStoredAccounts({
    registry: accounts,
    stored,
    connect,
    inFlight: () => accounts.inFlight(),
    noteRenewed: (name) => accounts.noteSuccess(name),
    isShared: database.postgres !== null,
    clock,
    logger,
  });
  closing.add(() => storedAccounts.close());
  const { sessions } = config;
  const configuredAccounts = createConfiguredAccounts({ ...options, sessions, accounts });
  const liveModels = openLiveModels(options, accounts, liveRegistry);
  closing.add(() => liveModels.close());
  const sessionEnds = createSessionEnds({
    accounts,
    clock,
    logger,
    observer,
    note: (event) => events.note(event),
  });
  closing.add(() => sessionEnds.close());
  await liveModels.load();
  const visitors = createVisitorSweep({ database, registry: accounts, clock, logger });
  closing.add(() => visitors.close());
  return {
    connector,
    accounts,
    storedAccounts,
    configuredAccounts,
    visitors,
    liveRegistry,
    liveModels,
    sessionEnds,
  };
}

function openLiveModels(
  { config, database, clock, logger, observer }: OpenAccountsOptions,
  accounts: Accounts,
  registry: LiveRegistry,
): LiveModelRefresh {
  if (config.mode === "simulator") return noLiveModelRefresh();
  const store = createLiveModelStore(database);
  return createLiveModelRefresh({ accounts, registry, store, clock, logger, observer });
}

function toSecretSettings({ dataDir, secretKey, previousSecretKey }: Config): SecretSettings {
  return { dataDir, secretKey, previousSecretKey };
}
