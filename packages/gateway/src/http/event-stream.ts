// Server-sent events over HTTP: framing, heartbeats, the end of a stream at disconnect or close.

import { PassThrough } from "node:stream";
import type { Readable } from "node:stream";

import type { FastifyReply } from "fastify";

/** One event as it goes out. */
export interface OutgoingEvent {
  name: string;
  id: string;
  data: unknown;
}

/** Writes one event in the text form of server-sent events. */
export function toEventText({ name, id, data }: OutgoingEvent): string {
  return `event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Where events come from and what ends the stream. */
export interface EventStreamOptions {
  /** Opens the source; its signal fires when the reader is gone or `closing` fires. */
  open: (signal: AbortSignal) => AsyncIterable<OutgoingEvent>;
  closing: AbortSignal;
  /** The time between two comments that keep proxies from cutting the connection, in milliseconds. */
  heartbeatMs: number;
  onError: (error: unknown) => void;
}

/** Answers with an event stream. */
export function sendEventStream(reply: FastifyReply, options: EventStreamOptions): FastifyReply {
  return reply
    .headers({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      // Nginx would otherwise hold events back until its buffer is full.
      "x-accel-buffering": "no",
    })
    .send(toEventStream(options));
}

function toEventStream(options: EventStreamOptions): Readable {
  const body = new PassThrough();
  const gone = new AbortController();
  const heartbeat = setInterval(() => write(body, ": heartbeat\n\n"), options.heartbeatMs);
  body.once("close", () => {
    clearInterval(heartbeat);
    gone.abort();
  });
  const signal = AbortSignal.any([gone.signal, options.closing]);
  // An open stream would keep the server from closing; the client connects again when it wants to.
  signal.addEventListener("abort", () => body.end(), { once: true });
  if (signal.aborted) body.end();
  void pump(body, options.open(signal), signal, options.onError).finally(() => {
    clearInterval(heartbeat);
    body.end();
  });
  return body;
}

// Some hundred events; whoever reads so late gets the job's state by connecting again.
const mostUnreadBytes = 1024 * 1024;

/** Writes what fits; a reader who has stopped reading is let go, so that nothing piles up for nobody. */
function write(body: PassThrough, text: string): void {
  body.write(text);
  if (body.writableLength > mostUnreadBytes) body.destroy();
}

async function pump(
  body: PassThrough,
  source: AsyncIterable<OutgoingEvent>,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<void> {
  try {
    for await (const event of source) {
      if (signal.aborted) return;
      write(body, toEventText(event));
    }
  } catch (error) {
    // The status line is long gone, so the reader sees the stream end and connects again.
    if (!signal.aborted) onError(error);
  }
}
