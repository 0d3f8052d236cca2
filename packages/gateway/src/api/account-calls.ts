// The client's calls about accounts, credits and history import.

import type {
  AccountObject,
  Balance,
  CheckedAccountObject,
  Claim,
  CreditHistory,
  HistoryImport,
  WholeList,
} from "./account-schemas.ts";
import type { Transport } from "./transport.ts";

interface Abortable {
  signal?: AbortSignal;
}

/** Makes the calls about credits. */
export function creditCalls(transport: Transport) {
  return {
    /** Reads the balances of one account or of all configured ones, at most 30 s old unless `fresh`. */
    list: (
      options: Abortable & { account?: string; fresh?: boolean } = {},
    ): Promise<WholeList<Balance>> => {
      const { signal, account, fresh } = options;
      const query = { account, fresh: fresh === undefined ? undefined : String(fresh) };
      return transport.json("/v1/credits", { query, signal });
    },
    /** Reads movements, newest first; `after` is the `last_id` of the page before. */
    history: (
      options: Abortable & { account?: string; after?: string; limit?: number } = {},
    ): Promise<CreditHistory> => {
      const { signal, ...query } = options;
      return transport.json("/v1/credits/history", { query, signal });
    },
    /** Claims today's free credits; the time zone is the region's unless given. */
    claim: (options: Abortable & { account?: string; timeZone?: string } = {}): Promise<Claim> => {
      const { signal, account, timeZone } = options;
      const body = { account, time_zone: timeZone };
      return transport.json("/v1/credits/claim", { method: "POST", body, signal });
    },
  };
}

/** Makes the calls about accounts; they need the local admin key. */
export function accountCalls(transport: Transport) {
  return {
    /** Lists the accounts with their standing. */
    list: (options: Abortable = {}): Promise<WholeList<AccountObject>> =>
      transport.json("/v1/accounts", options),
    /** Checks these accounts, all configured ones when none is named. */
    check: (
      names: readonly string[] = [],
      options: Abortable = {},
    ): Promise<WholeList<CheckedAccountObject>> => {
      const body = names.length === 0 ? {} : { accounts: names };
      return transport.json("/v1/accounts/check", { method: "POST", body, ...options });
    },
  };
}

/** Makes the calls about the account's own history. */
export function historyCalls(transport: Transport) {
  return {
    /** Makes jobs of what the account made elsewhere; `since` is Unix seconds. */
    import: (
      options: Abortable & { account?: string; limit?: number; since?: number } = {},
    ): Promise<HistoryImport> => {
      const { signal, ...body } = options;
      return transport.json("/v1/history/import", { method: "POST", body, signal });
    },
  };
}
