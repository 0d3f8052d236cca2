// What the parts of this folder work with.

import type { Logger } from "@jimeng/sdk";

import type { Clock } from "../clock.ts";
import type { GatewayDatabase } from "../database/database.ts";
import type { OnFailpoint } from "../jobs/index.ts";
import type { Jobs } from "../jobs/job.ts";
import type { SubmissionServices } from "../submission/services.ts";
import type { Tasks } from "../tasks/tasks.ts";
import type { BatchStore } from "./batch-store.ts";
import type { BatchCallers, CallerOf } from "./callers.ts";
import type { LineReader } from "./line-reader.ts";

/** What batches are worked on with. */
export type BatchJobServices = SubmissionServices & {
  jobs: SubmissionServices["jobs"] & Pick<Jobs, "getMany" | "endings" | "cancel" | "wait">;
};

/** What batches need. */
export interface BatchesOptions {
  database: GatewayDatabase;
  tasks: Pick<Tasks, "schedule" | "scheduleHere" | "cluster">;
  services: BatchJobServices;
  clock: Clock;
  logger: Logger;
  /** How many jobs may wait for their start (JIMENG_MAX_QUEUE). */
  maxQueue: number;
  lines: LineReader;
  callerOf: CallerOf;
  /** Called at each failpoint; by default nothing happens there. */
  onFailpoint?: OnFailpoint;
}

/** What the parts of this folder share. */
export interface BatchParts extends Omit<BatchesOptions, "database" | "tasks" | "onFailpoint"> {
  store: BatchStore;
  callers: BatchCallers;
  onFailpoint: OnFailpoint;
  /** Asks for the next pass over a batch. */
  schedule: (id: string, at: number) => void;
}
