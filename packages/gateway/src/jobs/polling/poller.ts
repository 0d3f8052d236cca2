// The looking of one account: one timer, one history request at a moment, many generations in each.

import { JimengError, maxHistoryIds } from "@jimeng/sdk";
import type { Generation, GenerationKind, Logger, Operation } from "@jimeng/sdk";

import { nextDoubtLookAt, nextLookAt, nextRequestAt } from "./schedule.ts";
import type { CadenceItem } from "./schedule.ts";
import type { Clock, Timer } from "../../clock.ts";
import type { Upstream } from "../../accounts/upstream.ts";

/** One generation to look at. Times are Unix milliseconds. */
export interface WatchItem {
  jobId: string;
  /** The row's version that this was read from. */
  version: number;
  submitId: string;
  kind: GenerationKind;
  /** Null while the start is in doubt: then it is looked up by its submit id. */
  operation: Operation | null;
  submittedAt: number;
  forecastMs: number | null;
  queued: boolean;
  uncertainSince: number | null;
  resolveBy: number | null;
  /** Holds looks back, after results that could not be fetched. */
  notBefore: number;
  /** What the last look said, as one comparable text: nothing is written while it stays the same. */
  lastSeen: string | null;
  /** Counts the looks that showed success without results. */
  emptyLooks: number;
  /** Counts the looks in a row that showed success with the same too few results, and since when. */
  fewerLooks: { shown: number; looks: number; since: number };
  /** When the upstream was asked to cancel: looks begin anew then. */
  cancelSentAt: number | null;
  /** When it is given up, after one more look. */
  deadlineAt: number;
}

/** Told what a watcher saw. */
export interface WatchListener {
  /** Takes a look in; gives what to watch on, or undefined when it is done with. */
  seen(item: WatchItem, generation: Generation): Promise<WatchItem | undefined>;
  /** Hears that a start in doubt stayed unseen for the whole settle time. */
  lost(item: WatchItem): Promise<void>;
  /** Hears that a look at or after the deadline did not show its end. */
  overdue(item: WatchItem): Promise<void>;
  succeeded(): void;
  failed(error: JimengError): void;
}

/** What a watcher works with. */
export interface WatcherOptions {
  account: string;
  /** Gives the account's way upstream; undefined while it is not configured. */
  upstream: () => Upstream | undefined;
  listener: WatchListener;
  /** Tells whether this process may look now; a node that was frozen may find that another looks already. */
  isOurs: () => boolean;
  clock: Clock;
  logger: Logger;
  pollIntervalMs: number;
  signal: AbortSignal;
}

interface Watched extends WatchItem {
  lastLookAt: number | null;
  /** Counts the looks in a row that did not show it. */
  absentLooks: number;
}

// The site itself asks by submit id only (history.md [R]): a history id that stays unknown for so many looks is
// asked for by submit id every other time.
const absentLooksBeforeSubmitId = 3;
// After a long death the settle time is over at the first look-up; one alone may miss what is there.
const fewestEmptyLookUps = 3;
// Requests do not arrive as evenly as they are sent: without this room three could arrive within a second.
const arrivalJitterMs = 20;
const slowForMs = 10 * 60_000;
const slowFactor = 2;
const longestFailureWaitMs = 30_000;
// Looks are free and paid pictures wait for them, no longer than their deadline: an hour's Retry-After is not obeyed.
const longestRetryAfterMs = 2 * 60_000;
// Timers stand still while a machine sleeps: look at the time again before long.
const longestSleepMs = 60_000;

/** Looks at the generations of one account, in as few requests as their forecasts allow. */
export class Watcher {
  readonly #options: WatcherOptions;
  readonly #items = new Map<string, Watched>();
  #timer: Timer | undefined;
  #plannedFor = 0;
  #looking: Promise<void> | undefined;
  #lastRequestAt: number | null = null;
  #notBefore = 0;
  #slowUntil = 0;
  #failures = 0;

  constructor(options: WatcherOptions) {
    this.#options = options;
  }

