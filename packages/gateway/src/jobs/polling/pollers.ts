// Keeps one poller per account, and applies what a poller sees to the jobs' rows.

import type { Generation, GenerationOutput } from "@jimeng/sdk";

import { fullJitterMs, steadyWaitMs } from "../backoff.ts";
import type { Engine, Poll } from "../engine.ts";
import type { JobRecord } from "../record.ts";
import { retryBackoff } from "../settings.ts";
import { resolveIncomplete } from "../steps/incomplete-results.ts";
import { applyPollResult, endOverdue, endUnreachable } from "../steps/outcome.ts";
import { savePartial } from "../steps/save.ts";
import { resolveStartNotFound } from "../steps/start-not-found.ts";
import type { PollItem, PollListener } from "./poll-item.ts";
import { Poller } from "./poller.ts";

/** Polls all accounts. */
export interface Pollers {
  poll: Poll;
  /** Forgets an account's generations: another node polls them now. */
  drop(account: string): void;
  /** Begins to poll what nobody asked this node to poll. */
  start(): Promise<void>;
  /** Waits for the requests that run and for what follows from them; call after the engine's stop signal. */
  stop(): Promise<void>;
}

/** Creates the pollers; each account gets its own at its first generation. */
export function createPollers(
  engine: Engine,
  { isOurs = () => true }: { isOurs?: (account: string) => boolean } = {},
): Pollers {
  const pollers = new Map<string, Poller>();

  function pollerOf(account: string): Poller {
    const known = pollers.get(account);
    if (known !== undefined) return known;
    const poller = new Poller({
      account,
      upstream: () => engine.accounts.connection(account)?.upstream,
      listener: createListener(engine, account),
      isOurs: () => isOurs(account),
      tracing: engine.observer.tracing,
      clock: engine.clock,
      logger: engine.logger,
      pollIntervalMs: engine.settings.pollIntervalMs,
      signal: engine.stopping.signal,
    });
    pollers.set(account, poller);
    return poller;
  }

  return {
    poll(record) {
      const item = toItem(engine, record);
      if (record.account !== null && item !== undefined) pollerOf(record.account).track(item);
    },
    drop: (account) => pollers.get(account)?.drop(),
    async start() {
      for (const { account, at } of await engine.settlement.accounts())
        engine.settlement.expect(account, at);
    },
    async stop() {
      await Promise.all([...pollers.values()].map((poller) => poller.stop()));
      await Promise.all([engine.followUps.stop(), engine.settlement.stop()]);
    },
  };
}

function createListener(engine: Engine, account: string): PollListener {
  return {
    onSeen: (item, shown) => noteDisk(engine, item, () => applySeen(engine, account, item, shown)),
    onStartNotFound: (item) =>
      noteDisk(engine, item, () => resolveStartNotFound(engine, item.jobId)),
    onOverdue: (item) => noteDisk(engine, item, () => endOverdue(engine, item.jobId)),
    onUnreachable: (item) => noteDisk(engine, item, () => endUnreachable(engine, item.jobId)),
    onEnd: ({ kind }, polls) => engine.observer.pollingEnded({ kind, polls }),
    onSuccess: () => engine.accounts.noteSuccess(account),
    onFailure: (error) => engine.accounts.noteFailure(account, error),
  };
}

/** Notes on a job that the disk keeps its row from being changed; the poller then polls it on. */
async function noteDisk<Result>(
  engine: Engine,
  { jobId }: PollItem,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    engine.diskWaits.failed(jobId, error);
    throw error;
  }
}

/** Applies what a poll showed of a generation; undefined when the poller is done with it. */
async function applySeen(
  engine: Engine,
  account: string,
  item: PollItem,
  shown: Generation,
): Promise<PollItem | undefined> {
  const generation = await resolveIncomplete(engine, account, item, shown);
  const seenAs = JSON.stringify([
    generation.status,
    generation.queue,
    generation.forecast,
    generation.outputs.length,
  ]);
  if (item.operation !== null && item.lastSeen === seenAs) {
    await emitProgress(engine, item.jobId);
    return item;
  }
  const record = await applyPollResult(engine, item.jobId, generation);
  if (record === undefined) return undefined;
  const { outputs } = generation;
  if (outputs.length > 0)
    engine.followUps.add(record.id, () => saveLanded(engine, record, outputs));
  const next = toItem(engine, record);
  return next && { ...next, lastSeen: seenAs };
}

/** Saves what landed before its siblings, unless the disk is in the way: then it is saved with the rest. */
async function saveLanded(
  engine: Engine,
  record: JobRecord,
  outputs: GenerationOutput[],
): Promise<void> {
  try {
    await savePartial(engine, record, outputs);
    engine.diskWaits.end(record.id);
  } catch (error) {
    if (!engine.diskWaits.failed(record.id, error)) throw error;
  }
}

async function emitProgress(engine: Engine, jobId: string): Promise<void> {
  if (!engine.events.hasListeners(jobId)) return;
  const record = await engine.store.get(jobId);
  if (record !== undefined) await engine.emit(record, "job.progress");
}

function toItem(engine: Engine, record: JobRecord): PollItem | undefined {
  const { submitId, forecast } = record;
  // Nothing at the site has the id of a speech: its own step waits for its answer.
  if (submitId === null || record.request.tool === "speech") return undefined;
  const now = engine.clock.now();
  // A time in the future is one before the clock was set back: nobody shall wait until it comes again.
  const uncertainSince = notAfter(record.uncertainSince, now);
  const setBackMs = (record.uncertainSince ?? 0) - (uncertainSince ?? 0);
  const submittedAt =
    record.cancelSentAt ?? record.startedAt ?? record.submittedAt ?? record.createdAt;
  const seconds = forecast === null ? 0 : forecast.queueSeconds + forecast.generateSeconds;
  return {
    jobId: record.id,
    traceparent: record.traceparent,
    version: record.version,
    submitId,
    kind: record.kind,
    operation: record.operation,
    submittedAt: Math.min(submittedAt, now),
    upstreamForecastMs: seconds > 0 ? seconds * 1000 : null,
    family: familyOf(record),
    queued: isQueued(record.queue),
    uncertainSince,
    resolveBy: record.resolveBy === null ? null : record.resolveBy - setBackMs,
    notBefore: notBefore(engine, record),
    lastSeen: null,
    emptyPolls: 0,
    incompletePolls: { shown: 0, polls: 0, since: 0 },
    cancelSentAt: record.cancelSentAt,
    deadlineAt: record.deadlineAt,
  };
}

function notAfter(at: number | null, now: number): number | null {
  return at === null ? null : Math.min(at, now);
}

function familyOf({ request }: JobRecord): string {
  const count = request.kind === "video" ? 1 : request.count;
  return `${request.kind} ${request.tool ?? ""} ${request.model} ${count}`;
}

function isQueued(queue: Generation["queue"]): boolean {
  return queue?.state === "queued";
}

// A generation is only polled again with failed attempts behind it when its files could not be fetched.
function notBefore({ clock, settings, random }: Engine, record: JobRecord): number {
  const { operation, attempts, brokenDownloads } = record;
  if (operation === null || (attempts < 2 && brokenDownloads === 0)) return 0;
  const backoff = retryBackoff(settings);
  // A file that came broken is not better at once: its host may still be copying it.
  const waitMs =
    brokenDownloads > 0
      ? steadyWaitMs(brokenDownloads, backoff, random)
      : fullJitterMs(attempts, backoff, random);
  return clock.now() + waitMs;
}
