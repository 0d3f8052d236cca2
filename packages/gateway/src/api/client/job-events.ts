// Reading one job's events over server-sent events, across broken connections.

import type { AssetObject } from "../assets.ts";
import { jobEventNames } from "../job-words.ts";
import type { JobEventName } from "../job-words.ts";
import type { JobEventMessage, JobObject } from "../jobs.ts";
import { parseEventStream } from "./event-stream.ts";
import { GatewayError } from "./gateway-error.ts";
import type { CallOptions } from "./options.ts";
import type { Transport } from "./transport.ts";

/** How long to read, and how often to connect again. */
export interface JobEventOptions extends CallOptions {
  /** The first wait before connecting again, in milliseconds, doubling up to ten times; default 1000. */
  reconnectDelayMs?: number;
  /** The number of connections in a row that may fail before the error is thrown; default 10. */
  reconnectLimit?: number;
}

const defaultReconnectDelayMs = 1000;
const defaultReconnectLimit = 10;
const maxDelayFactor = 10;
const lastNames: ReadonlySet<string> = new Set(["job.completed", "job.failed", "job.cancelled"]);

/** Yields a job's events until it has ended; a new connection begins with what was missed. */
export async function* readJobEvents(
  transport: Transport,
  id: string,
  options: JobEventOptions = {},
): AsyncGenerator<JobEventMessage> {
  const { signal } = options;
  const delayMs = options.reconnectDelayMs ?? defaultReconnectDelayMs;
  const limit = options.reconnectLimit ?? defaultReconnectLimit;
  let failures = 0;
  const position: Position = { lastId: undefined };
  for (;;) {
    try {
      for await (const message of connect(transport, id, position, signal)) {
        failures = 0;
        yield message;
        if (lastNames.has(message.name)) return;
      }
    } catch (error) {
      if (signal?.aborted || !mayReconnect(error)) throw error;
      if (failures >= limit) throw toConnectionError(error);
    }
    signal?.throwIfAborted();
    await sleep(delayMs * Math.min(2 ** failures, maxDelayFactor), signal);
    failures += 1;
  }
}

/** How far a stream was read. */
interface Position {
  lastId: string | undefined;
}

async function* connect(
  transport: Transport,
  id: string,
  position: Position,
  signal: AbortSignal | undefined,
): AsyncGenerator<JobEventMessage> {
  const response = await transport.send(`/v1/jobs/${encodeURIComponent(id)}/events`, {
    headers: {
      accept: "text/event-stream",
      ...(position.lastId === undefined ? {} : { "last-event-id": position.lastId }),
    },
    signal,
  });
  if (response.body === null) return;
  for await (const { event, data, id: eventId } of parseEventStream(response.body)) {
    position.lastId = eventId ?? position.lastId;
    if (!isJobEventName(event)) continue;
    const { asset, ...job } = JSON.parse(data) as JobObject & { asset?: AssetObject };
    yield { name: event, job, ...(asset === undefined ? {} : { asset }) };
  }
}

function isJobEventName(name: string): name is JobEventName {
  return jobEventNames.some((known) => known === name);
}

// A gateway that answered no (404, 401, …) will say so again; a broken connection may heal.
function mayReconnect(error: unknown): boolean {
  return !(error instanceof GatewayError) || error.retryable;
}

function toConnectionError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  return new GatewayError(
    "connection_failed",
    "The connection to the gateway broke again and again.",
    {
      cause: error,
      retryable: true,
      fix: "Ask for the job again later: it goes on without you.",
    },
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
