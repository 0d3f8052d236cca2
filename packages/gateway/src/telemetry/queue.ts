// Counts the jobs that have not ended, of all nodes together: how many wait, how many run, how old the oldest is.

import type { GatewayDatabase } from "../database/database.ts";

/** The jobs of one kind that have not ended. */
export interface OpenJobs {
  kind: string;
  status: string;
  count: number;
  /** Unix milliseconds. */
  oldestCreatedAt: number;
}

/** Counts the open jobs by kind and status. */
export async function readOpenJobs({ tables }: GatewayDatabase): Promise<OpenJobs[]> {
  const rows = await tables
    .selectFrom("jobs")
    .select(({ fn }) => [
      "kind",
      "status",
      fn.countAll<number | string>().as("count"),
      fn.min<number | string>("created_at").as("oldest"),
    ])
    .where("status", "in", ["queued", "in_progress"])
    .groupBy(["kind", "status"])
    .execute();
  return rows.map(({ kind, status, count, oldest }) => ({
    kind,
    status,
    count: Number(count),
    oldestCreatedAt: Number(oldest),
  }));
}

/** Counts the starts whose outcome is not known, those that are just being sent included. */
export async function readUncertainStarts({ tables }: GatewayDatabase): Promise<number> {
  const { count } = await tables
    .selectFrom("jobs")
    .select(({ fn }) => fn.countAll<number | string>().as("count"))
    .where("status", "in", ["queued", "in_progress"])
    .where("uncertain_since", "is not", null)
    .where("operation", "is", null)
    .executeTakeFirstOrThrow();
  return Number(count);
}
