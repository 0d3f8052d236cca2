// Polls the generations of one account: one timer, at most one history request at a time, many generations in each.

import { JimengError, maxHistoryIds } from "@jimeng/sdk";
import type { Generation, Logger } from "@jimeng/sdk";

import type { Upstream } from "../../accounts/upstream.ts";
import type { Clock, Timer } from "../../clock.ts";
import type { Tracing } from "../../observer.ts";
import { toDiskProblem } from "../../storage/disk-problem.ts";
import type { PollItem, PollListener } from "./poll-item.ts";
import { LearnedTimes } from "./learned-times.ts";
import { nextLookupAt, nextPollAt, nextRequestAt, pollOrder } from "./schedule.ts";
import type { RequestTimes, ScheduleItem } from "./schedule.ts";

/** What a poller works with. */
export interface PollerOptions {
  account: string;
  /** Returns the account's way upstream; undefined while it is not configured. */
  upstream: () => Upstream | undefined;
  listener: PollListener;
  /** Returns true while this process may poll; a node that was frozen may find that another polls already. */
  isOurs: () => boolean;
  tracing: Tracing;
  clock: Clock;
  logger: Logger;
  pollIntervalMs: number;
  signal: AbortSignal;
}

interface TrackedItem extends PollItem {
  /** How long it will take: the upstream's forecast, corrected by what others took; null where nothing is known. */
  forecastMs: number | null;
  lastPollAt: number | null;
  /** Number of polls that asked for it. */
  polls: number;
  /** Number of polls in a row that did not show it. */
  absentPolls: number;
  /** When it is given up while polls fail; null before its deadline. */
  giveUpAt: number | null;
}

// The site itself asks by submit id only (docs/upstream/history.md): a history id that stays unknown for so many polls
// is asked for by submit id every other time.
const absentPollsBeforeSubmitId = 3;
// After a long death the time to resolve is over at the first look-up; one alone may miss what is there.
const minEmptyLookups = 3;
// Requests do not arrive as evenly as they are sent: without this room three could arrive within a second.
const arrivalJitterMs = 20;
const slowForMs = 10 * 60_000;
const slowFactor = 2;
const maxFailureWaitMs = 30_000;
// Polls are free and paid pictures wait for them, no longer than their deadline: an hour's Retry-After is not obeyed.
const maxRetryAfterMs = 2 * 60_000;
// Timers stand still while a machine sleeps: read the time again before long.
const maxSleepMs = 60_000;
// A generation past its deadline whose upstream cannot be polled for so long is given up; a recheck may still find it.
const maxUnreachableMs = 5 * 60_000;
const giveUpAgainMs = 5000;

/** Polls the generations of one account, in as few requests as their forecasts allow. */
export class Poller {
  readonly #options: PollerOptions;
  readonly #items = new Map<string, TrackedItem>();
  #timer: Timer | undefined;
  #plannedFor = 0;
  #polling: Promise<void> | undefined;
  readonly #requests: RequestTimes = { last: null, beforeLast: null };
  readonly #learned = new LearnedTimes();
  #notBefore = 0;
  #slowUntil = 0;
  #failures = 0;
  /** True after a poll that failed, or could not be sent. */
  #isUnreachable = false;

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  /** Begins to poll a generation, or applies what changed of it. */
  track(item: PollItem): void {
    const known = this.#items.get(item.jobId);
    // Several readers of one row may overtake one another.
    if (known !== undefined && known.version > item.version) return;
    // What was looked up by submit id and what is polled by history id follow different schedules.
    const goesOn =
      known !== undefined &&
      (known.operation === null) === (item.operation === null) &&
      known.cancelSentAt === item.cancelSentAt;
    const tracked = {
      ...item,
      forecastMs: this.#expectedMs(item),
      lastPollAt: goesOn ? known.lastPollAt : null,
      polls: known?.polls ?? 0,
      absentPolls: goesOn ? known.absentPolls : 0,
      emptyPolls: goesOn ? known.emptyPolls : item.emptyPolls,
      incompletePolls: goesOn ? known.incompletePolls : item.incompletePolls,
      lastSeen: item.lastSeen ?? (goesOn ? known.lastSeen : null),
      giveUpAt: known !== undefined && known.deadlineAt === item.deadlineAt ? known.giveUpAt : null,
    };
    this.#items.set(item.jobId, tracked);
    // With thousands of generations, only one that is due before all others may cost a new plan.
    if (
      this.#timer === undefined ||
      this.#dueAt(tracked, this.#pollIntervalMs()) < this.#plannedFor
    )
      this.#setTimer();
  }

