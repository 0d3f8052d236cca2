// The client's calls about credits.

import type { Balance, Claim, CreditHistory, LedgerObject } from "../../account/credits.ts";
import type { WholeList } from "../../lists.ts";
import type { CallOptions } from "../options.ts";
import type { Transport } from "../transport.ts";

/** Which jobs of the ledger are meant, and how they are added up. */
export interface LedgerOptions {
  groupBy?: readonly string[];
  key?: string;
  model?: string;
  account?: string;
  kind?: string;
  /** Unix seconds, or a day such as 2026-11-29. */
  from?: string | number;
  to?: string | number;
  jobId?: string;
  requestId?: string;
  /** Facts that the jobs have. */
  metadata?: Readonly<Record<string, string>>;
  after?: string;
  limit?: number;
  order?: "asc" | "desc";
}

function toLedgerQuery(options: LedgerOptions): Record<string, string | number | undefined> {
  const { groupBy, jobId, requestId, metadata = {}, ...rest } = options;
  const facts = Object.entries(metadata).map(
    ([name, value]) => [`metadata.${name}`, value] as const,
  );
  const { key, model, account, kind, from, to, after, limit, order } = rest;
  return {
    group_by: groupBy?.join(","),
    key,
    model,
    account,
    kind,
    from,
    to,
    job_id: jobId,
    request_id: requestId,
    after,
    limit,
    order,
    ...Object.fromEntries(facts),
  };
}

/** Reads credits and claims the daily ones. */
export class Credits {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists the balances of one account or of all configured ones, at most 30 s old unless `fresh`. */
  list(
    options: CallOptions & { account?: string; fresh?: boolean } = {},
  ): Promise<WholeList<Balance>> {
    const { signal, account, fresh } = options;
    const query = { account, fresh: fresh === undefined ? undefined : String(fresh) };
    return this.#transport.json("/v1/credits", { query, signal });
  }

  /** Lists what was received and spent, newest first; `after` is the `last_id` of the page before. */
  history(
    options: CallOptions & { account?: string; after?: string; limit?: number } = {},
  ): Promise<CreditHistory> {
    const { signal, ...query } = options;
    return this.#transport.json("/v1/credits/history", { query, signal });
  }

  /** Reads what jobs cost, one by one or added up by at most two of key, model, account, kind and day. */
  ledger(options: CallOptions & LedgerOptions = {}): Promise<LedgerObject> {
    return this.#transport.json("/v1/credits/ledger", {
      query: toLedgerQuery(options),
      signal: options.signal,
    });
  }

  /** Reads the same as CSV, whole; the answer streams. */
  ledgerCsv(options: CallOptions & LedgerOptions = {}): Promise<Response> {
    return this.#transport.send("/v1/credits/ledger", {
      query: { ...toLedgerQuery(options), format: "csv" },
      headers: { accept: "text/csv" },
      signal: options.signal,
    });
  }

  /** Claims today's free credits; the time zone is the region's unless given. */
  claim(options: CallOptions & { account?: string; timeZone?: string } = {}): Promise<Claim> {
    const { signal, account, timeZone } = options;
    const body = { account, time_zone: timeZone };
    return this.#transport.json("/v1/credits/claim", { method: "POST", body, signal });
  }
}
