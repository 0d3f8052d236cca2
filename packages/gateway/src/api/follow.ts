// Following one job over server-sent events, across broken connections.

import { parseEventStream } from "./event-stream.ts";
import type { AssetObject, JobObject } from "./schemas.ts";
import { GatewayError } from "./gateway-error.ts";
import type { Transport } from "./transport.ts";

/** Lists the events of a job; the same names over SSE, webhooks and MCP progress. */
export const jobEventNames = [
  "job.queued",
  "job.started",
  "job.progress",
  "job.image",
  "job.completed",
  "job.failed",
  "job.cancelled",
] as const;

/** Names one thing that happens to a job. */
export type JobEventName = (typeof jobEventNames)[number];

/** One event with the job as it then was. */
export interface JobEventMessage {
  name: JobEventName;
  job: JobObject;
  /** The picture that landed (`job.image` only). */
  asset?: AssetObject;
}

/** Says how long and how stubbornly to follow. */
export interface FollowOptions {
  signal?: AbortSignal;
  /** The first wait before connecting again, in milliseconds, doubling up to ten times; default 1000. */
  reconnectDelayMs?: number;
  /** How many connections in a row may fail before the error is thrown; default 10. */
  reconnectLimit?: number;
}

const defaultReconnectDelayMs = 1000;
const defaultReconnectLimit = 10;
const longestDelayFactor = 10;
const terminalNames: ReadonlySet<string> = new Set([
  "job.completed",
  "job.failed",
  "job.cancelled",
]);

/** Yields a job's events until it has ended; a new connection begins with what was missed. */
export async function* followJob(
  transport: Transport,
  id: string,
  options: FollowOptions = {},
): AsyncGenerator<JobEventMessage> {
  const { signal } = options;
  const delayMs = options.reconnectDelayMs ?? defaultReconnectDelayMs;
  const limit = options.reconnectLimit ?? defaultReconnectLimit;
  let failures = 0;
  const place: Place = { lastId: undefined };
  for (;;) {
    try {
      for await (const message of connect(transport, id, place, signal)) {
        failures = 0;
        yield message;
        if (terminalNames.has(message.name)) return;
      }
    } catch (error) {
      if (signal?.aborted || !mayReconnect(error)) throw error;
      if (failures >= limit) throw toConnectionError(error);
    }
    signal?.throwIfAborted();
    await sleep(delayMs * Math.min(2 ** failures, longestDelayFactor), signal);
    failures += 1;
  }
}

/** How far a stream was read. */
interface Place {
  lastId: string | undefined;
}

async function* connect(
  transport: Transport,
  id: string,
  place: Place,
  signal: AbortSignal | undefined,
): AsyncGenerator<JobEventMessage> {
  const response = await transport.send(`/v1/jobs/${encodeURIComponent(id)}/events`, {
    headers: {
      accept: "text/event-stream",
      ...(place.lastId === undefined ? {} : { "last-event-id": place.lastId }),
    },
    signal,
  });
  if (response.body === null) return;
  for await (const { event, data, id: eventId } of parseEventStream(response.body)) {
    place.lastId = eventId ?? place.lastId;
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