  /** Forgets every generation; the answer of a request that runs is not applied. */
  drop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#items.clear();
  }

  /** Waits for the request that runs. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#polling;
  }

  #pollIntervalMs(): number {
    const { clock, pollIntervalMs } = this.#options;
    return clock.now() < this.#slowUntil ? pollIntervalMs * slowFactor : pollIntervalMs;
  }

  #setTimer(): void {
    const { clock, signal } = this.#options;
    if (this.#polling !== undefined || signal.aborted) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    const intervalMs = this.#pollIntervalMs();
    let dueAt = Number.POSITIVE_INFINITY;
    for (const item of this.#items.values()) dueAt = Math.min(dueAt, this.#dueAt(item, intervalMs));
    if (dueAt === Number.POSITIVE_INFINITY) return;
    this.#plannedFor = dueAt;
    const at = Math.max(
      nextRequestAt(dueAt, this.#scheduleItems(), this.#requests, intervalMs),
      this.#notBefore,
    );
    const delayMs = Math.min(maxSleepMs, at - clock.now(), this.#nextGiveUpAt() - clock.now());
    this.#timer = clock.setTimer(() => this.#onTimer(at), Math.max(0, delayMs));
  }

  #onTimer(at: number): void {
    this.#timer = undefined;
    const unreachable = this.#findUnreachable();
    if (unreachable.length === 0 && this.#options.clock.now() < at) {
      this.#setTimer();
      return;
    }
    const work = unreachable.length > 0 ? this.#giveUp(unreachable) : this.#poll();
    this.#polling = work.finally(() => {
      this.#polling = undefined;
      this.#setTimer();
    });
  }

  *#scheduleItems(): Iterable<ScheduleItem> {
    for (const item of this.#items.values()) if (item.operation !== null) yield item;
  }

  #dueAt(item: TrackedItem, intervalMs: number): number {
    const { uncertainSince, resolveBy, lastPollAt } = item;
    const at =
      item.operation === null && uncertainSince !== null && resolveBy !== null
        ? nextLookupAt({ uncertainSince, resolveBy, lastPollAt })
        : nextPollAt(item, intervalMs);
    // The deadline has a poll of its own: what was made while nobody could poll must not be given up unseen.
    const isLast = item.operation !== null && (lastPollAt ?? 0) < item.deadlineAt;
    return Math.max(isLast ? Math.min(at, item.deadlineAt) : at, item.notBefore);
  }

  /** Returns the items that the next request asks for: those that are due, longest first, and those due soon. */
  #batch(now: number): TrackedItem[] {
    const intervalMs = this.#pollIntervalMs();
    const soon = now + intervalMs;
    const due = [...this.#items.values()]
      .map((item) => ({ item, at: this.#dueAt(item, intervalMs) }))
      .filter(({ at }) => at <= soon)
      .toSorted((one, other) => one.at - other.at);
    const first = due[0]?.item;
    if (first === undefined) return [];
    // One request asks for one kind of id: what an answer to both would be keyed by is not known.
    const bySubmitId = asksBySubmitId(first);
    // A look-up of an uncertain start must not come before its time: each of its times counts.
    return due
      .filter(({ item }) => asksBySubmitId(item) === bySubmitId)
      .filter(({ item, at }) => item.operation !== null || at <= now)
      .toSorted((one, other) => orderOf(one) - orderOf(other))
      .slice(0, maxHistoryIds)
      .map(({ item }) => item);
  }

  async #poll(): Promise<void> {
    const { clock, isOurs } = this.#options;
    const now = clock.now();
    const batch = this.#batch(now);
    if (batch.length === 0) return;
    if (!isOurs()) {
      this.#notBefore = now + this.#pollIntervalMs();
      return;
    }
    const found = await this.#request(batch, now);
    // While the answer was on its way, time may have stood still here and another node may have gone on.
    if (found === undefined || !isOurs()) return;
    this.#learn(batch, found, now);
    await this.#settleAll(batch.map((item) => this.#apply(item, found, now)));
  }

  async #settleAll(work: Promise<void>[]): Promise<void> {
    const { logger, account } = this.#options;
    for (const result of await Promise.allSettled(work)) {
      if (result.status === "fulfilled") continue;
      const error: unknown = result.reason;
      // The listener has noted what the disk refuses: it comes again with every poll.
      if (toDiskProblem(error) !== undefined) continue;
      logger.error({ account, error }, "Failed to apply poll result");
    }
  }

  /** Returns the answer to one request; undefined when the upstream could not be asked. */
  async #request(batch: TrackedItem[], now: number): Promise<Map<string, Generation> | undefined> {
    const upstream = this.#options.upstream();
    if (upstream === undefined) {
      this.#notBefore = now + maxFailureWaitMs;
      this.#isUnreachable = true;
      return undefined;
    }
    this.#requests.beforeLast = this.#requests.last;
    // Look-ups of uncertain starts keep their times: they are far apart by themselves.
    this.#requests.last = batch.some(({ operation }) => operation === null)
      ? now
      : now + arrivalJitterMs;
    try {
      const { account, tracing } = this.#options;
      const jobs = batch.map(({ jobId: id, traceparent }) => ({ id, traceparent }));
      const work = { name: "poll", account, jobs };
      const found = await tracing.work(work, () => this.#ask(upstream, batch));
      this.#failures = 0;
      this.#isUnreachable = false;
      this.#options.listener.onSuccess();
      return found;
    } catch (error) {
      if (!this.#options.signal.aborted) this.#onFailure(error);
      return undefined;
    }
  }

  #ask(upstream: Upstream, batch: TrackedItem[]): Promise<Map<string, Generation>> {
    // A client that repeats by itself would break the bound of one request per interval.
    const options = { signal: this.#options.signal, maxRetryCount: 0 };
    if (batch.every(asksBySubmitId)) {
      const submitIds = batch.map((item) => item.submitId);
      const kinds = new Map(batch.map(({ submitId, kind }) => [submitId, kind]));
      return upstream.generations.find(submitIds, { ...options, kinds });
    }
    const operations = batch.flatMap((item) => item.operation ?? []);
    return upstream.generations.check(operations, options);
  }

  async #apply(item: TrackedItem, found: Map<string, Generation>, polledAt: number): Promise<void> {
    const { listener } = this.#options;
    if (this.#items.get(item.jobId) !== item) return;
    item.lastPollAt = polledAt;
    item.polls += 1;
    const generation = found.get(item.submitId);
    item.absentPolls = generation === undefined ? item.absentPolls + 1 : 0;
    if (generation !== undefined) {
      const next = await listener.onSeen(item, generation);
      // A newer state of the row may have come in while the poll was applied.
      if (this.#items.get(item.jobId) !== item) return;
      if (next === undefined) {
        this.#items.delete(item.jobId);
        listener.onEnd(item, item.polls);
      } else if (isOverdue(next, polledAt))
        await this.#release(item, () => listener.onOverdue(next));
      else this.track(next);
      return;
    }
    if (isOverdue(item, polledAt)) {
      await this.#release(item, () => listener.onOverdue(item));
      return;
    }
    // Absent means "not visible yet", never a failure (docs/upstream/history.md).
    const { operation, resolveBy, absentPolls } = item;
    const mustResolve = resolveBy !== null && polledAt >= resolveBy;
    if (operation === null && mustResolve && absentPolls >= minEmptyLookups)
      await this.#release(item, () => listener.onStartNotFound(item));
  }

  /** Learns from the generations that a poll shows ended how long those of their kind take. */
  #learn(batch: readonly TrackedItem[], found: Map<string, Generation>, polledAt: number): void {
    const learned = new Set<string>();
    for (const { submitId, operation, cancelSentAt, ...item } of batch) {
      if (found.get(submitId)?.status !== "completed") continue;
      if (operation === null || cancelSentAt !== null) continue;
      const { family, submittedAt, lastPollAt, upstreamForecastMs: forecastMs } = item;
      const notBeforeMs = lastPollAt === null ? null : lastPollAt - submittedAt;
      this.#learned.add(family, { notBeforeMs, shownAfterMs: polledAt - submittedAt, forecastMs });
      learned.add(family);
    }
    if (learned.size === 0) return;
    for (const item of this.#items.values()) {
      if (learned.has(item.family)) item.forecastMs = this.#expectedMs(item);
    }
  }

  /** Returns how long a generation will take as far as anybody knows; null where nobody does. */
  #expectedMs({ family, upstreamForecastMs, cancelSentAt }: PollItem): number | null {
    // How long it would have taken says nothing of a generation that is being cancelled.
    return cancelSentAt === null ? this.#learned.expectedMs(family, upstreamForecastMs) : null;
  }

  /** Stops polling an item and calls the listener; where that fails, the item is polled on. */
  async #release(item: TrackedItem, notify: () => Promise<void>): Promise<void> {
    this.#items.delete(item.jobId);
    try {
      await notify();
    } catch (error) {
      if (!this.#items.has(item.jobId)) this.#items.set(item.jobId, item);
      throw error;
    }
  }

  /** Returns when an item must be given up next, or passes its deadline. */
  #nextGiveUpAt(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { giveUpAt, deadlineAt } of this.#items.values()) {
      if (giveUpAt === null) next = Math.min(next, deadlineAt);
      else if (this.#isUnreachable && this.#options.isOurs()) next = Math.min(next, giveUpAt);
    }
    return next;
  }

  /** Returns the items past their deadline whose upstream could not be polled for minutes since then. */
  #findUnreachable(): TrackedItem[] {
    const now = this.#options.clock.now();
    for (const item of this.#items.values()) {
      // Counted from now, not from the deadline: this process may have been dead, or its machine asleep.
      if (now >= item.deadlineAt) item.giveUpAt ??= now + maxUnreachableMs;
    }
    if (!this.#isUnreachable || !this.#options.isOurs()) return [];
    return [...this.#items.values()].filter(({ giveUpAt }) => giveUpAt !== null && now >= giveUpAt);
  }

  async #giveUp(items: TrackedItem[]): Promise<void> {
    const { clock, listener } = this.#options;
    for (const item of items) item.giveUpAt = clock.now() + giveUpAgainMs;
    await this.#settleAll(
      items.map((item) => this.#release(item, () => listener.onUnreachable(item))),
    );
  }

  #onFailure(cause: unknown): void {
    const { clock, listener, logger, account } = this.#options;
    const now = clock.now();
    const error = JimengError.isInstance(cause) ? cause : undefined;
    this.#failures++;
    this.#isUnreachable = true;
    const backoffMs = Math.min(
      maxFailureWaitMs,
      this.#pollIntervalMs() * 2 ** Math.min(this.#failures - 1, 16),
    );
    const retryAfterMs = Math.min(maxRetryAfterMs, error?.detail.retryAfterMs ?? 0);
    this.#notBefore = now + Math.max(backoffMs, retryAfterMs);
    if (error?.code === "rate_limited") this.#slowUntil = now + slowForMs;
    if (error !== undefined) listener.onFailure(error);
    const detail = { code: error?.code, error: error === undefined ? cause : undefined };
    logger.warn({ account, failures: this.#failures, ...detail }, "Failed to poll, will retry");
  }
}

// An uncertain start ends with its look-ups.
function isOverdue({ operation, deadlineAt }: PollItem, polledAt: number): boolean {
  return operation !== null && polledAt >= deadlineAt;
}

function orderOf({ item, at }: { item: TrackedItem; at: number }): number {
  return item.operation === null ? at : pollOrder(item, at);
}

function asksBySubmitId({ operation, absentPolls }: TrackedItem): boolean {
  if (operation === null) return true;
  const beyond = absentPolls - absentPollsBeforeSubmitId;
  return beyond >= 0 && beyond % 2 === 0;
}
