// Waits for jobs until they have ended or the time of the call is over. Waiting ends nothing: the jobs go on.

import { GatewayError, hasJobEnded } from "@jimeng/gateway/api/client";
import type { JobObject } from "@jimeng/gateway/api";

import { withGateway } from "../face.ts";
import { progressWords } from "../results/job-text.ts";
import type { ToolCall } from "../tools/tool.ts";
import { startProgress } from "./progress.ts";

const secondMs = 1000;

/**
 * Returns the jobs as they are when all have ended, the seconds are over or the server ends. Throws the signal's reason
 * where the host gave the call up.
 */
export async function waitForJobs(
  call: ToolCall,
  jobs: readonly JobObject[],
  seconds: number,
): Promise<JobObject[]> {
  if (seconds === 0 || jobs.every(hasJobEnded)) return [...jobs];
  const latest = new Map(jobs.map((job) => [job.id, job]));
  const progress = startProgress(call);
  const timeout = AbortSignal.timeout(seconds * secondMs);
  const limit = AbortSignal.any([call.signal, call.face.closing, timeout]);
  const tell = (): void => {
    const all = [...latest.values()];
    const open = all.find((job) => !hasJobEnded(job));
    const percent = all.reduce((sum, job) => sum + job.progress, 0) / all.length;
    if (open !== undefined) progress.tell(percent, progressWords(open));
  };
  try {
    tell();
    await Promise.all(
      jobs
        .filter((job) => !hasJobEnded(job))
        .map(({ id }) =>
          follow(call, id, limit, (job) => {
            latest.set(id, job);
            tell();
          }),
        ),
    );
  } catch (error) {
    call.signal.throwIfAborted();
    // A gateway that went away comes back with the jobs: the handle is the answer until then.
    if (!limit.aborted && !(error instanceof GatewayError && error.retryable)) throw error;
  } finally {
    progress.stop();
  }
  return [...latest.values()];
}

async function follow(
  { face }: ToolCall,
  id: string,
  signal: AbortSignal,
  onChange: (job: JobObject) => void,
): Promise<void> {
  await withGateway(face, signal, async (client) => {
    // What this reads is seen only once the tool has answered with it.
    const events = client.jobs.events(id, { signal, seen: false, reconnectLimit: 1 });
    for await (const { job } of events) onChange(job);
  });
}
