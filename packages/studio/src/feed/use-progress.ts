// Reads jobs again for what is no event: the progress of running ones, and what those that ended lately cost.

import type { JobObject } from "@jimeng/gateway/api";
import { useEffect } from "react";

import { client } from "../data/client.ts";
import { serverNow } from "../data/clock.ts";
import { connection } from "../data/connection.ts";
import { keepAnswered, queryClient } from "../data/query-client.ts";
import { isLive } from "./groups.ts";

const progressEveryMs = 2000;
const costEveryMs = 20_000;
const mostJobs = 100;
// The site's credit history names most charges within two minutes.
const costAfterSeconds = 1800;

/** Tells whether what an ended job cost may still be told soon. */
export function awaitsCost(job: Pick<JobObject, "cost" | "completed_at">, now: number): boolean {
  const { cost, completed_at: end } = job;
  return cost.state === "not_settled" && end !== null && now - end < costAfterSeconds;
}

/** Keeps progress and costs of jobs that are shown up to date: one request for all of them. */
export function useProgress(jobs: readonly JobObject[]): void {
  const now = serverNow();
  useReading(jobs.some(isLive), progressEveryMs, async () => {
    await keep({ status: "in_progress", limit: mostJobs });
  });
  useReading(
    jobs.some((job) => awaitsCost(job, now)),
    costEveryMs,
    async () => {
      await keep({ limit: mostJobs });
      // What was charged is the price of the next one.
      await queryClient.invalidateQueries({ queryKey: ["estimate"] });
    },
  );
}

function keep(options: Parameters<typeof client.jobs.list>[0]): Promise<void> {
  return keepAnswered(queryClient, async () => (await client.jobs.list(options)).data);
}

function useReading(isOn: boolean, everyMs: number, read: () => Promise<void>): void {
  useEffect(() => {
    if (!isOn) return undefined;
    let isReading = false;
    const timer = setInterval(() => {
      if (isReading || document.hidden || connection.get().state === "away") return;
      isReading = true;
      read()
        .catch(() => undefined)
        .finally(() => {
          isReading = false;
        });
    }, everyMs);
    return () => clearInterval(timer);
    // Each way of reading stays as it is.
  }, [isOn, everyMs]);
}
