// Examines a gateway's machine, settings, database, way to the upstream and accounts, without changing any of them.

import type { Logger } from "pino";

import { toConfiguredAccount } from "../accounts/sessions/credentials.ts";
import type { ConnectableAccount, Connection } from "../accounts/account.ts";
import { createConnector } from "../accounts/upstream-connections.ts";
import type { Config } from "../config/config.ts";
import { createLogger } from "../logging.ts";
import { examineAccounts } from "./accounts.ts";
import { found } from "./finding.ts";
import type { Finding } from "./finding.ts";
import {
  examineDatabase,
  examineDisk,
  examineFolder,
  examinePort,
  examineSecrets,
} from "./machine.ts";
import { examineNetwork } from "./network.ts";
import { readStoredAccounts } from "./stored-accounts.ts";
import type { ReadAccounts } from "./stored-accounts.ts";

/** What is examined. */
export interface ExamineOptions {
  config: Config;
  /** The data folder of the mode in force. */
  folder: string;
  /** Whether the built-in simulator stands in for the site. */
  isSimulated: boolean;
  /** The URL of the gateway that runs on the folder; absent where none does. */
  runningUrl?: string | undefined;
  /** Replaces the way to the site, whose hosts are then not looked at. */
  connect?: ((account: ConnectableAccount) => Pick<Connection, "client">) | undefined;
}

/** Yields what is found, in the order in which one would repair it. */
export async function* examine(options: ExamineOptions): AsyncGenerator<Finding> {
  const { config, folder, isSimulated, runningUrl } = options;
  yield found("node", "ok", "node_ok", process.version);
  yield found("settings", "ok", "settings_ok");
  const folderFinding = await examineFolder(folder);
  yield folderFinding;
  yield* await examineSecrets({ ...config, dataDir: folder });
  if (folderFinding.code === "folder_ok") yield await examineDisk(folder, config);
  yield runningUrl === undefined
    ? found("gateway", "ok", "gateway_stopped")
    : found("gateway", "ok", "gateway_runs", runningUrl);
  yield await examinePort(config, runningUrl);
  const database = await examineDatabase(folder, isSimulated ? { databaseUrl: null } : config);
  yield database;
  if (isSimulated) {
    yield found("hosts", "ok", "simulated");
    return;
  }
  const stored =
    database.code === "database_sound"
      ? await readStoredAccounts(folder, config)
      : { accounts: [], locked: 0 };
  yield* await examineUpstream(options, stored);
}

async function examineUpstream(
  { config, connect }: ExamineOptions,
  stored: ReadAccounts,
): Promise<Finding[]> {
  const configured = config.sessions.map((entry) =>
    toConfiguredAccount({ ...entry, name: entry.name ?? undefined }),
  );
  const accounts = [...configured, ...stored.accounts];
  const locked =
    stored.locked === 0 ? [] : [found("accounts", "fail", "accounts_locked", stored.locked)];
  const now = () => Date.now();
  const used = accounts.length === 0 ? (["cn"] as const) : accounts.map(({ region }) => region);
  const network = connect === undefined ? await examineNetwork({ config, regions: used, now }) : [];
  if (accounts.length === 0 && locked.length > 0) return [...network, ...locked];
  if (accounts.length === 0) {
    const code = config.passthrough ? "accounts_of_callers" : "accounts_none";
    return [...network, found("accounts", config.passthrough ? "ok" : "warn", code)];
  }
  const logger: Logger = createLogger("silent");
  // A doctor asks once: what does not answer now is what it reports.
  const asksOnce = { ...config, jobs: { ...config.jobs, maxRetryCount: 0 } };
  const connector = createConnector({ config: asksOnce, logger });
  try {
    const clientOf = (account: ConnectableAccount) =>
      (connect ?? connector.connect)(account).client;
    return [...network, ...locked, ...(await examineAccounts({ accounts, clientOf, now }))];
  } finally {
    await connector.close();
  }
}
