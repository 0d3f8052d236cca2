// Caches one value for a lifetime; concurrent callers share one load.

import type { Clock } from "./options.ts";
import { toCancelled } from "./errors.ts";

/** A cached value. */
export class Cached<T> {
  readonly #clock: Clock;
  readonly #load: () => Promise<{ value: T; lifetimeMs: number }>;
  #cached: { value: T; loadedAt: number; expiresAt: number } | undefined;
  #loading: Promise<T> | undefined;

  constructor(clock: Clock, load: () => Promise<{ value: T; lifetimeMs: number }>) {
    this.#clock = clock;
    this.#load = load;
  }

  /** Returns the value; loads it when it is old or `fresh` is set. An abort ends only that caller's wait. */
  async get(options: { fresh?: boolean; signal?: AbortSignal } = {}): Promise<T> {
    const cached = options.fresh === true ? undefined : this.peek();
    if (cached !== undefined) return cached;
    this.#loading ??= this.#reload();
    return abortable(this.#loading, options.signal);
  }

  /** Returns the value while it is cached and not expired, without any call. */
  peek(): T | undefined {
    return this.#cached !== undefined && this.#cached.expiresAt > this.#clock.now()
      ? this.#cached.value
      : undefined;
  }

  /** Returns the value that was loaded last, however old, without any call. */
  last(): T | undefined {
    return this.#cached?.value;
  }

  /** Removes the value. */
  clear(): void {
    this.#cached = undefined;
  }

  async #reload(): Promise<T> {
    try {
      const { value, lifetimeMs } = await this.#load();
      const loadedAt = this.#clock.now();
      this.#cached = { value, loadedAt, expiresAt: loadedAt + lifetimeMs };
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
