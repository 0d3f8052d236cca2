// Reading server-sent events across broken connections.

import { parseEventStream } from "./event-stream.ts";
import type { ServerSentEvent } from "./event-stream.ts";
import { GatewayError } from "./gateway-error.ts";
import type { CallOptions } from "./options.ts";
import type { Exchange, Transport } from "./transport.ts";

/** How long to read, and how often to connect again. */
export interface ReconnectOptions extends CallOptions {
  /** The first wait before connecting again, in milliseconds, doubling up to ten times; default 1000. */
  reconnectDelayMs?: number;
  /** The number of connections in a row that may fail before the error is thrown; default 10. */
  reconnectLimit?: number;
}

/** What is read, and where the reading begins. */
export interface StreamSource {
  path: string;
  query?: Exchange["query"];
  /** The id of the last event that was got; undefined for a reader that begins now. */
  lastEventId?: string;
  /** What to do when the connection broke again and again. */
  fix: string;
}

const defaultReconnectDelayMs = 1000;
const defaultReconnectLimit = 10;
const maxDelayFactor = 10;

/** Yields the events of a stream; a new connection begins after the last event that came. */
export async function* readReconnecting(
  transport: Transport,
  source: StreamSource,
  options: ReconnectOptions = {},
): AsyncGenerator<ServerSentEvent> {
  const { signal } = options;
  const delayMs = options.reconnectDelayMs ?? defaultReconnectDelayMs;
  const limit = options.reconnectLimit ?? defaultReconnectLimit;
  let failures = 0;
  let lastId = source.lastEventId;
  for (;;) {
    try {
      const response = await connect(transport, source, lastId, signal);
      const events =
        response.body === null ? [] : parseEventStream(response.body, (id) => (lastId = id));
      for await (const event of events) {
        failures = 0;
        yield event;
      }
    } catch (error) {
      if (signal?.aborted || !mayReconnect(error)) throw error;
      if (failures >= limit) throw toConnectionError(error, source.fix);
    }
    signal?.throwIfAborted();
    await sleep(delayMs * Math.min(2 ** failures, maxDelayFactor), signal);
    failures += 1;
  }
}

function connect(
  transport: Transport,
  { path, query }: StreamSource,
  lastId: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const position: Record<string, string> = lastId === undefined ? {} : { "last-event-id": lastId };
  const headers = { accept: "text/event-stream", ...position };
  return transport.send(path, { headers, query, signal });
}

// A gateway that answered no (404, 401, …) will say so again; a broken connection may heal.
function mayReconnect(error: unknown): boolean {
  return !(error instanceof GatewayError) || error.retryable;
}

function toConnectionError(error: unknown, fix: string): GatewayError {
  if (error instanceof GatewayError) return error;
  return new GatewayError(
    "connection_failed",
    "The connection to the gateway broke again and again.",
    { cause: error, retryable: true, fix },
  );
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
