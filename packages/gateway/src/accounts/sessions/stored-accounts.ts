// The accounts that their owner stores while the gateway runs: checked at the site, kept encrypted, known to every node.

import { JimengError } from "@jimeng/sdk";
import type { AccountInfo, Logger, Region } from "@jimeng/sdk";

import type { Clock, Timer } from "../../clock.ts";
import { ServiceError } from "../../errors.ts";
import type { Account, ConnectableAccount, Connection } from "../account.ts";
import { defaultNames, parseCredentials } from "./credentials.ts";
import type { Credentials, StoredCredentials } from "./credentials.ts";
import { unknownAccount } from "../errors.ts";
import type { AccountRegistry } from "../registry.ts";

/** An account to store. */
export interface NewAccount {
  /** The session, with its region's prefix where it has one. */
  session: string;
  /** Default: made from the region and the session's fingerprint. */
  name?: string;
  /** Default: what the prefix says; without one the sites are asked which of them knows the session. */
  region?: Region;
  /** When the session ends, in Unix milliseconds. */
  endsAt?: number;
  /** The address of its own HTTP proxy. */
  proxy?: string;
  /** Whether the site is asked about the session first. */
  check: boolean;
}

/** Stores and removes accounts. */
export interface StoredAccounts {
  /**
   * Stores an account, or renews the session of one with the same name or the same user of the site: its jobs stay its
   * own. Throws `session_invalid` for a session that no site knows, `conflict` for a name or session that is taken, and
   * what the site's call throws where it could not be asked.
   */
  store(account: NewAccount): Promise<{ account: Account; isNew: boolean }>;
  /** Removes an account. Throws `not_found`, and `conflict` for one that a setting names or that has unfinished jobs. */
  remove(name: string): Promise<void>;
  /** Takes over what other nodes changed, now and every half second. */
  start(): Promise<void>;
  close(): void;
}

/** What the stored accounts need. */
export interface StoredAccountsOptions {
  registry: AccountRegistry;
  stored: StoredCredentials;
  connect: (account: ConnectableAccount) => Connection;
  /** Returns the number of unfinished generations by account. */
  inFlight: () => Promise<ReadonlyMap<string, number>>;
  /** Forgets what is known of an account's health: it has another session. */
  noteRenewed: (name: string) => void;
  /** Whether other nodes change the rows, too. */
  isShared: boolean;
  clock: Clock;
  logger: Logger;
}

// With the time of the read itself, what another node changed counts here within a second.
const refreshMs = 500;
// Most people are on the first.
const regions: readonly Region[] = ["cn", "us", "hk", "jp", "sg"];
const prefixed = /^(us|hk|jp|sg)-/i;

/** Makes the service over a registry. */
export function createStoredAccounts(options: StoredAccountsOptions): StoredAccounts {
  return new Service(options);
}

class Service implements StoredAccounts {
  readonly #options: StoredAccountsOptions;
  /** The times of the changes that this node knows. */
  #known = new Map<string, number>();
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(options: StoredAccountsOptions) {
    this.#options = options;
  }

  async store(given: NewAccount): Promise<{ account: Account; isNew: boolean }> {
    const { registry, stored } = this.#options;
    const { credentials, user } = await this.#identify(given);
    const same = registry.byFingerprint(credentials.fingerprint);
    if (same !== undefined) refuseOther(same, given.name);
    const name = given.name ?? same?.name ?? (await this.#nameOf(credentials, user));
    const present = registry.get(name);
    if (present !== undefined) await this.#assertRenewable(present, credentials, user);
    const { endsAt, proxy } = given;
    await stored.store({
      ...credentials,
      name,
      userId: user?.userId ?? (present === undefined ? null : await stored.userOf(name)),
      ...(endsAt !== undefined && { sessionEndsAt: endsAt }),
      ...(proxy !== undefined && { proxy }),
    });
    await this.#takeOver(name);
    const account = registry.get(name);
    if (account === undefined) throw unknownAccount(name);
    return { account, isNew: present === undefined };
  }

  async remove(name: string): Promise<void> {
    const { registry, stored, inFlight } = this.#options;
    const account = registry.get(name);
    if (account === undefined) throw unknownAccount(name);
    if (account.stored !== true) throw notStored(name);
    const unfinished = (await inFlight()).get(name) ?? 0;
    if (unfinished > 0) throw unfinishedJobs(name, unfinished);
    if (!(await stored.remove(name))) throw unknownAccount(name);
    registry.remove(name);
    this.#known.delete(name);
  }

  async start(): Promise<void> {
    const { isShared, clock, logger } = this.#options;
    await this.#refresh().catch((error: unknown) => {
      logger.warn({ error }, "Failed to read the stored accounts, will retry");
    });
    if (isShared && !this.#isClosed)
      this.#timer = clock.setTimer(() => void this.start(), refreshMs);
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  async #refresh(): Promise<void> {
    const changes = await this.#options.stored.changes();
    for (const [name, at] of changes) {
      if (this.#known.get(name) !== at) await this.#takeOver(name);
      this.#known.set(name, at);
    }
    for (const name of this.#known.keys()) {
      if (changes.has(name)) continue;
      this.#known.delete(name);
      this.#options.registry.remove(name);
    }
  }

  /** Registers a stored account as its row is now. */
  async #takeOver(name: string): Promise<void> {
    const { registry, stored, noteRenewed } = this.#options;
    const account = await stored.get(name);
    if (account === undefined) return;
    const present = registry.get(name);
    // What a setting names stays as it is.
    if (present !== undefined && present.stored !== true && !present.adopted) return;
    registry.put(account);
    noteRenewed(name);
  }