  /** Begins to watch, or takes in what changed; wakes the watcher when it must look earlier. */
  watch(item: WatchItem): void {
    const known = this.#items.get(item.jobId);
    // Several readers of one row may be overtaken by one another.
    if (known !== undefined && known.version > item.version) return;
    // What was looked up by submit id and what is looked at by history id follow different schedules.
    const goesOn =
      known !== undefined &&
      (known.operation === null) === (item.operation === null) &&
      known.cancelSentAt === item.cancelSentAt;
    const watched = {
      ...item,
      lastLookAt: goesOn ? known.lastLookAt : null,
      absentLooks: goesOn ? known.absentLooks : 0,
      emptyLooks: goesOn ? known.emptyLooks : item.emptyLooks,
      fewerLooks: goesOn ? known.fewerLooks : item.fewerLooks,
      lastSeen: item.lastSeen ?? (goesOn ? known.lastSeen : null),
    };
    this.#items.set(item.jobId, watched);
    // With thousands of generations, only one that is due before all others may cost a new plan.
    if (
      this.#timer === undefined ||
      this.#dueAt(watched, this.#pollIntervalMs()) < this.#plannedFor
    )
      this.#arm();
  }

  /** Forgets everything that was watched; a look in hand is not taken in. */
  drop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#items.clear();
  }

  /** Waits for the request in hand. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#looking;
  }

  #pollIntervalMs(): number {
    const { clock, pollIntervalMs } = this.#options;
    return clock.now() < this.#slowUntil ? pollIntervalMs * slowFactor : pollIntervalMs;
  }

  #arm(): void {
    const { clock, signal } = this.#options;
    if (this.#looking !== undefined || signal.aborted) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    const intervalMs = this.#pollIntervalMs();
    let dueAt = Number.POSITIVE_INFINITY;
    for (const item of this.#items.values()) dueAt = Math.min(dueAt, this.#dueAt(item, intervalMs));
    if (dueAt === Number.POSITIVE_INFINITY) return;
    this.#plannedFor = dueAt;
    const at = Math.max(
      nextRequestAt(dueAt, this.#cadenceItems(), this.#lastRequestAt, intervalMs),
      this.#notBefore,
    );
    this.#timer = clock.setTimer(
      () => {
        this.#timer = undefined;
        if (clock.now() < at) {
          this.#arm();
          return;
        }
        this.#looking = this.#look().finally(() => {
          this.#looking = undefined;
          this.#arm();
        });
      },
      Math.min(longestSleepMs, at - clock.now()),
    );
  }

  *#cadenceItems(): Iterable<CadenceItem> {
    for (const item of this.#items.values()) if (item.operation !== null) yield item;
  }

  #dueAt(item: Watched, intervalMs: number): number {
    const { uncertainSince, resolveBy, lastLookAt } = item;
    const at =
      item.operation === null && uncertainSince !== null && resolveBy !== null
        ? nextDoubtLookAt({ uncertainSince, resolveBy, lastLookAt })
        : nextLookAt(item, intervalMs);
    // The deadline has a look of its own: what was made while nobody could look must not be given up unseen.
    const isLast = item.operation !== null && (lastLookAt ?? 0) < item.deadlineAt;
    return Math.max(isLast ? Math.min(at, item.deadlineAt) : at, item.notBefore);
  }

  /** Chooses whom the next request asks for: who is due, longest waiting first, and who is due soon. */
  #batch(now: number): Watched[] {
    const intervalMs = this.#pollIntervalMs();
    const soon = now + intervalMs;
    const due = [...this.#items.values()]
      .map((item) => ({ item, at: this.#dueAt(item, intervalMs) }))
      .filter(({ at }) => at <= soon)
      .sort((one, other) => one.at - other.at)
      .map(({ item }) => item);
    const [first] = due;
    if (first === undefined) return [];
    // One request asks for one kind of id: what an answer to both would be keyed by is not known (open question 16).
    const bySubmitId = asksBySubmitId(first);
    // A look-up in doubt must not come before its time: each of its moments counts.
    return due
      .filter((item) => asksBySubmitId(item) === bySubmitId)
      .filter((item) => item.operation !== null || this.#dueAt(item, intervalMs) <= now)
      .slice(0, maxHistoryIds);
  }

  async #look(): Promise<void> {
    const { clock, listener, logger, account, signal } = this.#options;
    const upstream = this.#options.upstream();
    const now = clock.now();
    const batch = this.#batch(now);
    if (batch.length === 0) return;
    if (!this.#options.isOurs()) {
      this.#notBefore = now + this.#pollIntervalMs();
      return;
    }
    if (upstream === undefined) {
      this.#notBefore = now + longestFailureWaitMs;
      return;
    }
    // Look-ups in doubt keep their moments: they are far apart by themselves.
    this.#lastRequestAt = batch.some(({ operation }) => operation === null)
      ? now
      : now + arrivalJitterMs;
    let found: Map<string, Generation>;
    try {
      found = await this.#ask(upstream, batch);
    } catch (error) {
      if (!signal.aborted) this.#noteFailure(error);
      return;
    }
    this.#failures = 0;
    listener.succeeded();
    // While the answer was on its way, time may have stood still here and another node may have gone on.
    if (!this.#options.isOurs()) return;
    const taken = await Promise.allSettled(batch.map((item) => this.#take(item, found, now)));
    for (const result of taken) {
      if (result.status === "rejected")
        logger.error({ account, error: result.reason as unknown }, "A look could not be taken in.");
    }
  }

  #ask(upstream: Upstream, batch: Watched[]): Promise<Map<string, Generation>> {
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

  async #take(item: Watched, found: Map<string, Generation>, lookedAt: number): Promise<void> {
    if (this.#items.get(item.jobId) !== item) return;
    item.lastLookAt = lookedAt;
    const generation = found.get(item.submitId);
    item.absentLooks = generation === undefined ? item.absentLooks + 1 : 0;
    if (generation !== undefined) {
      const next = await this.#options.listener.seen(item, generation);
      // Somebody may have told us more about it while the look was taken in.
      if (this.#items.get(item.jobId) !== item) return;
      if (next === undefined) this.#items.delete(item.jobId);
      else if (isOverdue(next, lookedAt)) await this.#giveUp(next);
      else this.watch(next);
      return;
    }
    if (isOverdue(item, lookedAt)) {
      await this.#giveUp(item);
      return;
    }
    // Absent means "not visible yet", never a failure (history.md [C]).
    const { operation, resolveBy, absentLooks } = item;
    const isSettled = resolveBy !== null && lookedAt >= resolveBy;
    if (operation === null && isSettled && absentLooks >= fewestEmptyLookUps) {
      this.#items.delete(item.jobId);
      await this.#options.listener.lost(item);
    }
  }

  async #giveUp(item: WatchItem): Promise<void> {
    this.#items.delete(item.jobId);
    await this.#options.listener.overdue(item);
  }

  #noteFailure(cause: unknown): void {
    const { clock, listener, logger, account } = this.#options;
    const now = clock.now();
    const error = JimengError.isInstance(cause) ? cause : undefined;
    this.#failures++;
    const backoffMs = Math.min(
      longestFailureWaitMs,
      this.#pollIntervalMs() * 2 ** Math.min(this.#failures - 1, 16),
    );
    const retryAfterMs = Math.min(longestRetryAfterMs, error?.detail.retryAfterMs ?? 0);
    this.#notBefore = now + Math.max(backoffMs, retryAfterMs);
    if (error?.code === "rate_limited") this.#slowUntil = now + slowForMs;
    if (error !== undefined) listener.failed(error);
    logger.warn(
      {
        account,
        failures: this.#failures,
        code: error?.code,
        error: error === undefined ? cause : undefined,
      },
      "The history could not be read; generations go on being watched.",
    );
  }
}

// A start in doubt ends with its look-ups, which the listener hears of as `lost`.
function isOverdue({ operation, deadlineAt }: WatchItem, lookedAt: number): boolean {
  return operation !== null && lookedAt >= deadlineAt;
}

function asksBySubmitId({ operation, absentLooks }: Watched): boolean {
  if (operation === null) return true;
  const beyond = absentLooks - absentLooksBeforeSubmitId;
  return beyond >= 0 && beyond % 2 === 0;
}
