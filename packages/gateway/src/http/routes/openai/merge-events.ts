// Follows several jobs at once.

import type { Job, JobEvent } from "../../../jobs/job.ts";

/** Yields the events of several jobs in the order they happen, until all of them have ended. */
export async function* mergeEvents(
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

interface Next {
  source: AsyncIterator<JobEvent>;
  result: IteratorResult<JobEvent>;
}
