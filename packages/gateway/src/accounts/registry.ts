// The registry of accounts: the configured ones, and the sessions that callers bring (pass-through).

import type {
  Account,
  AccountAccess,
  AccountConfig,
  ConnectableAccount,
  Connection,
} from "./account.ts";
import { configuredTwice } from "./errors.ts";
import { defaultNames, parseCredentials, toConfiguredAccount } from "./sessions/credentials.ts";
import type { Credentials, StoredCredentials } from "./sessions/credentials.ts";
import { ServiceError } from "../errors.ts";

/** Knows the accounts by name and by session. */
export interface AccountRegistry {
  list(): Account[];
  get(name: string): Account | undefined;
  connection(name: string): Connection | undefined;
  /** Loads an account that another node adopted; does nothing for a known one. */
  load(name: string): Promise<void>;
  /** Registers an account that its owner stored, in place of the one of its name. */
  put(account: ConnectableAccount): Account;
  /** Forgets an account that its owner removed. */
  remove(name: string): void;
  /** Returns the account that has a session; undefined for an unknown one. */
  byFingerprint(fingerprint: string): Account | undefined;
  /** Registers a caller's own session (pass-through), kept encrypted so that its jobs survive a restart. */
  adopt(session: string): Promise<Account>;
  /** Forgets an adopted account whose row was removed. */
  forget(name: string): void;
  /** Returns the account of a caller's own session without storing anything: a known one, or one kept in memory. */
  forSession(session: string): AccountAccess;
}

/** What the registry needs. */
export interface AccountRegistryOptions {
  sessions: AccountConfig[];
  connect: (account: ConnectableAccount) => Connection;
  stored: StoredCredentials;
}

/** Registers the configured accounts and those adopted earlier. Throws `invalid_request` on a repeated name or session. */
export async function createAccountRegistry(
  options: AccountRegistryOptions,
): Promise<AccountRegistry> {
  const { connect, stored } = options;
  const entries = new Entries(connect);
  for (const config of options.sessions) {
    const account = toConfiguredAccount(config);
    if (entries.has(account)) throw configuredTwice(account.name);
    entries.add(account);
  }
  for (const account of await stored.list()) {
    if (!entries.has(account)) entries.add(account);
  }
  const sessions = new TransientSessions(entries, connect);

  return {
    list: () => entries.list(),
    get: (name) => entries.get(name)?.account,
    connection: (name) => entries.get(name)?.connection,

    async load(name) {
      if (entries.get(name) !== undefined) return;
      const account = await stored.get(name);
      if (account !== undefined && !entries.has(account)) entries.add(account);
    },

    put(account) {
      entries.remove(account.name);
      return entries.add(account);
    },

    remove(name) {
      entries.remove(name);
    },

    byFingerprint: (fingerprint) => entries.byFingerprint(fingerprint)?.account,

    async adopt(text) {
      const credentials = parseCredentials(text);
      const { fingerprint } = credentials;
      // Another node may have given the short name to another session, whose jobs must not run on this one.
      for (const name of defaultNames(credentials)) {
        const known = entries.byFingerprint(fingerprint);
        if (known !== undefined) {
          // Its row may have been removed by another node; a fresh use keeps it for a while.
          if (known.account.adopted) await stored.claimName(known.account.name, credentials);
          return known.account;
        }
        if (entries.get(name) !== undefined) continue;
        const isOurs = await stored.claimName(name, credentials);
        if (!isOurs) continue;
        return (
          entries.byFingerprint(fingerprint)?.account ??
          entries.add(
            { ...credentials, name, adopted: true },
            sessions.connectionOf(fingerprint, name),
          )
        );
      }
      return entries.byFingerprint(fingerprint)?.account ?? throwNameTaken();
    },

    forget(name) {
      if (entries.get(name)?.account.adopted === true) entries.remove(name);
    },

    forSession: (text) => sessions.access(parseCredentials(text)),
  };
}

interface Entry {
  account: Account;
  connection: Connection;
}

/** The registered accounts with their connections. */
class Entries {
  readonly #byName = new Map<string, Entry>();
  readonly #byFingerprint = new Map<string, Entry>();
  readonly #connect: (account: ConnectableAccount) => Connection;

  constructor(connect: (account: ConnectableAccount) => Connection) {
    this.#connect = connect;
  }

  list(): Account[] {
    return [...this.#byName.values()].map(({ account }) => account);
  }

  get(name: string): Entry | undefined {
    return this.#byName.get(name);
  }

  byFingerprint(fingerprint: string): Entry | undefined {
    return this.#byFingerprint.get(fingerprint);
  }

  /** Tells whether the account's name or session is registered. */
  has({ name, fingerprint }: Account): boolean {
    return this.#byName.has(name) || this.#byFingerprint.has(fingerprint);
  }

  remove(name: string): void {
    const entry = this.#byName.get(name);
    this.#byName.delete(name);
    if (entry !== undefined) this.#byFingerprint.delete(entry.account.fingerprint);
  }

  add(connectable: ConnectableAccount, connection = this.#connect(connectable)): Account {
    const { session: _session, proxy: _proxy, ...account } = connectable;
    const entry = { account, connection };
    this.#byName.set(account.name, entry);
    this.#byFingerprint.set(account.fingerprint, entry);
    return account;
  }
}

// Callers who only ask about their credits are remembered here alone; past this number the oldest is forgotten.
const maxTransientSessions = 100;

/** Remembers the sessions of callers who store nothing, so that their next call uses the same client. */
class TransientSessions {
  readonly #accesses = new Map<string, Entry>();
  readonly #entries: Entries;
  readonly #connect: (account: ConnectableAccount) => Connection;

  constructor(entries: Entries, connect: (account: ConnectableAccount) => Connection) {
    this.#entries = entries;
    this.#connect = connect;
  }

  access(credentials: Credentials): AccountAccess {
    const { region, session, fingerprint } = credentials;
    const known = this.#entries.byFingerprint(fingerprint);
    if (known !== undefined) return toAccess(known);
    const remembered = this.#accesses.get(fingerprint);
    if (remembered !== undefined) return toAccess(remembered);
    const [shortName, longName] = defaultNames(credentials);
    const name = this.#entries.get(shortName) === undefined ? shortName : longName;
    const account: Account = { name, region, fingerprint, adopted: true };
    const entry = { account, connection: this.#connect({ ...account, session }) };
    this.#forgetOldest();
    this.#accesses.set(fingerprint, entry);
    return toAccess(entry);
  }

  /** Returns the connection of a remembered session under this name, so that its account need not make another. */
  connectionOf(fingerprint: string, name: string): Connection | undefined {
    const entry = this.#accesses.get(fingerprint);
    return entry?.account.name === name ? entry.connection : undefined;
  }

  #forgetOldest(): void {
    if (this.#accesses.size < maxTransientSessions) return;
    const [oldest] = this.#accesses.keys();
    if (oldest !== undefined) this.#accesses.delete(oldest);
  }
}

function toAccess({ account, connection }: Entry): AccountAccess {
  return { account, client: connection.client };
}

function throwNameTaken(): never {
  throw new ServiceError("internal", "An account's name is taken by another session.");
}
