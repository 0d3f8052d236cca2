// Reads the lines of a batch in their order, with their jobs, some at a time.

import type { Clock } from "../clock.ts";
import { hasEnded } from "../jobs/job.ts";
import type { Job } from "../jobs/job.ts";
import type { BatchParts } from "./parts.ts";
import { isActive } from "./batch.ts";
import type { Batch, BatchLine, LineState } from "./batch.ts";

/** A line with its jobs. */
export interface LineResult {
  line: BatchLine;
  jobs: Job[];
}

/** Which lines are read. */
export interface ResultQuery {
  /** The number of the line after which they begin; default 0. */
  after?: number;
  states?: readonly LineState[];
  /** True waits for the end of each line before it yields it. */
  follows?: boolean;
  /** Aborted when nobody reads any more. */
  signal: AbortSignal;
}

const linesPerPage = 100;
const lookEveryMs = 500;
const ends: ReadonlySet<LineState> = new Set(["completed", "failed", "cancelled"]);

/** Yields lines in their order. */
export async function* readLines(
  parts: BatchParts,
  batch: Batch,
  { after = 0, states, follows = false, signal }: ResultQuery,
): AsyncGenerator<LineResult> {
  const { store, services } = parts;
  let last = after;
  while (!signal.aborted) {
    const lines = await store.lines(batch.id, { states, after: last, limit: linesPerPage });
    const jobs = await services.jobs.getMany(lines.flatMap(({ jobIds }) => jobIds));
    for (const line of lines) {
      const result = { line, jobs: line.jobIds.flatMap((id) => jobs.get(id) ?? []) };
      const ended = follows ? await untilEnd(parts, batch.id, result, signal) : result;
      if (ended === undefined) return;
      yield ended;
      last = line.number;
    }
    if (lines.length < linesPerPage) return;
  }
}

/** Waits until a line has ended; undefined when nobody reads any more, or the batch is gone. */
async function untilEnd(
  parts: BatchParts,
  id: string,
  result: LineResult,
  signal: AbortSignal,
): Promise<LineResult | undefined> {
  const { store, services, clock } = parts;
  let { line } = result;
  for (;;) {
    if (ends.has(line.state) && line.jobIds.length === 0) return { line, jobs: [] };
    if (line.jobIds.length > 0) {
      const jobs = await Promise.all(line.jobIds.map((job) => services.jobs.wait(job, { signal })));
      return signal.aborted || !jobs.every(hasEnded) ? undefined : { line, jobs };
    }
    await waitFor(clock, lookEveryMs, signal);
    if (signal.aborted) return undefined;
    const [again] = await store.lines(id, { after: line.number - 1, limit: 1 });
    const batch = await store.get(id);
    if (again === undefined || batch === undefined) return undefined;
    if (!isActive(batch) && !ends.has(again.state) && again.jobIds.length === 0) return undefined;
    line = again;
  }
}

/** Waits for a time, or until the signal fires. */
export function waitFor(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      timer.cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = clock.setTimer(end, milliseconds);
    signal.addEventListener("abort", end, { once: true });
  });
}
