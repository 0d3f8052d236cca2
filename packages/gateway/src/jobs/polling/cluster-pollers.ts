// Each account has one watcher in the whole cluster: whoever holds the lease watches, the others hand on.

import type { Clock, Timer } from "../../clock.ts";
import type { Engine } from "../engine.ts";
import { stepOf } from "../record.ts";
import type { JobRecord } from "../record.ts";
import { createWatchers } from "./pollers.ts";
import type { Watchers } from "./pollers.ts";
import type { Channel } from "../../tasks/channel.ts";
import { renewEveryMs } from "../../tasks/leases.ts";
import type { Leases } from "../../tasks/leases.ts";

/** Watches what this node's leases give it. */
export interface ClusterWatchers extends Watchers {
  /** Begins to renew leases and to take over what nobody watches. */
  start(): Promise<void>;
}

const rowsPerPage = 500;
// About once a minute the rows are read again: a message that was lost costs time, never a job.
const ticksPerReading = 20;

/** Makes the watchers of one node. */
export function createClusterWatchers(
  engine: Engine,
  { leases, channel, clock }: { leases: Leases; channel: Channel; clock: Clock },
): ClusterWatchers {
  const { logger, store } = engine;
  const local = createWatchers(engine, { isOurs: (account) => leases.holds(account) });
  const taking = new Map<string, Promise<boolean>>();
  /** Holds, by account, until when it is not worth asking for its lease again. */
  const elsewhereUntil = new Map<string, number>();
  let timer: Timer | undefined;
  let ticking: Promise<void> | undefined;
  let stopped = false;
  let ticks = 0;

  function take(account: string): Promise<boolean> {
    const known = taking.get(account);
    if (known !== undefined) return known;
    const attempt = takeNow(account).finally(() => taking.delete(account));
    taking.set(account, attempt);
    return attempt;
  }

  async function takeNow(account: string): Promise<boolean> {
    if (!leases.holds(account) && !(await leases.acquire(account))) {
      elsewhereUntil.set(account, clock.now() + renewEveryMs);
      return false;
    }
    await load(account);
    return true;
  }

  /** Takes in every generation of an account that its rows tell of. */
  async function load(account: string): Promise<void> {
    await engine.accounts.load(account);
    let after: string | undefined;
    for (;;) {
      const page = await store.list({
        account,
        status: "in_progress",
        order: "asc",
        limit: rowsPerPage,
        after,
      });
      for (const record of page.records) if (isWatched(record)) local.watch(record);
      after = page.records.at(-1)?.id;
      if (!page.hasMore || after === undefined) return;
    }
  }

  async function handOn(account: string, record: JobRecord): Promise<void> {
    if ((elsewhereUntil.get(account) ?? 0) <= clock.now() && (await take(account))) {
      // The rows may have been read before this one was written.
      local.watch(record);
      return;
    }
    channel.send({ kind: "watch", account, jobId: record.id });
  }

  async function hearWish(account: string, jobId: string): Promise<void> {
    // A lease that is late to be renewed is not lost yet.
    if (!leases.held().includes(account)) return;
    const record = await store.get(jobId);
    if (record !== undefined && isWatched(record)) local.watch(record);
  }

  async function tick(): Promise<void> {
    for (const account of await leases.renew()) local.drop(account);
    for (const account of await leases.orphans()) await take(account);
    ticks++;
    if (ticks % ticksPerReading !== 0) return;
    for (const account of leases.held()) await load(account);
  }

  const report = (error: unknown): void => {
    if (!stopped) logger.warn({ error }, "The watching of accounts could not be arranged.");
  };

  function plan(): void {
    if (stopped) return;
    timer = clock.setTimer(() => {
      ticking = tick().catch(report).finally(plan);
    }, renewEveryMs);
  }

  channel.listen((news) => {
    if (news.kind === "watch") hearWish(news.account, news.jobId).catch(report);
  });
  channel.onGap(() => {
    for (const account of leases.held()) load(account).catch(report);
  });

  return {
    watch(record) {
      const { account } = record;
      if (account === null) return;
      if (leases.holds(account)) local.watch(record);
      else {
        engine.wakeAtDeadline(record);
        handOn(account, record).catch(report);
      }
    },
    drop: (account) => local.drop(account),
    async start() {
      await tick();
      plan();
    },
    async stop() {
      stopped = true;
      timer?.cancel();
      await ticking;
      await Promise.allSettled(taking.values());
      await local.stop();
      await leases.release(leases.held()).catch(() => undefined);
    },
  };
}

function isWatched(record: JobRecord): boolean {
  const step = stepOf(record);
  return step === "watch" || step === "settle";
}
