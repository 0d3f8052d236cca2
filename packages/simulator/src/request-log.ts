// Keeps the list of requests that reached the simulator, for tests to count; in memory only, bounded.

import type { SignVerdict } from "./sign.ts";

const keptEntries = 50_000;
const firstErrorStatus = 400;

/** One request as the control route shows it. */
export interface RequestLogEntry {
  /** Wall time in milliseconds. */
  at: number;
  method: string;
  /** The path without query, signatures left out. */
  path: string;
  /** The short name of the endpoint, such as `generate` or `history`. */
  endpoint: string;
  account: string | null;
  status: number;
  /** The code of the envelope, null where the envelope has none. */
  ret: string | null;
  accepted: boolean;
  /** Why it was refused, or which fault applied to it. */
  reason: string | null;
  /** Number of ids that a history request names. */
  id_count: number;
  sign: SignVerdict | null;
}

/** A new entry; what is left out does not apply to the request. */
export type NewRequestLogEntry = Pick<
  RequestLogEntry,
  "at" | "method" | "path" | "endpoint" | "status"
> &
  Partial<RequestLogEntry>;

/** The latest requests. */
export class RequestLog {
  #entries: RequestLogEntry[] = [];

  /** Adds one request. `accepted` follows the status where it is left out. */
  add(entry: NewRequestLogEntry): void {
    const { account = null, ret = null, reason = null, id_count = 0, sign = null } = entry;
    const { accepted = entry.status < firstErrorStatus } = entry;
    this.#entries.push({ ...entry, account, ret, accepted, reason, id_count, sign });
    if (this.#entries.length > keptEntries * 1.1) {
      this.#entries = this.#entries.slice(-keptEntries);
    }
  }

  /** Lists the requests in the order of their answers, of one endpoint and since a wall time where these are given. */
  list(filter: { endpoint?: string; since?: number } = {}): RequestLogEntry[] {
    return this.#entries.filter(
      (entry) =>
        (filter.endpoint === undefined || entry.endpoint === filter.endpoint) &&
        (filter.since === undefined || entry.at >= filter.since),
    );
  }

  /** Forgets every request. */
  clear(): void {
    this.#entries = [];
  }
}
