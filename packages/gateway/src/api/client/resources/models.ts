// The client's calls about models.

import type { WholeList } from "../../lists.ts";
import type { ModelObject } from "../../models.ts";
import type { CallOptions } from "../options.ts";
import type { Transport } from "../transport.ts";

/** Reads the models and what each can do. */
export class Models {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists every model; `waitForLive` waits until live lists that are due were read. */
  list(options: CallOptions & { waitForLive?: boolean } = {}): Promise<WholeList<ModelObject>> {
    const { waitForLive, ...call } = options;
    const query = { wait_for_live: waitForLive === undefined ? undefined : String(waitForLive) };
    return this.#transport.json("/v1/models", { ...call, query });
  }

  /** Retrieves one model by its id or alias. */
  retrieve(id: string, options: CallOptions = {}): Promise<ModelObject> {
    return this.#transport.json(`/v1/models/${encodeURIComponent(id)}`, options);
  }
}
