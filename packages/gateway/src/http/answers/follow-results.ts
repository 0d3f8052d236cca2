// Follows the jobs of one request together: what happens to them, and their results as they land.

import { hasEnded } from "../../jobs/job.ts";
import type { Asset, Job, JobEvent, Jobs } from "../../jobs/job.ts";
import { toAnswerAssets } from "../../shapes/openai/image-answer.ts";
import { toGroupFailure } from "./job-failures.ts";

/** Something that happened to one of the jobs. */
export interface Happening {
  job: Job;
  /** The results that were not told of before; never more than were asked for. */
  landed: Asset[];
}

/**
 * Yields what happens to the jobs of one request until all have ended or the signal fires. Then throws the failure of
 * the first one that did not complete; the results of the others were told of by then.
 */
export async function* followResults(
  jobs: Pick<Jobs, "events">,
  created: readonly Job[],
  signal: AbortSignal,
): AsyncGenerator<Happening> {
  const latest = new Map<string, Job>(created.map((job) => [job.id, job]));
  const told = new Set<string>();
  for await (const event of mergeEvents(created, (id) => jobs.events(id, { signal }))) {
    latest.set(event.job.id, event.job);
    const landed = wantedOf(event).filter(({ id }) => !told.has(id));
    for (const { id } of landed) told.add(id);
    yield { job: event.job, landed };
  }
  if (signal.aborted) return;
  const all = [...latest.values()];
  const failed = all.find((job) => hasEnded(job) && job.status !== "completed");
  if (failed !== undefined) throw toGroupFailure(failed, all);
}

/** Returns the results of an event that the caller asked for; extra ones stay assets of their job. */
function wantedOf({ name, job, asset }: JobEvent): Asset[] {
  if (name === "job.completed") return toAnswerAssets([job]);
  const { request } = job;
  const wanted = request.kind === "image" ? request.count : 1;
  const isWanted = asset !== undefined && asset.index < wanted && !asset.incomplete;
  return isWanted ? [asset] : [];
}

interface Next {
  source: AsyncIterator<JobEvent>;
  result: IteratorResult<JobEvent>;
}

/** Yields the events of several jobs in the order they happen, until all of them have ended. */
async function* mergeEvents(
  jobs: readonly Job[],
  open: (id: string) => AsyncIterable<JobEvent>,
): AsyncGenerator<JobEvent> {
  const sources = new Map<AsyncIterator<JobEvent>, Promise<Next>>();
  const next = async (source: AsyncIterator<JobEvent>): Promise<Next> => ({
    source,
    result: await source.next(),
  });
  for (const { id } of jobs) {
    const source = open(id)[Symbol.asyncIterator]();
    sources.set(source, next(source));
  }
  try {
    while (sources.size > 0) {
      const { source, result } = await Promise.race(sources.values());
      if (result.done === true) {
        sources.delete(source);
        continue;
      }
      sources.set(source, next(source));
      yield result.value;
    }
  } finally {
    // Not waited for: a source that waits for its next event returns only after it.
    for (const source of sources.keys()) source.return?.().catch(() => undefined);
  }
}
