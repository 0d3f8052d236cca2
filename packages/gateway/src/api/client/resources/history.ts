// The client's calls about an account's own history on the site.

import type { HistoryImport } from "../../account/history.ts";
import type { CallOptions } from "../options.ts";
import type { Transport } from "../transport.ts";

/** Imports what an account made on the site. */
export class History {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Makes jobs of what the account made elsewhere; `since` is Unix seconds. */
  import(
    options: CallOptions & { account?: string; limit?: number; since?: number } = {},
  ): Promise<HistoryImport> {
    const { signal, ...body } = options;
    return this.#transport.json("/v1/history/import", { method: "POST", body, signal });
  }
}
