// The check of accounts that their owner asks for: whether the session is alive, whose it is, what it may do.

import { JimengError } from "@jimeng/sdk";
import type { Region } from "@jimeng/sdk";

import { unknownAccount } from "./errors.ts";
import type { AccountAccess } from "./account.ts";
import type { Accounts } from "./accounts.ts";
import { mapAtMost } from "../concurrency.ts";

/** The result of checking one account. */
export interface CheckedAccount {
  account: string;
  region: Region;
  /** Whether the session is alive; null when that could not be learned now, and `error` says why. */
  valid: boolean | null;
  user: { id: string; name: string | null; avatarUrl: string | null } | null;
  /** The balance; null where it could not be read. */
  credits: number | null;
  /** The membership's level where the balance shows one. */
  membership: string | null;
  /** The ids of the models that the region offers; only a start shows whether this account may use each. */
  models: string[];
  /** When the session ends, in Unix milliseconds, where its cookie told. */
  sessionEndsAt?: number;
  error: JimengError | null;
}

/** Checks accounts by name, five at a time, in their order. Throws `not_found` before any call for unknown names. */
export type CheckAccounts = (names: readonly string[]) => Promise<CheckedAccount[]>;

// One check makes its calls one after the other: this is also the largest number of calls at the same time.
const maxConcurrentChecks = 5;

/** Makes the check; what it learns changes the accounts' health. */
export function createAccountCheck(
  accounts: Pick<Accounts, "get" | "connection" | "noteFailure" | "noteChecked">,
): CheckAccounts {
  return async (names) => {
    const accesses = [...new Set(names)].map((name) => accessOf(accounts, name));
    return await mapAtMost(maxConcurrentChecks, accesses, (access) => checkOne(accounts, access));
  };
}

function accessOf(accounts: Pick<Accounts, "get" | "connection">, name: string): AccountAccess {
  const account = accounts.get(name);
  const client = accounts.connection(name)?.client;
  if (account === undefined || client === undefined) throw unknownAccount(name);
  return { account, client };
}

async function checkOne(
  accounts: Pick<Accounts, "noteFailure" | "noteChecked">,
  { account, client }: AccountAccess,
): Promise<CheckedAccount> {
  const { name, region, sessionEndsAt } = account;
  const nothing: CheckedAccount = {
    account: name,
    region,
    valid: null,
    user: null,
    credits: null,
    membership: null,
    models: client.models
      .peek()
      .filter((model) => model.modelKeys[region] !== undefined)
      .map(({ id }) => id),
    sessionEndsAt,
    error: null,
  };
  const found = { ...nothing };
  try {
    const check = await client.account.check();
    if (!check.alive) {
      accounts.noteFailure(name, check.error);
      return { ...nothing, valid: false, error: check.error };
    }
    const { userId, name: userName, avatarUrl } = check.account;
    Object.assign(found, { valid: true, user: { id: userId, name: userName, avatarUrl } });
    found.credits = (await client.credits.retrieve({ fresh: true })).total;
    found.membership = (await client.account.permissions()).membership;
    const { credits, membership } = found;
    accounts.noteChecked(name, { credits, membership });
    return found;
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    // The session is alive although its balance could not be read.
    if (found.valid === true) accounts.noteChecked(name);
    accounts.noteFailure(name, error);
    return { ...found, error };
  }
}
