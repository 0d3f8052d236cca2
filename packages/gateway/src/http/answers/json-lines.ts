// Sends JSONL that is written while it is read.

import { Readable } from "node:stream";

import type { FastifyReply, FastifyRequest } from "fastify";

/** Sends texts as one body of JSONL; where one cannot be written the connection is cut, for the status was sent. */
export function sendLines(
  request: FastifyRequest,
  reply: FastifyReply,
  texts: AsyncIterable<string>,
): FastifyReply {
  const body = Readable.from(texts, { objectMode: false });
  body.once("error", (error) => request.log.error({ err: error }, "Failed to write results"));
  return reply
    .headers({
      "content-type": "application/x-ndjson; charset=utf-8",
      "cache-control": "no-store",
      // Without this nginx holds lines back until its buffer is full.
      "x-accel-buffering": "no",
    })
    .send(body);
}

/** Yields texts, and a blank line whenever none came for a while: proxies cut a connection that says nothing. */
export async function* withBlankLines(
  texts: AsyncGenerator<string>,
  everyMs: number,
): AsyncGenerator<string> {
  let next = texts.next();
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<"silence">((resolve) => {
        timer = setTimeout(() => resolve("silence"), everyMs);
      });
      const first = await Promise.race([next, silence]);
      clearTimeout(timer);
      if (first === "silence") {
        yield "\n";
        continue;
      }
      if (first.done === true) return;
      yield first.value;
      next = texts.next();
    }
  } finally {
    next.catch(() => undefined);
    await texts.return(undefined);
  }
}
