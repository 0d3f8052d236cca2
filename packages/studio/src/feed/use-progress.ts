// Reads running jobs again for their progress, which is no event: one request for all of them, while one is shown.

import { useEffect } from "react";

import { client } from "../data/client.ts";
import { connection } from "../data/connection.ts";
import { keepAnswered, queryClient } from "../data/query-client.ts";

const everyMs = 2000;
const mostJobs = 100;

/** Keeps the progress of running jobs up to date while `hasRunning`. */
export function useProgress(hasRunning: boolean): void {
  useEffect(() => {
    if (!hasRunning) return undefined;
    let isReading = false;
    const timer = setInterval(() => {
      if (isReading || document.hidden || connection.get().state === "away") return;
      isReading = true;
      const read = async () =>
        (await client.jobs.list({ status: "in_progress", limit: mostJobs })).data;
      keepAnswered(queryClient, read)
        .catch(() => undefined)
        .finally(() => {
          isReading = false;
        });
    }, everyMs);
    return () => clearInterval(timer);
  }, [hasRunning]);
}
