// Limits how many responses are read at the same time, whatever the number of accounts: what is not read yet waits in
// the sockets, not in memory.

import type { Fetch } from "@jimeng/sdk";

/** Bodies read at the same time. Fifty records take 15 ms to parse: few may arrive in one turn of the event loop. */
const maxReads = 4;
/** How long a body counts; a slower one is read on without counting, so that no other waits for a bad connection. */
const maxTurnMs = 50;

/** Makes a fetch that limits how many bodies are read at the same time; headers and errors do not wait. */
export function limitResponses(fetch: Fetch): Fetch {
  let running = 0;
  const queue: (() => void)[] = [];

  function startNext(): void {
    const next = queue.shift();
    if (next === undefined) running -= 1;
    else next();
  }

  /** Waits for a turn and returns the function that ends it. */
  async function acquire(): Promise<() => void> {
    if (running < maxReads) running += 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    let isHeld = true;
    const release = (): void => {
      if (!isHeld) return;
      isHeld = false;
      clearTimeout(timer);
      // What was read is parsed first.
      setImmediate(startNext);
    };
    const timer = setTimeout(release, maxTurnMs);
    return release;
  }

  function limited(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    let release: (() => void) | undefined;
    return new ReadableStream(
      {
        async pull(controller) {
          release ??= await acquire();
          try {
            const { done, value } = await reader.read();
            if (!done) {
              controller.enqueue(value);
              return;
            }
            controller.close();
          } catch (error) {
            controller.error(error);
          }
          release();
        },
        async cancel(reason) {
          release?.();
          await reader.cancel(reason);
        },
      },
      { highWaterMark: 0 },
    );
  }

  return async (url, init) => {
    const response = await fetch(url, init);
    const { body, status, headers } = response;
    return body === null ? response : new Response(limited(body), { status, headers });
  };
}
