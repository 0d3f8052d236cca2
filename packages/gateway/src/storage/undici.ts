// Loads undici with the first call to another host, not at the start: it takes as long to load as the whole sdk.

import { createRequire } from "node:module";

import type * as Undici from "undici";
import type { Dispatcher } from "undici";

const require = createRequire(import.meta.url);

/** Returns the module undici. */
export function loadUndici(): typeof Undici {
  return require("undici") as typeof Undici;
}

/** Makes an HTTP client that is built with its first request. */
export function lazyDispatcher(build: () => Dispatcher): Dispatcher {
  return new LazyDispatcher(build) as Pick<Dispatcher, keyof LazyDispatcher> as Dispatcher;
}

class LazyDispatcher implements Pick<Dispatcher, "dispatch" | "close" | "destroy"> {
  readonly #build: () => Dispatcher;
  #built: Dispatcher | undefined;

  constructor(build: () => Dispatcher) {
    this.#build = build;
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return (this.#built ??= this.#build()).dispatch(options, handler);
  }

  async close(): Promise<void> {
    await this.#built?.close();
  }

  async destroy(): Promise<void> {
    await this.#built?.destroy();
  }
}
