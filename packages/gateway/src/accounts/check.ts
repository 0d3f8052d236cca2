// The check of accounts their owner asks for: alive or not, whose, what it may do.

import { JimengError } from "@jimeng/sdk";
import type { Region } from "@jimeng/sdk";

import { unknownAccount } from "./errors.ts";
import type { AccountAccess, Accounts } from "./registry.ts";
import { mapAtMost } from "../concurrency.ts";

/** What a check found. */
export interface CheckedAccount {
  account: string;
  region: Region;
  /** Null when it could not be learned now; `error` says why. */
  valid: boolean | null;
  user: { id: string; name: string | null; avatarUrl: string | null } | null;
  /** The balance; null where it could not be read. */
  credits: number | null;
  /** The membership's level where the balance shows one. */
  membership: string | null;
  /** The ids of the models that the region offers; only a start tells whether this account may use each. */
  models: string[];
  error: JimengError | null;
}

/** Checks accounts by name, five at a time, in their order. Throws `not_found` before any call for unknown names. */
export type CheckAccounts = (names: readonly string[]) => Promise<CheckedAccount[]>;

// Each check makes one call after the other, so this is also the number of calls at one moment (issue 2).
const concurrentChecks = 5;

/** Makes the check; what it learns changes the accounts' standing. */
export function createAccountCheck(
  accounts: Pick<Accounts, "get" | "connection" | "noteFailure" | "noteChecked">,
): CheckAccounts {
  return async (names) => {
    const accesses = [...new Set(names)].map((name) => accessOf(accounts, name));
    return await mapAtMost(concurrentChecks, accesses, (access) => checkOne(accounts, access));
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
  const { name, region } = account;
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
    error: null,
  };
  const found = { ...nothing };
  try {
    const check = await client.account.check();
    if (!check.alive) {
      accounts.noteFailure(name, check.error);
      return { ...nothing, valid: false, error: check.error };
    }
    accounts.noteChecked(name);
    const { userId, name: userName, avatarUrl } = check.account;
    Object.assign(found, { valid: true, user: { id: userId, name: userName, avatarUrl } });
    found.credits = (await client.credits.retrieve({ fresh: true })).total;
    found.membership = (await client.account.permissions()).membership;
    return found;
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    accounts.noteFailure(name, error);
    return { ...found, error };
  }
}
