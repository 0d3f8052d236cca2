// Reading one job's events over server-sent events, across broken connections.

import type { AssetObject } from "../assets.ts";
import { jobEventNames } from "../job-words.ts";
import type { JobEventName } from "../job-words.ts";
import type { JobEventMessage, JobObject } from "../jobs.ts";
import { readReconnecting } from "./reconnecting.ts";
import type { ReconnectOptions } from "./reconnecting.ts";
import type { Exchange, Transport } from "./transport.ts";

/** How long to read, and how often to connect again. */
export type JobEventOptions = ReconnectOptions;

const lastNames: ReadonlySet<string> = new Set(["job.completed", "job.failed", "job.cancelled"]);

/** Yields a job's events until it has ended; a new connection begins with what was missed. */
export async function* readJobEvents(
  transport: Transport,
  { id, query }: { id: string; query?: Exchange["query"] },
  options: JobEventOptions = {},
): AsyncGenerator<JobEventMessage> {
  const path = `/v1/jobs/${encodeURIComponent(id)}/events`;
  const fix = "Ask for the job again later: it goes on without you.";
  for await (const { event, data } of readReconnecting(transport, { path, query, fix }, options)) {
    if (!isJobEventName(event)) continue;
    const { asset, ...job } = JSON.parse(data) as JobObject & { asset?: AssetObject };
    yield { name: event, job, ...(asset === undefined ? {} : { asset }) };
    if (lastNames.has(event)) return;
  }
}

function isJobEventName(name: string): name is JobEventName {
  return jobEventNames.some((known) => known === name);
}
