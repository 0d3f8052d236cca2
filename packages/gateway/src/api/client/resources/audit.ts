// The client's calls about the audit log; they need the scope admin.

import type { AuditEntryObject, AuditListObject } from "../../audit.ts";
import type { CallOptions } from "../options.ts";
import type { Transport } from "../transport.ts";

/** Which entries are meant. */
export interface AuditListOptions {
  /** An action such as `key.create`, or a family of them: `key.`. */
  action?: string | undefined;
  outcome?: AuditEntryObject["outcome"] | undefined;
  /** The id of a key. */
  key?: string | undefined;
  /** Unix seconds. */
  from?: number | undefined;
  to?: number | undefined;
  after?: string | undefined;
  limit?: number | undefined;
  order?: "asc" | "desc" | undefined;
}

/** Reads who did what with which key. */
export class Audit {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists entries, the newest first unless `order` says otherwise; `after` is the `last_id` of the page before. */
  list(options: AuditListOptions & CallOptions = {}): Promise<AuditListObject> {
    const { signal, ...query } = options;
    return this.#transport.json("/v1/audit", { query: { ...query }, signal });
  }

  /** Returns every entry as JSONL, in the order of `order`. */
  async exportLines(options: AuditListOptions & CallOptions = {}): Promise<Response> {
    const { signal, ...query } = options;
    return await this.#transport.send("/v1/audit", {
      query: { ...query, format: "jsonl" },
      headers: { accept: "application/x-ndjson" },
      signal,
    });
  }
}
