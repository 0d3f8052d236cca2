// Reads whom a session belongs to and whether it is alive, for one account (cached 10 min) and for many.

import type { AccountInfo } from "../account-facts.ts";
import { Cached } from "../cache.ts";
import { membershipOf } from "./credits.ts";
import type { CreditAccount } from "./credits.ts";
import { JimengError } from "../errors.ts";
import { models } from "../models/models.ts";
import type { Model } from "../models/model.ts";
import { resolveOptions } from "../options.ts";
import type { JimengOptions, Settings } from "../options.ts";
import type { Region } from "../operation.ts";
import { createLimiter } from "../wire/transport/limiter.ts";
import { Transport } from "../wire/transport/transport.ts";

/** The result of a check. */
export type AccountCheck =
  | { alive: true; account: AccountInfo }
  | { alive: false; error: JimengError };

/** An account's rights as far as the upstream shows them. */
export interface AccountPermissions {
  region: Region;
  /** The membership's level where the balance shows one; null for free accounts. */
  membership: string | null;
  /** The models that the region offers; only a start shows whether this account may use one. */
  models: Model[];
}

const cacheLifetimeMs = 10 * 60_000;

/** The account of one client. */
export class Account {
  readonly #settings: Settings;
  readonly #credits: CreditAccount;
  readonly #info: Cached<AccountInfo>;

  constructor(settings: Settings, transport: Transport, credits: CreditAccount) {
    this.#settings = settings;
    this.#credits = credits;
    this.#info = new Cached(settings.clock, async () => ({
      value: await readAccount(settings, transport),
      lifetimeMs: cacheLifetimeMs,
    }));
  }

  /** Reads who the session belongs to, at most 10 minutes old unless `fresh`. Throws `session_invalid`. */
  async retrieve(options: { fresh?: boolean; signal?: AbortSignal } = {}): Promise<AccountInfo> {
    return this.#info.get(options);
  }

  /** Tells whether the session is alive. Throws only when that cannot be known (network, upstream). */
  async check(options: { signal?: AbortSignal } = {}): Promise<AccountCheck> {
    try {
      return {
        alive: true,
        account: await this.#info.get({ fresh: true, signal: options.signal }),
      };
    } catch (error) {
      if (JimengError.isInstance(error) && error.code === "session_invalid")
        return { alive: false, error };
      throw error;
    }
  }

  /** Returns what the account may do, as far as the upstream shows it. */
  async permissions(options: { signal?: AbortSignal } = {}): Promise<AccountPermissions> {
    const region = this.#settings.region.id;
    return {
      region,
      membership: membershipOf(await this.#credits.retrieve(options)),
      models: models.filter((model) => model.modelKeys[region] !== undefined),
    };
  }
}

const concurrentChecks = 5;

/**
 * Checks many sessions, five at a time, in their order. Each has its own result; one that cannot be checked
 * now (network) is reported as its error too, with a code other than `session_invalid`.
 */
export async function checkSessions(
  sessions: readonly string[],
  options: Omit<JimengOptions, "session"> & { signal?: AbortSignal } = {},
): Promise<AccountCheck[]> {
  const limit = createLimiter(concurrentChecks);
  const { signal, ...rest } = options;
  return Promise.all(
    sessions.map((session) => limit(() => checkSession({ ...rest, session }, signal), signal)),
  );
}

async function checkSession(
  options: JimengOptions,
  signal: AbortSignal | undefined,
): Promise<AccountCheck> {
  try {
    const settings = resolveOptions(options);
    return { alive: true, account: await readAccount(settings, new Transport(settings), signal) };
  } catch (error) {
    if (JimengError.isInstance(error) && error.code !== "cancelled") return { alive: false, error };
    throw error;
  }
}

async function readAccount(
  settings: Settings,
  transport: Transport,
  signal?: AbortSignal,
): Promise<AccountInfo> {
  const { accountCall, parseAccount } = await import("../wire/account/commerce.ts");
  const { data } = await transport.call({ ...accountCall(), signal });
  return { ...parseAccount(data), region: settings.region.id };
}
