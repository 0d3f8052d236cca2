// What the charts of the last jobs show: how many went well, how long they took, how many there were at once, what they cost.

import type { JobObject } from "@jimeng/gateway/api";

/** As much of a job as is counted. */
export type CountedJob = Pick<JobObject, "status" | "created_at" | "completed_at" | "cost">;

/** What happened in one part of the time. */
export interface Bar {
  /** Its begin, Unix seconds. */
  at: number;
  completed: number;
  failed: number;
  /** The median of the seconds from a request to its results; null where none came. */
  seconds: number | null;
  /** The longest of them; 0 where none came. */
  longest: number;
  /** The most jobs that waited or ran at once. */
  atOnce: number;
  /** Credits that were charged and not refunded. */
  spent: number;
}

/** The same of the whole time; `atOnce` is how many there are now. */
export interface Figures extends Omit<Bar, "at"> {
  bars: readonly Bar[];
  /** The most jobs that waited or ran at once. */
  mostAtOnce: number;
}

const barCount = 48;
const leastSeconds = 600;

/** Counts jobs over the time since the first of them, ten minutes at least, up to `now` (Unix seconds). */
export function countJobs(jobs: readonly CountedJob[], now: number): Figures {
  const first = Math.min(now - leastSeconds, ...jobs.map((job) => job.created_at));
  const length = (now - first) / barCount;
  const bars = Array.from({ length: barCount }, (_, index) => {
    const [from, to] = [first + index * length, first + (index + 1) * length];
    // What ends this second belongs to the last part.
    const end = index === barCount - 1 ? Number.POSITIVE_INFINITY : to;
    return { at: from, ...countBetween(jobs, from, end) };
  });
  return {
    bars,
    ...countBetween(jobs, first, Number.POSITIVE_INFINITY),
    mostAtOnce: Math.max(...bars.map(({ atOnce }) => atOnce)),
    atOnce: jobs.filter(({ completed_at: end }) => end === null).length,
  };
}

function countBetween(jobs: readonly CountedJob[], from: number, to: number): Omit<Bar, "at"> {
  const ended = jobs.filter(({ completed_at: end }) => end !== null && end >= from && end < to);
  const completed = ended.filter(({ status }) => status === "completed");
  const times = completed.map((job) => (job.completed_at ?? 0) - job.created_at);
  return {
    completed: completed.length,
    failed: ended.filter(({ status }) => status === "failed").length,
    seconds: medianOf(times),
    longest: Math.max(0, ...times),
    atOnce: mostAtOnce(jobs, from, to),
    spent: ended.reduce((sum, { cost }) => sum + (cost.charged ?? 0) - (cost.refunded ?? 0), 0),
  };
}

function medianOf(values: readonly number[]): number | null {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? null;
}

/** Returns the most jobs that were there at once. */
function mostAtOnce(jobs: readonly CountedJob[], from: number, to: number): number {
  const changes = jobs.flatMap(({ created_at: begin, completed_at: end }) =>
    begin < to && (end === null || end > from)
      ? [
          { at: Math.max(begin, from), by: 1 },
          { at: end ?? to, by: -1 },
        ]
      : [],
  );
  // One that ends where another begins was not there with it.
  const inOrder = changes.toSorted((one, other) => one.at - other.at || one.by - other.by);
  let [there, most] = [0, 0];
  for (const { by } of inOrder) {
    there += by;
    most = Math.max(most, there);
  }
  return most;
}
