// Reads the credit history of one account, page by page at the account's slots, for all its jobs at once: uncertain
// starts go first, ended jobs that wait to settle follow.

import { JimengError } from "@jimeng/sdk";
import type { CreditHistoryPage, Logger } from "@jimeng/sdk";

import type { AccountClient } from "../../accounts/client.ts";
import type { Clock } from "../../clock.ts";
import type { JobRecord } from "../record.ts";
import { Scan } from "./movements.ts";
import type { ChargeEvidence } from "./movements.ts";
import type { PageSlots } from "./page-slots.ts";
import { isGivenUp, judgeReading, nextReadAt, startOf } from "./schedule.ts";
import type { SettlementTimes } from "./schedule.ts";
import type { SettlingJob, SettlingJobs } from "./settling-jobs.ts";

/** What a reader works with. */
export interface AccountReaderParts {
  account: string;
  /** Returns the client of the account; undefined while it is not configured. */
  credits: () => AccountClient["credits"] | undefined;
  jobs: SettlingJobs;
  slots: PageSlots;
  /** Reads a job's row. */
  get: (id: string) => Promise<JobRecord | undefined>;
  /** Changes a job's row by compare-and-set. */
  change: (record: JobRecord, changes: Partial<JobRecord>) => Promise<JobRecord | undefined>;
  clock: Clock;
  logger: Logger;
  times: SettlementTimes;
  stopping: AbortSignal;
}

const pageSize = 50;
const pageTimeoutMs = 10_000;
const maxFailureWaitMs = 1_800_000;
// A request that left later than its slot by more than this makes the next slot later, too.
const lateMs = 100;
// A row that changes again and again is judged at the next reading.
const maxAttempts = 3;
// An uncertain start that was found otherwise is not asked about again.
const forgetLookUpsMs = 3_600_000;

type PageResult = { kind: "read" } | { kind: "failed" } | { kind: "wait"; until: number };

/** The one reader of an account's credit history in this process; its work runs one piece after the other. */
export class AccountReader {
  readonly #parts: AccountReaderParts;
  #last: Promise<unknown> = Promise.resolve();
  #scan: Scan | undefined;
  /** The scan before, which may hold an answer that nobody has asked for again. */
  #scanBefore: Scan | undefined;
  #failures = 0;
  /** When each uncertain start was first asked about: only a scan that began later answers. */
  readonly #askedAt = new Map<string, number>();

  constructor(parts: AccountReaderParts) {
    this.#parts = parts;
  }

  /** Looks for movements of an uncertain start, as far as pages may be read now. */
  lookUp(record: JobRecord): Promise<ChargeEvidence> {
    return this.#inOrder(() => this.#lookUp(record));
  }

  /** Reads a page for the jobs that wait; returns when to call again, undefined when none waits. */
  settle(): Promise<number | undefined> {
    return this.#inOrder(() => this.#settle());
  }

  /** Waits for the work that runs. */
  async finished(): Promise<void> {
    await this.#last;
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const running = this.#last.then(work);
    this.#last = running.catch(() => undefined);
    return running;
  }

