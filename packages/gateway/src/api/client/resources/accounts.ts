// The client's calls about accounts; they need the local admin key.

import type {
  AccountDeletedObject,
  AccountObject,
  AccountsReloadObject,
  CheckedAccountObject,
  NewAccountBody,
} from "../../accounts.ts";
import type { WholeList } from "../../lists.ts";
import type { CallOptions } from "../options.ts";
import type { Transport } from "../transport.ts";

/** Reads the accounts and checks their sessions. */
export class Accounts {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists the accounts with their health. */
  list(options: CallOptions = {}): Promise<WholeList<AccountObject>> {
    return this.#transport.json("/v1/accounts", options);
  }

  /** Stores an account, or renews the session of one that is known. */
  store(body: NewAccountBody, options: CallOptions = {}): Promise<AccountObject> {
    return this.#transport.json("/v1/accounts", { method: "POST", body, ...options });
  }

  /** Removes a stored account and its session. */
  remove(name: string, options: CallOptions = {}): Promise<AccountDeletedObject> {
    const path = `/v1/accounts/${encodeURIComponent(name)}`;
    return this.#transport.json(path, { method: "DELETE", ...options });
  }

  /** Reads the accounts of the settings again, on the node that answers. */
  reload(options: CallOptions = {}): Promise<AccountsReloadObject> {
    return this.#transport.json("/v1/accounts/reload", { method: "POST", ...options });
  }

  /** Checks these accounts; all configured ones when none is named. */
  check(
    names: readonly string[] = [],
    options: CallOptions = {},
  ): Promise<WholeList<CheckedAccountObject>> {
    const body = names.length === 0 ? {} : { accounts: names };
    return this.#transport.json("/v1/accounts/check", { method: "POST", body, ...options });
  }
}