  /** Learns a session's region and user from the site, or takes them as given. */
  async #identify(given: NewAccount): Promise<{ credentials: Credentials; user?: AccountInfo }> {
    const { session, region, check } = given;
    if (!check) return { credentials: parseCredentials(session, region) };
    const isKnown = region !== undefined || prefixed.test(session.trim());
    const candidates = isKnown
      ? [parseCredentials(session, region)]
      : regions.map((each) => parseCredentials(session, each));
    let unanswered: unknown;
    for (const credentials of candidates) {
      const found = await this.#ask(given, credentials).catch((error: unknown) => {
        unanswered ??= error;
      });
      if (found !== undefined) return { credentials, user: found };
    }
    if (unanswered !== undefined) throw toNotAsked(unanswered);
    throw sessionUnknown(candidates.map((each) => each.region));
  }

  /** Asks a site whose session this is; undefined when it knows no such session. */
  async #ask({ proxy }: NewAccount, credentials: Credentials): Promise<AccountInfo | undefined> {
    const [, name] = defaultNames(credentials);
    const candidate = {
      ...credentials,
      name,
      adopted: false,
      ...(proxy !== undefined && { proxy }),
    };
    const { client } = this.#options.connect(candidate);
    const found = await client.account.check();
    return found.alive ? found.account : undefined;
  }

  /** Returns the name of the stored account of the same user of the site, else a new one. */
  async #nameOf(credentials: Credentials, user: AccountInfo | undefined): Promise<string> {
    const { registry, stored } = this.#options;
    if (user !== undefined) {
      for (const account of registry.list()) {
        if (account.stored !== true || account.region !== credentials.region) continue;
        if ((await stored.userOf(account.name)) === user.userId) return account.name;
      }
    }
    const names = defaultNames(credentials);
    return names.find((name) => registry.get(name) === undefined) ?? names[1];
  }

  async #assertRenewable(
    { name, region, stored: isStored, adopted }: Account,
    credentials: Credentials,
    user: AccountInfo | undefined,
  ): Promise<void> {
    if (isStored !== true && !adopted) throw namedBySetting(name);
    const owner = await this.#options.stored.userOf(name);
    const isOther =
      region !== credentials.region ||
      (owner !== null && user !== undefined && owner !== user.userId);
    if (isOther) throw anotherUser(name);
  }
}

function refuseOther(same: Account, name: string | undefined): void {
  if (same.stored !== true && !same.adopted) throw namedBySetting(same.name);
  if (name === undefined || name === same.name) return;
  throw new ServiceError("conflict", `This session is stored already, as ${same.name}.`, {
    param: "name",
    fix: "Leave the name out, or remove that account first.",
  });
}

function namedBySetting(name: string): ServiceError {
  return new ServiceError("conflict", `The account ${name} is named by a setting.`, {
    param: "name",
    fix: "Change JIMENG_SESSIONS or its file and start again, or choose another name.",
  });
}

function notStored(name: string): ServiceError {
  return new ServiceError("conflict", `The account ${name} was not stored here.`, {
    param: "name",
    fix: "Remove it from JIMENG_SESSIONS or its file and start again.",
  });
}

function unfinishedJobs(name: string, count: number): ServiceError {
  return new ServiceError("conflict", `${count} generations of ${name} are unfinished and paid.`, {
    param: "name",
    fix: "Wait until they end: without the session their results could not be fetched.",
  });
}

function anotherUser(name: string): ServiceError {
  return new ServiceError("conflict", `The account ${name} belongs to another user of the site.`, {
    param: "name",
    fix: "Store this session under another name: the jobs of an account stay with its user.",
  });
}

function sessionUnknown(asked: readonly Region[]): JimengError {
  const where = asked.length === 1 ? `The site (${asked[0]}) knows` : "None of the sites knows";
  return new JimengError(
    "session_invalid",
    `${where} no such session: it has ended, or is not whole.`,
    {
      param: "session",
      fix: "Sign in on the site again and copy the cookie sessionid anew.",
    },
  );
}

/** Returns the error of a check that did not reach the site. */
function toNotAsked(error: unknown): unknown {
  if (!JimengError.isInstance(error)) return error;
  return new JimengError(error.code, `The session could not be checked: ${error.message}`, {
    ...error.detail,
    cause: error,
    fix: 'Try again, or send "check": false to store it unchecked.',
  });
}