  async #lookUp(record: JobRecord): Promise<ChargeEvidence> {
    const { submitId } = record;
    const { clock } = this.#parts;
    if (submitId === null) return { kind: "unavailable" };
    const now = clock.now();
    for (const [id, at] of this.#askedAt) {
      if (now - at > forgetLookUpsMs) this.#askedAt.delete(id);
    }
    const askedAt = this.#askedAt.get(record.id) ?? now;
    this.#askedAt.set(record.id, askedAt);
    const scan =
      [this.#scanBefore, this.#scan].find(
        (one) => one?.isOver === true && one.startedAt >= askedAt,
      ) ?? this.#scanSince(askedAt);
    const evidence = await this.#readUntilAnswered(scan, submitId, startOf(record));
    if (evidence.kind !== "pending") this.#askedAt.delete(record.id);
    return evidence;
  }

  /** Returns the present scan if it began late enough, else a new one. */
  #scanSince(at: number): Scan {
    if (this.#scan !== undefined && this.#scan.startedAt >= at) return this.#scan;
    return this.#beginScan();
  }

  #beginScan(): Scan {
    this.#scanBefore = this.#scan;
    this.#scan = new Scan(this.#parts.clock.now());
    return this.#scan;
  }

  async #readUntilAnswered(
    scan: Scan,
    submitId: string,
    startedAt: number,
  ): Promise<ChargeEvidence> {
    for (;;) {
      // A movement is an answer wherever the scan is; only that there is none needs all pages.
      const movements = scan.movementsOf(submitId);
      if (scan.covers(startedAt) || (movements !== undefined && movements.charged !== null))
        return movements === undefined ? { kind: "nothing" } : { kind: "movements", ...movements };
      if (scan.isOver) return { kind: "unavailable" };
      const result = await this.#readPage(scan);
      if (result.kind === "failed") return { kind: "unavailable" };
      if (result.kind === "wait") {
        // While the history cannot be read, waiting for it decides nothing.
        if (this.#failures > 0) return { kind: "unavailable" };
        return { kind: "pending", until: result.until };
      }
      await this.#apply(scan, await this.#parts.jobs.of(this.#parts.account));
    }
  }

  async #settle(): Promise<number | undefined> {
    const { account, clock, jobs, times } = this.#parts;
    const now = clock.now();
    const all = await jobs.of(account);
    // A process that was down for days first tries once: the history may still tell.
    const givenUp =
      this.#failures === 0 ? [] : all.filter(({ endedAt }) => isGivenUp(endedAt, now, times));
    await jobs.reschedule(givenUp.map((job) => ({ job, to: null })));
    const waiting = all.filter((job) => !givenUp.includes(job));
    if (waiting.length === 0) {
      this.#scan = undefined;
      return undefined;
    }
    if (waiting.every(({ settleAt }) => settleAt > now)) return firstDue(waiting);
    const scan = this.#isNeeded(this.#scan, waiting) ? this.#scan : this.#beginScan();
    const result = await this.#readPage(scan);
    if (result.kind === "wait") return result.until;
    if (result.kind === "failed") return clock.now();
    const left = await this.#apply(scan, await jobs.of(account));
    if (left.length === 0) return undefined;
    return firstDue(left);
  }

  /** Returns true while a scan has pages left that an uncertain start or one of the jobs waits for. */
  #isNeeded(scan: Scan | undefined, waiting: SettlingJob[]): scan is Scan {
    if (scan === undefined || scan.isOver) return false;
    const isWaitedFor = ({ id, settleAt }: SettlingJob): boolean =>
      settleAt <= scan.startedAt && !scan.answered.has(id);
    return this.#askedAt.size > 0 || waiting.some(isWaitedFor);
  }

  /** Applies what a scan shows to the rows that it answers; returns the jobs that wait on. */
  async #apply(scan: Scan, jobs: SettlingJob[]): Promise<SettlingJob[]> {
    const { times } = this.#parts;
    const answered = jobs.filter(
      (job) =>
        job.endedAt <= scan.startedAt &&
        !scan.answered.has(job.id) &&
        (scan.covers(job.startedAt) || scan.isOver),
    );
    const moves: { job: SettlingJob; to: number | null }[] = [];
    for (const job of answered) {
      scan.answered.add(job.id);
      if (await this.#settleJob(scan, job)) continue;
      const age = scan.startedAt - job.endedAt;
      // The last reading did not reach back to its start: none will.
      const isLast = age >= times.windowMs && scan.isOver && !scan.covers(job.startedAt);
      moves.push({ job, to: isLast ? null : nextReadAt(job.endedAt, scan.startedAt, times) });
    }
    await this.#parts.jobs.reschedule(moves);
    return this.#parts.jobs.of(this.#parts.account);
  }

  /** Judges one job by what the scan shows of it; returns true when the job is settled, or settles no more. */
  async #settleJob(scan: Scan, { id, submitId, startedAt }: SettlingJob): Promise<boolean> {
    const { get, change, logger, account, times } = this.#parts;
    const reading = {
      startedAt: scan.startedAt,
      isComplete: scan.covers(startedAt),
      movements: scan.movementsOf(submitId),
    };
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const record = await get(id);
      if (record === undefined || record.settleAt === null) return true;
      const changes = judgeReading(record, reading, times);
      if (Object.keys(changes).length === 0) return false;
      const next = await change(record, changes);
      if (next === undefined) continue;
      if (next.settledAt === null) return false;
      logger.debug({ job: id, account, ...next.cost }, "Settled what a job cost");
      return true;
    }
    return false;
  }

  async #readPage(scan: Scan): Promise<PageResult> {
    const { account, clock, slots, times, logger, stopping } = this.#parts;
    const askedAt = clock.now();
    const slot = await slots.take(account, askedAt, askedAt + times.pageGapMs);
    if (!slot.isTaken) return { kind: "wait", until: slot.until };
    const sentAt = clock.now();
    if (sentAt > askedAt + lateMs) await slots.delay(account, sentAt + times.pageGapMs);
    try {
      scan.add(await this.#request(scan.cursor));
      this.#failures = 0;
      return { kind: "read" };
    } catch (error) {
      if (stopping.aborted) return { kind: "failed" };
      if (!JimengError.isInstance(error)) throw error;
      this.#failures += 1;
      const backoffMs = times.pageGapMs * 2 ** Math.min(this.#failures, 16);
      const waitMs = Math.max(backoffMs, error.detail.retryAfterMs ?? 0);
      await slots.delay(account, clock.now() + Math.min(waitMs, maxFailureWaitMs));
      logger.warn(
        { account, code: error.code, failures: this.#failures },
        "Failed to read the credit history",
      );
      return { kind: "failed" };
    }
  }

  async #request(cursor: string | undefined): Promise<CreditHistoryPage> {
    const credits = this.#parts.credits();
    if (credits === undefined) {
      throw new JimengError("not_found", "The account is not configured.", { what: "account" });
    }
    const signal = AbortSignal.any([this.#parts.stopping, AbortSignal.timeout(pageTimeoutMs)]);
    // A client that repeats by itself would break the bound of one request per slot.
    return await credits.history({ limit: pageSize, cursor, maxRetryCount: 0, signal });
  }
}

function firstDue(jobs: SettlingJob[]): number {
  return Math.min(...jobs.map(({ settleAt }) => settleAt));
}
