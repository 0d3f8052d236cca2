// Sends server-sent events: framing, heartbeats, and the end of a stream at disconnect or close.

import { once } from "node:events";
import { PassThrough } from "node:stream";
import type { Readable } from "node:stream";

import type { FastifyReply } from "fastify";

/** One event of a stream. */
export interface OutgoingEvent {
  /** The event's name; none for a plain data line, as chat clients expect. */
  name?: string;
  id?: string;
  /**
   * The data: text as it is, anything else as JSON; pieces of one line of text where it is too long to hold. An event
   * without data is none: its id alone tells the reader how far it is.
   */
  data?: unknown;
  pieces?: AsyncIterable<string>;
}

/** Formats one event as the text of server-sent events. */
export function toEventText({ name, id, data }: OutgoingEvent): string {
  if (data === undefined) return `${toHead({ name, id })}\n`;
  const text = typeof data === "string" ? data : JSON.stringify(data);
  return `${toHead({ name, id })}data: ${text}\n\n`;
}

function toHead({ name, id }: Pick<OutgoingEvent, "name" | "id">): string {
  const nameLine = name === undefined ? "" : `event: ${name}\n`;
  return id === undefined ? nameLine : `${nameLine}id: ${id}\n`;
}

/** The source of a stream and what ends it. */
export interface EventStreamOptions {
  /** Opens the source; the signal is aborted when the reader is gone or `closing` is. */
  open: (signal: AbortSignal) => AsyncIterable<OutgoingEvent>;
  closing: AbortSignal;
  /** Milliseconds between two comments that keep proxies from closing the connection. */
  heartbeatMs: number;
  onError: (error: unknown) => void;
  /** True sends a comment at once, so that the reader has the headers before the first event. */
  greets?: boolean;
  /**
   * True takes no event from the source before the reader has taken the last ones, and cuts off a reader that takes
   * nothing for a minute. Else what a reader has not taken is held, up to a bound.
   */
  isPaced?: boolean;
  /** Returns the last event of a stream that `closing` ends. */
  farewell?: () => Promise<OutgoingEvent>;
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
  const stream = new EventWriter(options.heartbeatMs);
  const signal = AbortSignal.any([stream.gone, options.closing]);
  if (options.greets === true) stream.comment();
  void run(stream, signal, options);
  return stream.body;
}

async function run(
  stream: EventWriter,
  signal: AbortSignal,
  { open, closing, onError, farewell, isPaced }: EventStreamOptions,
): Promise<void> {
  try {
    const source = pump(stream, open(signal), signal, isPaced === true);
    // An open stream would keep the server from closing; the client connects again if it wants to.
    await Promise.race([source, aborted(signal)]);
    if (closing.aborted && farewell !== undefined && !stream.gone.aborted) {
      await stream.write(await farewell());
    }
    source.catch(() => undefined);
  } catch (error) {
    // The status was sent long ago, so the reader only sees the stream end and connects again.
    if (!signal.aborted) onError(error);
  } finally {
    stream.end();
  }
}

async function pump(
  stream: EventWriter,
  source: AsyncIterable<OutgoingEvent>,
  signal: AbortSignal,
  isPaced: boolean,
): Promise<void> {
  for await (const event of source) {
    if (signal.aborted) return;
    await stream.write(event);
    if (isPaced) await stream.taken(signal);
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}

// Some hundred events; a reader that is so far behind gets the job's state by connecting again.
const maxUnreadBytes = 1024 * 1024;
// A reader that takes nothing for so long is gone, or as good as that.
const maxStallMs = 60_000;

/** Writes events and heartbeats to a body. */
class EventWriter {
  readonly body = new PassThrough();
  readonly #gone = new AbortController();
  readonly #heartbeat: NodeJS.Timeout;
  #isInEvent = false;

  constructor(heartbeatMs: number) {
    this.#heartbeat = setInterval(() => this.comment(), heartbeatMs);
    this.body.once("close", () => {
      clearInterval(this.#heartbeat);
      this.#gone.abort();
    });
  }

  /** Aborted when the reader is gone. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Writes a comment, unless an event is being written: nothing may stand inside one. */
  comment(): void {
    if (!this.#isInEvent) this.#writeText(": heartbeat\n\n");
  }

  /** Writes an event; a long one at the reader's own pace. Nothing is written while another one is being written. */
  async write(event: OutgoingEvent): Promise<void> {
    if (this.#isInEvent) return;
    if (event.pieces === undefined) {
      this.#writeText(toEventText(event));
      return;
    }
    this.#isInEvent = true;
    try {
      await this.#writeAtPace(`${toHead(event)}data: `);
      for await (const piece of event.pieces) await this.#writeAtPace(piece);
      await this.#writeAtPace("\n\n");
    } finally {
      this.#isInEvent = false;
    }
  }

  /** Waits until the reader has taken what was written; cuts it off when it takes nothing for a minute. */
  async taken(signal: AbortSignal): Promise<void> {
    if (!this.body.writableNeedDrain) return;
    const stalled = setTimeout(() => this.body.destroy(), maxStallMs);
    try {
      await once(this.body, "drain", { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      clearTimeout(stalled);
    }
  }

  end(): void {
    clearInterval(this.#heartbeat);
    this.body.end();
  }

  /** Writes a text; ends the stream of a reader that has stopped reading, so that its events do not pile up. */
  #writeText(text: string): void {
    if (this.body.writableEnded) return;
    this.body.write(text);
    if (this.body.writableLength > maxUnreadBytes) this.body.destroy();
  }

  async #writeAtPace(text: string): Promise<void> {
    if (this.body.writableEnded || this.body.destroyed) return;
    if (!this.body.write(text)) await once(this.body, "drain", { signal: this.gone });
  }
}
