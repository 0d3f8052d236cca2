// The order in which those who wait for one thing get it: by priority, then round robin over their callers, then by
// arrival.

/** Whoever waits. */
export interface Waiting {
  id: string;
  /** Served before every lower one. */
  priority: number;
  /** Names the caller; null for the local user. */
  keyId: string | null;
}

/** Keeps those who wait; all steps take constant time, whatever their number. */
export class FairQueue<T extends Waiting> {
  /** Holds, by priority, the callers in the order of their turns, each with what it waits for. */
  readonly #byPriority = new Map<number, Map<string | null, Set<T>>>();
  readonly #byId = new Map<string, T>();

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): T | undefined {
    return this.#byId.get(id);
  }

  /** Adds one at the end of its caller's line. */
  push(waiting: T): void {
    const callers = this.#byPriority.get(waiting.priority) ?? new Map<string | null, Set<T>>();
    this.#byPriority.set(waiting.priority, callers);
    const line = callers.get(waiting.keyId) ?? new Set<T>();
    callers.set(waiting.keyId, line);
    line.add(waiting);
    this.#byId.set(waiting.id, waiting);
  }

  /** Takes out whose turn it is; its caller goes to the end of the round. */
  shift(): T | undefined {
    // There are at most 21 priorities.
    const priority = Math.max(...this.#byPriority.keys());
    const callers = this.#byPriority.get(priority);
    const [turn] = callers ?? [];
    const [first] = turn?.[1] ?? [];
    if (callers === undefined || turn === undefined || first === undefined) return undefined;
    const [keyId, line] = turn;
    this.remove(first.id);
    if (callers.delete(keyId)) callers.set(keyId, line);
    return first;
  }

  /** Takes one out that waits no more. */
  remove(id: string): void {
    const waiting = this.#byId.get(id);
    if (waiting === undefined) return;
    this.#byId.delete(id);
    const callers = this.#byPriority.get(waiting.priority);
    const line = callers?.get(waiting.keyId);
    line?.delete(waiting);
    if (line?.size === 0) callers?.delete(waiting.keyId);
    if (callers?.size === 0) this.#byPriority.delete(waiting.priority);
  }
}
