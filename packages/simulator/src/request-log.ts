// Owns the list of requests that reached the simulator, for tests to count. In memory only, bounded,
// and never given a session, a signed URL or a body.

import type { SignVerdict } from "./sign.ts";

const KEPT_ENTRIES = 50_000;

/** Is one request as the control route shows it. */
export interface RequestLogEntry {
  /** Wall time in milliseconds. */
  at: number;
  method: string;
  /** Path without query, signatures left out. */
  path: string;
  /** Short name of the endpoint, such as `generate` or `history`. */
  endpoint: string;
  account: string | null;
  status: number;
  /** Code of the envelope, null where the envelope has none. */
  ret: string | null;
  accepted: boolean;
  /** Why it was refused, or which fault hit it. */
  reason: string | null;
  /** Ids that a history request asked for. */
  id_count: number;
  sign: SignVerdict | null;
}

/** Keeps the latest requests. */
export class RequestLog {
  #entries: RequestLogEntry[] = [];

  /** Adds one request. */
  add(entry: RequestLogEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > KEPT_ENTRIES * 1.1) {
      this.#entries = this.#entries.slice(-KEPT_ENTRIES);
    }
  }

  /** Lists the requests in the order of their answers, of one endpoint and since a wall time when given. */
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
