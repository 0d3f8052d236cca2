// One remembered value with a lifetime, loaded once however many ask.

import type { Clock } from "./options.ts";
import { toCancelled } from "./wire/transport/retry.ts";

/** Remembers one value. */
export class Cached<T> {
  readonly #clock: Clock;
  readonly #load: () => Promise<{ value: T; lifetimeMs: number }>;
  #held: { value: T; loadedAt: number; expiresAt: number } | undefined;
  #loading: Promise<T> | undefined;

  constructor(clock: Clock, load: () => Promise<{ value: T; lifetimeMs: number }>) {
    this.#clock = clock;
    this.#load = load;
  }

  /** Gives the value, loading it when it is old or `fresh` is asked. One caller's abort leaves the others alone. */
  async get(options: { fresh?: boolean; signal?: AbortSignal } = {}): Promise<T> {
    const held = options.fresh === true ? undefined : this.peek();
    if (held !== undefined) return held;
    this.#loading ??= this.#reload();
    return abortable(this.#loading, options.signal);
  }

  /** Gives the value if it is held and young enough, without any call. */
  peek(): T | undefined {
    return this.#held !== undefined && this.#held.expiresAt > this.#clock.now()
      ? this.#held.value
      : undefined;
  }

  /** Gives the value that was loaded last, however old, without any call. */
  last(): T | undefined {
    return this.#held?.value;
  }

  /** Forgets the value. */
  clear(): void {
    this.#held = undefined;
  }

  async #reload(): Promise<T> {
    try {
      const { value, lifetimeMs } = await this.#load();
      const loadedAt = this.#clock.now();
      this.#held = { value, loadedAt, expiresAt: loadedAt + lifetimeMs };
      return value;
    } finally {
      this.#loading = undefined;
    }
  }
}

async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  if (signal.aborted) throw toCancelled(signal.reason);
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(toCancelled(signal.reason));
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
