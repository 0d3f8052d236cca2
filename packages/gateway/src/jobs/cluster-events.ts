// Listeners hear of jobs which other nodes advance.

import type { Clock, Timer } from "../clock.ts";
import { standingEvent } from "./events.ts";
import type { JobEventName } from "../api/jobs.ts";
import type { Engine } from "./engine.ts";
import { toJob } from "./record.ts";
import type { JobRecord } from "./record.ts";
import type { Channel, JobNews } from "../tasks/channel.ts";

// A node may die between writing a job's end and telling of it, and a message may be lost.
const endsEveryMs = 5000;

/**
 * Tells this node's listeners what other nodes' messages and, while those cannot be heard, the rows say; ends that
 * nobody told of are found in the rows every few seconds. Gives the way to stop.
 */
export function hearJobNews(engine: Engine, channel: Channel, clock: Clock): () => void {
  const { events, store, logger } = engine;
  const seen = new Map<string, string>();
  let timer: Timer | undefined;
  let stopped = false;

  async function hear(news: JobNews): Promise<void> {
    if (!events.hasListeners(news.jobId)) return;
    const record = await store.get(news.jobId);
    if (record === undefined) return;
    const assets = (await store.assetsOf([record.id])).get(record.id) ?? [];
    const landed = assets.filter(({ id }) => news.assets?.includes(id));
    await engine.tellHere(record, nameOf(record, news.name as JobEventName), landed);
  }

  async function look(): Promise<void> {
    for (const id of seen.keys()) if (!events.hasListeners(id)) seen.delete(id);
    for (const id of events.listened()) {
      const record = await store.get(id);
      if (record === undefined) continue;
      const assets = (await store.assetsOf([id])).get(id) ?? [];
      // A picture that landed before its siblings does not change the row.
      const state = `${record.version} ${assets.length}`;
      if (seen.get(id) === state) continue;
      seen.set(id, state);
      await engine.tellHere(record, nameOf(record, "job.progress"), assets);
    }
  }

  async function lookForEnds(): Promise<void> {
    for (const record of await store.ended(events.listened())) {
      const assets = (await store.assetsOf([record.id])).get(record.id) ?? [];
      await engine.tellHere(record, nameOf(record, "job.progress"), assets);
    }
  }

  function plan(): void {
    timer = clock.setTimer(() => {
      const looked = events.size > 0 ? lookForEnds().catch(report) : Promise.resolve();
      void looked.then(() => {
        if (!stopped) plan();
      });
    }, endsEveryMs);
  }

  function nameOf(record: JobRecord, name: JobEventName): JobEventName {
    // The row may have moved on since the message was sent.
    return record.completedAt === null ? name : standingEvent(toJob(record, [], 0)).name;
  }

  const report = (error: unknown): void =>
    logger.warn({ error }, "What other nodes did could not be read.");
  channel.listen((news) => {
    if (news.kind === "job") hear(news).catch(report);
  });
  channel.onGap(() => void look().catch(report));
  plan();
  return () => {
    stopped = true;
    timer?.cancel();
  };
}
