// Waiting for jobs: one progress line for all of them, across gateways that come and go.

import { hasJobEnded } from "@jimeng/gateway/api";
import type { JobObject, WarningObject } from "@jimeng/gateway/api";

import type { Connection } from "../gateway/connection.ts";
import { isConnectionLoss } from "../errors.ts";
import { stateWords } from "../terminal/job-words.ts";
import type { Output } from "../terminal/output.ts";

/** How often the seconds on the progress line move on. */
const redrawMs = 250;

// With a gateway on this machine a broken connection means that its process ended; trying the same address
// for long is useless, looking for the next gateway is not.
const localReconnectDelayMs = 200;
const localReconnectLimit = 1;
const lostGatewayLimit = 20;

/** Says how to wait. */
export interface FollowSettings {
  output: Output;
  signal: AbortSignal;
  /** Ends the wait earlier than the job's own end. */
  until?: (job: JobObject) => boolean;
}

/** Waits for several jobs at once and gives them as they then are, in order; throws the signal's reason. */
export async function followJobs(
  connection: Connection,
  ids: readonly string[],
  settings: FollowSettings,
): Promise<JobObject[]> {
  const { output } = settings;
  const latest = new Map<string, JobObject>();
  const startedAt = performance.now();
  const draw = (): void => {
    const jobs = [...latest.values()];
    if (!jobs.every(hasJobEnded)) output.progress(summarise(jobs, ids.length, startedAt));
  };
  const timer = setInterval(draw, redrawMs);
  const told = new Set<string>();
  try {
    return await Promise.all(
      ids.map((id) =>
        followOne(connection, id, settings, (job) => {
          latest.set(id, job);
          for (const warning of job.warnings) tellOnce(output, told, warning);
          draw();
        }),
      ),
    );
  } finally {
    clearInterval(timer);
    output.endProgress();
  }
}

async function followOne(
  connection: Connection,
  id: string,
  settings: FollowSettings,
  onJob: (job: JobObject) => void,
): Promise<JobObject> {
  const { signal, until = () => false } = settings;
  for (let losses = 0; ; losses += 1) {
    const { client } = connection;
    try {
      const patience = connection.isReplaceable
        ? { reconnectDelayMs: localReconnectDelayMs, reconnectLimit: localReconnectLimit }
        : {};
      for await (const { job } of client.jobs.events(id, { signal, ...patience })) {
        onJob(job);
        if (hasJobEnded(job) || until(job)) return job;
      }
      return await client.jobs.retrieve(id, { signal });
    } catch (error) {
      const isLost = connection.isReplaceable && !signal.aborted && isConnectionLoss(error);
      if (!isLost || losses >= lostGatewayLimit) throw error;
      await connection.replace(client);
    }
  }
}

function summarise(jobs: readonly JobObject[], wanted: number, startedAt: number) {
  const percent = jobs.reduce((sum, job) => sum + job.progress, 0) / wanted;
  const slowest = jobs.reduce((one, other) => (other.progress < one.progress ? other : one));
  const done = jobs.filter(hasJobEnded).length;
  const count = wanted === 1 ? "" : `${done} of ${wanted} jobs done, `;
  return {
    label: `${count}${stateWords(slowest)}`,
    percent,
    elapsedMs: performance.now() - startedAt,
  };
}

function tellOnce(output: Output, told: Set<string>, warning: WarningObject): void {
  const { message } = warning;
  if (told.has(message)) return;
  told.add(message);
  output.warning(message);
}
