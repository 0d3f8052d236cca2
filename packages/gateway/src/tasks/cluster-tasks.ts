// Runs tasks together with other nodes on one PostgreSQL: queue, messages and sweep put together.

import type { Logger } from "@jimeng/sdk";
import type { Pool } from "pg";
import { v7 as uuidV7 } from "uuid";

import type { Clock } from "../clock.ts";
import type { Observer } from "../observer.ts";
import { openBossDispatcher } from "./boss-dispatcher.ts";
import { openChannel } from "./channel.ts";
import type { Topic } from "./channel.ts";
import { Sweeper } from "./sweep.ts";
import { toHandlers } from "./tasks.ts";
import type { Tasks } from "./tasks.ts";

/** What a node's tasks work with. */
export interface ClusterTasksOptions {
  postgres: { url: string; pool: Pool };
  clock: Clock;
  logger: Logger;
  observer?: Observer;
  sweepEveryMs?: number;
  concurrency?: number;
}

/** Sent when more is queued than the sender can take. */
const overflow: Topic<null> = { name: "overflow" };

/** Connects this node. Throws when PostgreSQL cannot be reached. */
export async function openClusterTasks(options: ClusterTasksOptions): Promise<Tasks> {
  const { postgres, clock, logger, observer, sweepEveryMs, concurrency } = options;
  const id = `node_${uuidV7()}`;
  const channel = await openChannel({ ...postgres, node: id, logger });
  const dispatcher = await openBossDispatcher({
    url: postgres.url,
    clock,
    logger,
    concurrency,
    onOverflow: () => channel.emit(overflow, null),
  }).catch(async (error: unknown) => {
    await channel.close();
    throw error;
  });
  channel.onMessage(overflow, () => dispatcher.claimNow());
  const sweeper = new Sweeper({
    clock,
    logger,
    sweepEveryMs,
    enqueue: (tasks) => dispatcher.enqueue(tasks),
  });

  let isRunning = false;
  async function stop(): Promise<void> {
    isRunning = false;
    await Promise.all([sweeper.stop(), dispatcher.stop()]);
  }

  return {
    cluster: { id, channel },
    schedule: (task, at) => dispatcher.schedule(task, at),
    scheduleHere: (task) => dispatcher.scheduleHere(task),
    async start(kinds) {
      dispatcher.start(toHandlers(kinds, observer));
      await sweeper.start(kinds);
      isRunning = true;
    },
    stop,
    isRunning: () => isRunning,
    isBusy: () => sweeper.isSweeping() || !dispatcher.isQuiet() || isPoolBusy(postgres.pool),
    async close() {
      await stop();
      await channel.close();
    },
  };
}

function isPoolBusy({ waitingCount, idleCount, totalCount }: Pool): boolean {
  return waitingCount > 0 || idleCount < totalCount;
}
