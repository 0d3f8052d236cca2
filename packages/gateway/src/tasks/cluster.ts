// The parts that make several nodes one engine: the queue, the leases, the talk between nodes. Made only where the
// database is PostgreSQL.

import type { Logger } from "@jimeng/sdk";
import { v7 as uuidV7 } from "uuid";

import type { GatewayDatabase } from "../database/database.ts";
import { systemClock } from "../clock.ts";
import type { Clock, Timer } from "../clock.ts";
import type { Engine } from "../jobs/engine.ts";
import { openBossDispatcher } from "./boss-dispatcher.ts";
import type { BossDispatcher } from "./boss-dispatcher.ts";
import { openChannel } from "./channel.ts";
import type { Channel } from "./channel.ts";
import { createClusterWatchers } from "../jobs/polling/cluster-pollers.ts";
import type { ClusterWatchers } from "../jobs/polling/cluster-pollers.ts";
import { hearJobNews } from "../jobs/cluster-events.ts";
import { createLeases } from "./leases.ts";
import { standardSweepEveryMs, sweep } from "./sweep.ts";

// About once a minute.
const sweepsPerThorough = 12;

/** This node's share in the cluster. */
export interface Cluster {
  readonly dispatcher: BossDispatcher;
  readonly channel: Channel;
  /** Makes the watchers of an engine and lets its listeners hear the other nodes. */
  join(engine: Engine): ClusterWatchers;
  /** Begins to take up what other nodes left lying; call when the engine runs. */
  start(): Promise<void>;
  /** Tells whether this node waits for the database (tests with a clock of their own ask). */
  isBusy(): boolean;
  /** Leaves the cluster; call after the dispatcher and the watchers have stopped. May be called again. */
  close(): Promise<void>;
}

/** What a node's share is made of. */
export interface ClusterParts {
  database: GatewayDatabase;
  clock: Clock;
  logger: Logger;
  /** The time between two looks for late rows, in milliseconds; default 5000. */
  sweepEveryMs?: number;
}

/** Connects this node. Throws when PostgreSQL cannot be reached. */
export async function openCluster(options: ClusterParts): Promise<Cluster> {
  const { database, clock, logger, sweepEveryMs = standardSweepEveryMs } = options;
  const { postgres } = database;
  if (postgres === null) throw new Error("a cluster needs PostgreSQL");
  // Every process is a node of its own, whatever ran here before.
  const node = `node_${uuidV7()}`;
  const channel = await openChannel({ ...postgres, node, logger });
  const dispatcher = await openBossDispatcher({
    url: postgres.url,
    clock,
    logger,
    onOverflow: () => channel.send({ kind: "work" }),
  }).catch(async (cause: unknown) => {
    await channel.close();
    throw cause;
  });
  channel.listen((news) => {
    if (news.kind === "work") dispatcher.poke();
  });
  // A lease is about the machine's own time, whatever the engine's clock says.
  const leases = createLeases({ database, node, clock: systemClock });
  let joined: { engine: Engine; watchers: ClusterWatchers } | undefined;
  let timer: Timer | undefined;
  let sweeping: Promise<void> | undefined;
  let closed = false;
  let stopHearing = (): void => undefined;
  let sweeps = 0;

  function plan(engine: Engine): void {
    if (closed) return;
    timer = clock.setTimer(() => {
      sweeping = sweepOnce(engine).finally(() => {
        sweeping = undefined;
        plan(engine);
      });
    }, sweepEveryMs);
  }

  async function sweepOnce(engine: Engine, lateMs?: number): Promise<void> {
    sweeps++;
    const isThorough = sweeps % sweepsPerThorough === 0;
    try {
      await sweep(engine, (tasks) => dispatcher.offer(tasks), { lateMs, isThorough });
    } catch (error) {
      if (!closed) logger.warn({ error }, "Late jobs could not be looked for.");
    }
  }

  const { pool } = postgres;
  return {
    isBusy: () =>
      sweeping !== undefined ||
      !dispatcher.isQuiet() ||
      pool.waitingCount > 0 ||
      pool.idleCount < pool.totalCount,
    dispatcher,
    channel,
    join(engine) {
      const watchers = createClusterWatchers(engine, { leases, channel, clock: systemClock });
      // In real time: callers wait in it, whatever the engine's clock says.
      stopHearing = hearJobNews(engine, channel, systemClock);
      joined = { engine, watchers };
      return watchers;
    },
    async start() {
      if (joined === undefined) throw new Error("no engine has joined");
      await joined.watchers.start();
      // What was due when the last node stopped is taken up without waiting for it to be late.
      await sweepOnce(joined.engine, 0);
      plan(joined.engine);
    },
    async close() {
      closed = true;
      timer?.cancel();
      stopHearing();
      await sweeping;
      await dispatcher.stop();
      await channel.close();
    },
  };
}
