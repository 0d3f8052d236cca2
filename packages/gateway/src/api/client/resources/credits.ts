// The client's calls about credits.

import type { Balance, Claim, CreditHistory } from "../../account/credits.ts";
import type { WholeList } from "../../lists.ts";
import type { CallOptions } from "../options.ts";
import type { Transport } from "../transport.ts";

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

  /** Claims today's free credits; the time zone is the region's unless given. */
  claim(options: CallOptions & { account?: string; timeZone?: string } = {}): Promise<Claim> {
    const { signal, account, timeZone } = options;
    const body = { account, time_zone: timeZone };
    return this.#transport.json("/v1/credits/claim", { method: "POST", body, signal });
  }
}
