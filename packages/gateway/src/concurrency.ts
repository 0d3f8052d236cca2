// Limits how many asynchronous tasks run at the same time, and closes parts in the opposite order of their opening.

/** Runs `work` on every item, at most `limit` at the same time; the results keep the items' order. */
export async function mapAtMost<Item, Result>(
  limit: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  // The workers share one iterator: each takes the next item when it has finished its last one.
  const entries = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of entries) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

/** Makes a limiter that runs at most `limit` tasks at the same time; the others wait in the order they came. */
export function createLimiter(
  limit: number,
): <Result>(task: () => Promise<Result>) => Promise<Result> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      // The next task starts without changing the count, so that no newer task can overtake it.
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

/** Shares out an amount, such as bytes; whoever asks waits in the order they came. */
export interface Budget {
  /** Waits for a part and returns the function that gives it back; one that is larger than the whole waits for all. */
  take(amount: number): Promise<() => void>;
}

/** Makes a budget of `total`. */
export function createBudget(total: number): Budget {
  let free = total;
  const waiting: { amount: number; proceed: () => void }[] = [];
  const giveBack = (amount: number): void => {
    free += amount;
    for (let next = waiting[0]; next !== undefined && next.amount <= free; next = waiting[0]) {
      waiting.shift();
      free -= next.amount;
      next.proceed();
    }
  };
  return {
    async take(wanted) {
      const amount = Math.min(wanted, total);
      if (waiting.length > 0 || amount > free)
        await new Promise<void>((proceed) => waiting.push({ amount, proceed }));
      else free -= amount;
      let isTaken = true;
      return () => {
        if (isTaken) giveBack(amount);
        isTaken = false;
      };
    },
  };
}

/** Makes a lock that runs the tasks of one key one after the other; tasks of different keys do not wait. */
export function createKeyLock(): <Result>(
  key: string,
  task: () => Promise<Result>,
) => Promise<Result> {
  const last = new Map<string, Promise<unknown>>();
  return (key, task) => {
    const result = (last.get(key) ?? Promise.resolve()).then(task);
    const settled = result
      .catch(() => undefined)
      .then(() => {
        if (last.get(key) === settled) last.delete(key);
      });
    last.set(key, settled);
    return result;
  };
}

/** Collects what must be closed, and closes it in the opposite order. */
export class Closing {
  readonly #steps: (() => unknown)[] = [];
  #running: Promise<void> | undefined;

  add(step: () => unknown): void {
    this.#steps.push(step);
  }

  run(): Promise<void> {
    return (this.#running ??= this.#run());
  }

  async #run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) await step();
  }
}
