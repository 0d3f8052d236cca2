// What an answer about jobs is made of, and its structured part.

import type { JobObject } from "@jimeng/gateway/api";

/** The jobs of one call: several where one start cannot make everything. */
export interface JobsOutcome {
  jobs: readonly JobObject[];
  /** True where an equal call had made them. */
  joined?: boolean;
  /** The paths on this machine that results were saved to, by the asset's id, and what went wrong. */
  saved?: { paths: ReadonlyMap<string, string>; problems: readonly string[] };
}

/** The structured part of an answer about jobs. */
export interface StructuredJob {
  job_id: string;
  status: JobObject["status"];
  phase: string | null;
  progress: number;
  queue: JobObject["queue"];
  model: string;
  joined?: boolean;
  assets: Record<string, unknown>[];
  cost: Record<string, unknown>;
  warnings: string[];
  error?: Record<string, unknown>;
  next?: { tool: string; arguments: Record<string, unknown>; after_seconds: number };
}
