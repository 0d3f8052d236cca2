// Chooses how tasks run: in this process alone on SQLite, together with other nodes on PostgreSQL.

import type { Logger } from "@jimeng/sdk";

import type { Clock } from "../clock.ts";
import type { GatewayDatabase } from "../database/database.ts";
import type { Observer } from "../observer.ts";
import { createInProcessDispatcher } from "./in-process-dispatcher.ts";
import { toHandlers } from "./tasks.ts";
import type { Tasks } from "./tasks.ts";

/** What tasks work with. */
export interface TasksOptions {
  database: GatewayDatabase;
  clock: Clock;
  logger: Logger;
  /** Told of every run; by default nobody is. */
  observer?: Observer;
  /** The time between two sweeps for overdue tasks, in milliseconds; default 5000. */
  sweepEveryMs?: number;
  /** How many tasks run here at one moment; default 256 alone and 128 in a cluster. */
  concurrency?: number;
}

/** Connects this node where there is a cluster. Throws when PostgreSQL cannot be reached. */
export async function openTasks(options: TasksOptions): Promise<Tasks> {
  const { postgres } = options.database;
  if (postgres === null) return createLocalTasks(options);
  // Loaded on first use: most owners never need it.
  const { openClusterTasks } = await import("./cluster-tasks.ts");
  return openClusterTasks({ ...options, postgres });
}

function createLocalTasks({ clock, logger, observer, concurrency }: TasksOptions): Tasks {
  const dispatcher = createInProcessDispatcher({ clock, logger, concurrency });
  let isRunning = false;
  const stop = async (): Promise<void> => {
    isRunning = false;
    await dispatcher.stop();
  };
  return {
    cluster: null,
    schedule: (task, at) => dispatcher.schedule(task, at),
    scheduleHere: (task) => dispatcher.scheduleHere(task),
    start(kinds) {
      dispatcher.start(toHandlers(kinds, observer));
      isRunning = true;
      return Promise.resolve();
    },
    stop,
    isRunning: () => isRunning,
    isBusy: () => false,
    close: stop,
  };
}
