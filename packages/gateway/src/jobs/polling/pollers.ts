// One poller per account, and the way between what a poller sees and a job's row.

import type { Generation } from "@jimeng/sdk";

import { fullJitterMs } from "../backoff.ts";
import type { Engine, Poll } from "../engine.ts";
import type { JobRecord } from "../record.ts";
import { retryBackoff } from "../settings.ts";
import { resolveLate } from "../steps/incomplete-results.ts";
import { takeGeneration, takeLost, takeOverdue } from "../steps/outcome.ts";
import { Watcher } from "./poller.ts";
import type { WatchItem, WatchListener } from "./poller.ts";

/** Polls all accounts. */
export interface Pollers {
  poll: Poll;
  /** Forgets an account's generations: another node polls them now. */
  drop(account: string): void;
  /** Begins to poll what nobody asked this node to poll. */
  start(): Promise<void>;
  /** Waits for the requests that run; call after the engine's stop signal. */
  stop(): Promise<void>;
}

/** Creates the pollers; each account gets its own at its first generation. */
export function createPollers(
  engine: Engine,
  { isOurs = () => true }: { isOurs?: (account: string) => boolean } = {},
): Pollers {
  const watchers = new Map<string, Watcher>();

  function watcherOf(account: string): Watcher {
    const known = watchers.get(account);
    if (known !== undefined) return known;
    const watcher = new Watcher({
      account,
      upstream: () => engine.accounts.connection(account)?.upstream,
      listener: listenerOf(engine, account),
      isOurs: () => isOurs(account),
      clock: engine.clock,
      logger: engine.logger,
      pollIntervalMs: engine.settings.pollIntervalMs,
      signal: engine.stopping.signal,
    });
    watchers.set(account, watcher);
    return watcher;
  }

  return {
    poll(record) {
      const item = toItem(engine, record);
      if (record.account !== null && item !== undefined) watcherOf(record.account).watch(item);
      engine.wakeAtDeadline(record);
    },
    drop: (account) => watchers.get(account)?.drop(),
    start: () => Promise.resolve(),
    async stop() {
      await Promise.all([...watchers.values()].map((watcher) => watcher.stop()));
    },
  };
}

function listenerOf(engine: Engine, account: string): WatchListener {
  return {
    async seen(item, shown) {
      const generation = await resolveLate(engine, account, item, shown);
      const seenAs = JSON.stringify([
        generation.status,
        generation.queue,
        generation.forecast,
        generation.outputs.length,
      ]);
      if (item.operation !== null && item.lastSeen === seenAs) {
        await tellProgress(engine, item.jobId);
        return item;
      }
      const record = await takeGeneration(engine, item.jobId, generation);
      const next = record && toItem(engine, record);
      return next && { ...next, lastSeen: seenAs };
    },
    lost: (item) => takeLost(engine, item.jobId),
    overdue: (item) => takeOverdue(engine, item.jobId),
    succeeded: () => engine.accounts.noteSuccess(account),
    failed: (error) => engine.accounts.noteFailure(account, error),
  };
}

async function tellProgress(engine: Engine, jobId: string): Promise<void> {
  if (!engine.events.hasListeners(jobId)) return;
  const record = await engine.store.get(jobId);
  if (record !== undefined) await engine.emit(record, "job.progress");
}

function toItem(engine: Engine, record: JobRecord): WatchItem | undefined {
  const { submitId, forecast } = record;
  if (submitId === null) return undefined;
  const seconds = forecast === null ? 0 : forecast.queueSeconds + forecast.generateSeconds;
  return {
    jobId: record.id,
    version: record.version,
    submitId,
    kind: record.kind,
    operation: record.operation,
    submittedAt: record.cancelSentAt ?? record.startedAt ?? record.submittedAt ?? record.createdAt,
    // How long it would have taken says nothing of a generation that is being cancelled.
    forecastMs: seconds > 0 && record.cancelSentAt === null ? seconds * 1000 : null,
    queued: isQueued(record.queue),
    uncertainSince: record.uncertainSince,
    resolveBy: record.resolveBy,
    notBefore: notBefore(engine, record),
    lastSeen: null,
    emptyLooks: 0,
    fewerLooks: { shown: 0, looks: 0, since: 0 },
    cancelSentAt: record.cancelSentAt,
    deadlineAt: record.deadlineAt,
  };
}

function isQueued(queue: Generation["queue"]): boolean {
  return queue?.state === "queued";
}

// A generation is only looked at again with failed attempts behind it when its files could not be fetched.
function notBefore(engine: Engine, record: JobRecord): number {
  if (record.operation === null || record.attempts < 2) return 0;
  return (
    engine.clock.now() + fullJitterMs(record.attempts, retryBackoff(engine.settings), engine.random)
  );
}
