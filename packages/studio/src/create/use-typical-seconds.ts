// How long a model takes: the median of the jobs that this page has read.

import type { JobObject } from "@jimeng/gateway/api";
import { useMemo } from "react";

import { toJobs } from "../data/job-pages.ts";
import { useJobs } from "../data/queries.ts";

const leastJobs = 1;
const mostJobs = 15;

/** Returns the median of what jobs of a model took, in seconds; undefined where none is known. */
export function typicalSeconds(
  jobs: readonly JobObject[],
  model: string | null,
): number | undefined {
  const taken = jobs
    .flatMap(({ model: of, status, tool, created_at: from, completed_at: to }) =>
      of === model && status === "completed" && tool === null && to !== null ? [to - from] : [],
    )
    .slice(0, mostJobs)
    .toSorted((a, b) => a - b);
  return taken.length < leastJobs ? undefined : taken[Math.floor(taken.length / 2)];
}

/** The same, of the jobs that are shown. */
export function useTypicalSeconds(model: string | null): number | undefined {
  const { data } = useJobs();
  return useMemo(() => typicalSeconds(toJobs(data?.pages ?? []), model), [data, model]);
}
