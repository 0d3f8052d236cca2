// Limits how many calls of one kind run at a moment; the others queue in order.

import { JimengError } from "../../errors.ts";

/** A function that runs a task when a place is free. An abort in the queue rejects with `cancelled`; nothing was sent. */
export type Limiter = <T>(task: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** Makes a limiter for at most `limit` tasks at one moment. */
export function createLimiter(limit: number): Limiter {
  let running = 0;
  const queue: (() => void)[] = [];
  const leave = (): void => {
    const next = queue.shift();
    if (next === undefined) running -= 1;
    else next();
  };
  return async (task, signal) => {
    if (running < limit) running += 1;
    else await enter(queue, signal);
    try {
      return await task();
    } finally {
      leave();
    }
  };
}

/** Waits in the queue; a task that ends passes its place on, so `running` does not change. */
async function enter(queue: (() => void)[], signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const onTurn = (): void => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    };
    const onAbort = (): void => {
      queue.splice(queue.indexOf(onTurn), 1);
      reject(
        new JimengError("cancelled", "The caller aborted before the request was sent.", {
          acceptance: "refused",
          charged: "no",
        }),
      );
    };
    if (signal?.aborted) {
      queue.push(onTurn);
      onAbort();
      return;
    }
    signal?.addEventListener("abort", onAbort, { once: true });
    queue.push(onTurn);
  });
}
