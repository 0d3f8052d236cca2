// How many answers are read at one moment, whatever the number of accounts: what is not read yet waits in the sockets,
// not in memory.

import type { Fetch } from "@jimeng/sdk";

/** How many bodies are read at one moment. Fifty records take 15 ms to parse: few may come in one turn of the loop. */
const places = 4;
/** How long a body keeps its place; one that dawdles is read on without it, so that none waits for a bad line. */
const longestTurnMs = 50;

/** Makes a fetch whose bodies are read in turns; headers and errors come as they come. */
export function readInTurns(fetch: Fetch): Fetch {
  let taken = 0;
  const queue: (() => void)[] = [];

  function give(): void {
    const next = queue.shift();
    if (next === undefined) taken -= 1;
    else next();
  }

  async function take(): Promise<() => void> {
    if (taken < places) taken += 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    let held = true;
    const leave = (): void => {
      if (!held) return;
      held = false;
      clearTimeout(timer);
      // What was read is parsed first.
      setImmediate(give);
    };
    const timer = setTimeout(leave, longestTurnMs);
    return leave;
  }

  function inTurn(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    let leave: (() => void) | undefined;
    return new ReadableStream(
      {
        async pull(controller) {
          leave ??= await take();
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
          leave();
        },
        async cancel(reason) {
          leave?.();
          await reader.cancel(reason);
        },
      },
      { highWaterMark: 0 },
    );
  }

  return async (url, init) => {
    const response = await fetch(url, init);
    const { body, status, headers } = response;
    return body === null ? response : new Response(inTurn(body), { status, headers });
  };
}
