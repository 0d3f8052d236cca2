// Doing one thing to many items, a few at a time.

/** Runs `work` on every item, at most `limit` at one moment; the results keep the items' order. */
export async function mapAtMost<Item, Result>(
  limit: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  // The workers share one iterator: each takes the next item when it is done with its last.
  const turns = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of turns) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

/** Makes a gate that lets at most `limit` tasks run at one moment; the others wait in the order they came. */
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
      // The place goes straight to the next one, so that nobody who comes in between takes it.
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
