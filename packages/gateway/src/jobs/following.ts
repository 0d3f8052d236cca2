// Waits for a job's end, and follows its events.

import type { Engine } from "./engine.ts";
import { inLandingOrder, isEnding, stateEvent } from "./events.ts";
import { hasEnded } from "./job.ts";
import type { Job, JobEvent, Jobs } from "./job.ts";

/** Creates the two ways to follow a job; `require` returns a job as it is now, or throws `not_found`. */
export function createFollowing(
  engine: Engine,
  require: (id: string) => Promise<Job>,
): Pick<Jobs, "wait" | "events"> {
  return {
    wait: (id, options) => waitForEnd(engine, require, id, options),
    events: (id, options) => followEvents(engine, require, id, options?.signal),
  };
}

async function waitForEnd(
  { events, clock, stopping }: Engine,
  require: (id: string) => Promise<Job>,
  id: string,
  { timeoutMs, signal }: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<Job> {
  let finish!: () => void;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const leave = events.listen(id, (event) => isEnding(event) && finish(), finish);
  const timer = timeoutMs === undefined ? undefined : clock.setTimer(finish, timeoutMs);
  signal?.addEventListener("abort", finish, { once: true });
  try {
    const job = await require(id);
    if (hasEnded(job) || signal?.aborted || stopping.signal.aborted) return job;
    await finished;
    return await require(id);
  } finally {
    leave();
    timer?.cancel();
    signal?.removeEventListener("abort", finish);
  }
}

async function* followEvents(
  { events, stopping }: Engine,
  require: (id: string) => Promise<Job>,
  id: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<JobEvent> {
  const queue: JobEvent[] = [];
  let closed = signal?.aborted ?? false;
  let wakeUp = () => {};
  const close = () => {
    closed = true;
    wakeUp();
  };
  const add = (event: JobEvent) => {
    queue.push(event);
    wakeUp();
  };
  const leave = events.listen(id, add, close);
  signal?.addEventListener("abort", close, { once: true });
  try {
    const job = await require(id);
    const isNews = createNewsFilter(job);
    // A listener that comes late, or again, gets the pictures that are there.
    for (const asset of inLandingOrder(job.assets)) yield { name: "job.image", job, asset };
    yield stateEvent(job);
    if (hasEnded(job)) return;
    for (;;) {
      const event = queue.shift();
      if (event === undefined) {
        if (closed || stopping.signal.aborted) return;
        await new Promise<void>((resolve) => (wakeUp = resolve));
        continue;
      }
      if (!isNews(event)) continue;
      yield event;
      if (isEnding(event)) return;
    }
  } finally {
    leave();
    signal?.removeEventListener("abort", close);
  }
}

/** Returns a filter that lets through what a listener who knows the job, and all events let through before, does not know. */
function createNewsFilter(job: Job): (event: JobEvent) => boolean {
  let version = job.version;
  const known = new Set(job.assets.map((asset) => asset.id));
  return (event) => {
    // Older than what was sent already: it happened while the state was being read.
    if (event.job.version < version) return false;
    version = event.job.version;
    if (event.asset === undefined) return true;
    if (known.has(event.asset.id)) return false;
    known.add(event.asset.id);
    return true;
  };
}
