// Chooses the accounts that a caller means and may use: its own session, or the configured ones.

import {
  ambiguousAccount,
  foreignAccount,
  noAccount,
  unknownAccount,
} from "../../../accounts/errors.ts";
import type { AccountAccess } from "../../../accounts/account.ts";
import type { Accounts } from "../../../accounts/accounts.ts";
import type { Caller } from "../../../keys/caller.ts";

type AccountLookup = Pick<Accounts, "list" | "get" | "connection" | "forSession">;

/**
 * Returns the accounts that a caller means: the named one, else all configured ones. With pass-through it is the
 * caller's own, and none may be named. Throws `not_found`, `invalid_request` or `session_invalid` (none configured).
 */
export function chooseAccounts(
  accounts: AccountLookup,
  caller: Caller,
  name: string | undefined,
): [AccountAccess, ...AccountAccess[]] {
  const own = caller.session();
  if (own !== null) {
    if (name !== undefined) throw foreignAccount();
    return [accounts.forSession(own.text)];
  }
  if (name !== undefined) return [accessOf(accounts, caller, name)];
  const configured = accounts
    .list()
    .filter((account) => !account.adopted && caller.mayUseAccount(account.name));
  const [first, ...others] = configured.map((account) => accessOf(accounts, caller, account.name));
  if (first === undefined) throw noAccount();
  return [first, ...others];
}

/** Returns the one account that a caller means; throws `invalid_request` when several could be meant. */
export function chooseAccount(
  accounts: AccountLookup,
  caller: Caller,
  name: string | undefined,
): AccountAccess {
  const [only, ...others] = chooseAccounts(accounts, caller, name);
  if (others.length > 0) throw ambiguousAccount([only, ...others].map(({ account }) => account));
  return only;
}

function accessOf(accounts: AccountLookup, caller: Caller, name: string): AccountAccess {
  const account = accounts.get(name);
  const client = accounts.connection(name)?.client;
  // The account of a caller's own session is not shown to other callers.
  const hidden =
    (account?.adopted === true && !caller.seesEverything) || !caller.mayUseAccount(name);
  if (account === undefined || client === undefined || hidden) throw unknownAccount(name);
  return { account, client };
}
