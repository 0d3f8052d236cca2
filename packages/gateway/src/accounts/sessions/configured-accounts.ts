// The accounts that settings name: read again while the gateway runs, so that a renewed session needs no restart.

import type { Logger } from "@jimeng/sdk";

import type { SessionSetting } from "../../config/credentials.ts";
import { ServiceError } from "../../errors.ts";
import type { ConnectableAccount } from "../account.ts";
import { configuredTwice } from "../errors.ts";
import type { Accounts } from "../accounts.ts";
import { toConfiguredAccount } from "./credentials.ts";

/** What a reading of the settings changed; the names of accounts. */
export interface ReloadReport {
  added: string[];
  /** Those with another session than before. */
  renewed: string[];
  removed: string[];
  /** Those that no setting names any more, and whose unfinished generations need them. */
  kept: string[];
}

/** The accounts that settings name. */
export interface ConfiguredAccounts {
  /** Returns the settings as they were read last. */
  sessions(): SessionSetting[];
  /**
   * Reads the settings again and takes over what they say. Throws `invalid_request` for settings that are wrong, and
   * `conflict` where none can be read or an account has moved to another region; then nothing has changed.
   */
  reload(): Promise<ReloadReport>;
}

/** What the configured accounts need. */
export interface ConfiguredAccountsOptions {
  sessions: SessionSetting[];
  /** Reads the settings; absent where the accounts come from elsewhere. */
  readSessions?: (() => SessionSetting[]) | undefined;
  accounts: Pick<Accounts, "list" | "get" | "put" | "remove" | "load" | "inFlight" | "noteSuccess">;
  logger: Logger;
}

/** Makes the service over accounts that have been opened with these settings. */
export function createConfiguredAccounts(options: ConfiguredAccountsOptions): ConfiguredAccounts {
  let { sessions } = options;
  let last: Promise<unknown> = Promise.resolve();
  return {
    sessions: () => sessions,
    async reload() {
      const done = last.then(async () => {
        const { readSessions } = options;
        if (readSessions === undefined) throw notFromSettings();
        const now = readSessions();
        const report = await takeOver(options, now.map(toAccount));
        sessions = now;
        options.logger.info({ ...report }, "The settings of accounts were read again");
        return report;
      });
      last = done.catch(() => undefined);
      return await done;
    },
  };
}

function toAccount(setting: SessionSetting): ConnectableAccount {
  return toConfiguredAccount({ ...setting, name: setting.name ?? undefined });
}

async function takeOver(
  { accounts }: ConfiguredAccountsOptions,
  wanted: readonly ConnectableAccount[],
): Promise<ReloadReport> {
  assertDifferent(wanted);
  for (const account of wanted) {
    const present = accounts.get(account.name);
    if (present !== undefined && present.region !== account.region) throw moved(account.name);
  }
  const names = new Set(wanted.map(({ name }) => name));
  const report: ReloadReport = { added: [], renewed: [], removed: [], kept: [] };
  const unfinished = await accounts.inFlight();
  for (const { name, stored, adopted } of accounts.list()) {
    if (stored === true || adopted || names.has(name)) continue;
    if ((unfinished.get(name) ?? 0) > 0) {
      report.kept.push(name);
      continue;
    }
    report.removed.push(name);
    accounts.remove(name);
    // An account that was stored under this name was hidden by the setting.
    await accounts.load(name);
  }
  for (const account of wanted) {
    const present = accounts.get(account.name);
    const isConfigured = present !== undefined && present.stored !== true && !present.adopted;
    const isSame = isConfigured && present.fingerprint === account.fingerprint;
    if (isSame && present.sessionEndsAt === account.sessionEndsAt) continue;
    accounts.put(account);
    if (present === undefined) report.added.push(account.name);
    else {
      report.renewed.push(account.name);
      // What was known of its health belonged to the old session.
      accounts.noteSuccess(account.name);
    }
  }
  return report;
}

function assertDifferent(accounts: readonly ConnectableAccount[]): void {
  const seen = new Set<string>();
  for (const { name, fingerprint } of accounts) {
    if (seen.has(name) || seen.has(fingerprint)) throw configuredTwice(name);
    seen.add(name).add(fingerprint);
  }
}

function moved(name: string): ServiceError {
  return new ServiceError("conflict", `The account ${name} is of another region now.`, {
    param: "JIMENG_SESSIONS_FILE",
    fix: "Give it another name, since its jobs belong to the old one; or start the gateway again.",
  });
}

function notFromSettings(): ServiceError {
  return new ServiceError("conflict", "This gateway has no settings of accounts to read again.", {
    fix: "Start it with jimeng serve and JIMENG_SESSIONS_FILE, or store accounts with jimeng login.",
  });
}
