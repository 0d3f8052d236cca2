// Sends server-sent events: framing, heartbeats, and the end of a stream at disconnect or close.

import { PassThrough } from "node:stream";
import type { Readable } from "node:stream";

import type { FastifyReply } from "fastify";

/** One event of a stream. */
export interface OutgoingEvent {
  name: string;
  id: string;
  data: unknown;
}

/** Formats one event as the text of server-sent events. */
export function toEventText({ name, id, data }: OutgoingEvent): string {
  return `event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The source of a stream and what ends it. */
export interface EventStreamOptions {
  /** Opens the source; the signal is aborted when the reader is gone or `closing` is. */
  open: (signal: AbortSignal) => AsyncIterable<OutgoingEvent>;
  closing: AbortSignal;
  /** Milliseconds between two comments that keep proxies from closing the connection. */
  heartbeatMs: number;
  onError: (error: unknown) => void;
}

/** Sends an event stream as the answer. */
export function sendEventStream(reply: FastifyReply, options: EventStreamOptions): FastifyReply {
  return reply
    .headers({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      // Without this nginx holds events back until its buffer is full.
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
  // An open stream would keep the server from closing; the client connects again if it wants to.
  signal.addEventListener("abort", () => body.end(), { once: true });
  if (signal.aborted) body.end();
  void pump(body, options.open(signal), signal, options.onError).finally(() => {
    clearInterval(heartbeat);
    body.end();
  });
  return body;
}

// Some hundred events; a reader that is so far behind gets the job's state by connecting again.
const maxUnreadBytes = 1024 * 1024;

/** Writes a text; ends the stream of a reader that has stopped reading, so that its events do not pile up. */
function write(body: PassThrough, text: string): void {
  body.write(text);
  if (body.writableLength > maxUnreadBytes) body.destroy();
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
    // The status was sent long ago, so the reader only sees the stream end and connects again.
    if (!signal.aborted) onError(error);
  }
}
