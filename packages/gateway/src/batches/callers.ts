// Knows the callers of batches while their lines become jobs: from the row, or for sessions from their own calls.

import type { Caller } from "../keys/caller.ts";
import type { Batch, BatchOwner } from "./batch.ts";

/** Returns the caller that a stored owner stands for; undefined where only the caller itself can say. */
export type CallerOf = (owner: BatchOwner) => Promise<Caller | undefined>;

/** The callers of batches. */
export class BatchCallers {
  readonly #callerOf: CallerOf;
  // A session is a password: it stays in memory, as long as its owner's batches are at work.
  readonly #sessions = new Map<string, Caller>();

  constructor(callerOf: CallerOf) {
    this.#callerOf = callerOf;
  }

  /** Remembers the caller of a batch that brought a session of its own; returns whether it did. */
  remember({ id }: Pick<Batch, "id">, caller: Caller): boolean {
    if (caller.session() === null) return false;
    this.#sessions.set(id, caller);
    return true;
  }

  hasSession(id: string): boolean {
    return this.#sessions.has(id);
  }

  forget(id: string): void {
    this.#sessions.delete(id);
  }

  async of({ id, owner }: Pick<Batch, "id" | "owner">): Promise<Caller | undefined> {
    return this.#sessions.get(id) ?? (await this.#callerOf(owner));
  }
}
