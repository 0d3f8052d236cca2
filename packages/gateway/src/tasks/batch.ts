// Groups items that are added at one moment and handles each group at once.

interface Waiting<T> {
  item: T;
  done: () => void;
}

/** Collects items for one turn of the event loop, or while the group before is handled, and handles them as one. */
export class Batch<T> {
  readonly #handle: (items: T[]) => Promise<void>;
  #waiting: Waiting<T>[] = [];
  #running: Promise<void> | undefined;

  /** `handle` must not reject: it deals with its failures. */
  constructor(handle: (items: T[]) => Promise<void>) {
    this.#handle = handle;
  }

  /** Adds an item; resolves when its group was handled. */
  add(item: T): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ item, done: resolve });
      this.#running ??= this.#run().finally(() => (this.#running = undefined));
    });
  }

  isEmpty(): boolean {
    return this.#running === undefined;
  }

  /** Waits until everything added was handled. */
  async flush(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const group = this.#waiting;
      this.#waiting = [];
      await this.#handle(group.map(({ item }) => item));
      for (const { done } of group) done();
    }
  }
}
