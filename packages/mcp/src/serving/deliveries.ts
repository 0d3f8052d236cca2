// Keeps what is to be done once the answer to a request was written; an answer that was not written does nothing.

import type { JSONRPCMessage } from "@modelcontextprotocol/server";

type RequestId = string | number;

/** The callbacks of the requests of one connection. */
export class Deliveries {
  readonly #callbacks = new Map<RequestId, (() => void)[]>();

  /** Remembers a callback for the answer to a request. */
  add(id: RequestId, callback: () => void): void {
    this.#callbacks.set(id, [...(this.#callbacks.get(id) ?? []), callback]);
  }

  /** Calls back for a message that was written, where it is an answer. */
  written(message: JSONRPCMessage): void {
    if (!("id" in message) || message.id === undefined || "method" in message) return;
    this.#run(message.id);
  }

  /** Calls back for all that is open. */
  allWritten(): void {
    for (const id of this.#callbacks.keys()) this.#run(id);
  }

  #run(id: RequestId): void {
    const callbacks = this.#callbacks.get(id) ?? [];
    this.#callbacks.delete(id);
    for (const callback of callbacks) callback();
  }
}
