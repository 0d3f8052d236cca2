// Waits for jobs with one progress line for all of them; reconnects when the gateway is replaced.

import { hasJobEnded } from "@jimeng/gateway/api/client";
import type { JobObject, WarningObject } from "@jimeng/gateway/api";

import type { Connection } from "../gateway/connection.ts";
import { remainingSeconds, stateWords } from "../terminal/job-words.ts";
import type { Output, ProgressState } from "../terminal/output.ts";
import type { Words } from "../words/words.ts";
import { reconnect } from "./reconnect.ts";
import type { ReconnectSettings } from "./reconnect.ts";

/** How often the seconds on the progress line move on. */
const redrawMs = 250;

// The connection itself finds a gateway that went away; one attempt at the old address is enough.
const streamRetries = { reconnectDelayMs: 200, reconnectLimit: 1 };

/** Options of the wait. */
export interface FollowSettings extends ReconnectSettings {
  output: Output;
  /** The language of the progress line. */
  words: Words;
  /** Condition that ends the wait before the job's own end. */
  until?: (job: JobObject) => boolean;
}

/**
 * Waits for several jobs at once and returns them as they then are, in order. Throws `connection_failed` when the
 * gateway went away for too long, and the signal's reason.
 */
export async function followJobs(
  connection: Connection,
  ids: readonly string[],
  settings: FollowSettings,
): Promise<JobObject[]> {
  const { output, words } = settings;
  const latest = new Map<string, JobObject>();
  const startedAt = performance.now();
  const draw = (): void => {
    const jobs = [...latest.values()];
    if (!jobs.every(hasJobEnded)) output.progress(summarise(jobs, ids.length, startedAt, words));
  };
  const timer = setInterval(draw, redrawMs);
  const told = new Set<string>();
  try {
    return await Promise.all(
      ids.map((id) =>
        followOne(connection, id, settings, (job) => {
          latest.set(id, job);
          printWarnings(output, job.warnings, told);
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
  let lostAt: number | undefined;
  for (;;) {
    const { client } = connection;
    try {
      for await (const { job } of client.jobs.events(id, { signal, ...streamRetries })) {
        lostAt = undefined;
        onJob(job);
        if (hasJobEnded(job) || until(job)) return job;
      }
      return await client.jobs.retrieve(id, { signal });
    } catch (error) {
      if (signal.aborted || !connection.isLost(error)) throw error;
      lostAt ??= performance.now();
      await reconnect(connection, client, { ...settings, lostAt });
    }
  }
}

function summarise(
  jobs: readonly JobObject[],
  wanted: number,
  startedAt: number,
  words: Words,
): ProgressState {
  const percent = jobs.reduce((sum, job) => sum + job.progress, 0) / wanted;
  const slowest = jobs.reduce((one, other) => (other.progress < one.progress ? other : one));
  const done = jobs.filter(hasJobEnded).length;
  const count = wanted === 1 ? "" : words.state.jobsDone(done, wanted);
  return {
    label: `${count}${stateWords(slowest, words)}`,
    percent,
    elapsedMs: performance.now() - startedAt,
    remainingSeconds: remainingSeconds(slowest, Date.now() / 1000),
  };
}

/** Prints the warnings whose message is not among those told already. */
export function printWarnings(
  output: Output,
  warnings: readonly WarningObject[],
  told: Set<string>,
): void {
  for (const { code, message } of warnings) {
    if (told.has(message)) continue;
    told.add(message);
    output.warning(({ failure }) => failure.warningOfCode(code, message));
  }
}
