// Makes jobs: checks a submission, admits it to the queue, stores it once and asks for its first step.

import { JimengError } from "@jimeng/sdk";

import { QueueLimit } from "./capacity/queue-limit.ts";
import type { Engine } from "./engine.ts";
import type { CallerConnection, CallerPresence } from "./idempotency/caller-presence.ts";
import type { FoundJobs, Idempotency } from "./idempotency/idempotency.ts";
import type { IdempotencyContext, Job, NewJob, StorageChecks, SubmittedJobs } from "./job.ts";
import { newRecord } from "./new-record.ts";
import { observeDelivery } from "./observing/changes.ts";
import { toJob } from "./record.ts";
import type { JobRecord } from "./record.ts";

/** Makes jobs. */
export interface JobCreation {
  create(newJobs: NewJob[]): Promise<Job[]>;
  createOrReplay(
    newJobs: NewJob[],
    context: IdempotencyContext,
    checks?: StorageChecks,
  ): Promise<SubmittedJobs>;
  find(context: IdempotencyContext): Promise<SubmittedJobs | undefined>;
}

const removeExpiredEveryMs = 3_600_000;
// One minute in all, longer than a restart of the database takes.
const retryDelayMs = 250;
const maxAttempts = 240;

/** What job creation works with. */
interface Parts {
  engine: Engine;
  idempotency: Idempotency;
  presence: CallerPresence;
  requireJob: (id: string) => Promise<Job>;
}

/** Makes the part of the job engine that creates jobs. */
export function createJobCreation(
  engine: Engine,
  parts: { idempotency: Idempotency; presence: CallerPresence },
  requireJob: (id: string) => Promise<Job>,
): JobCreation {
  return new Creation({ engine, requireJob, ...parts });
}

class Creation implements JobCreation {
  readonly #parts: Parts;
  readonly #queueLimit: QueueLimit;
  readonly #stored = new StoredInOrder();
  #removedExpiredAt = Number.NEGATIVE_INFINITY;

  constructor(parts: Parts) {
    const { store, clock, settings } = parts.engine;
    this.#parts = parts;
    this.#queueLimit = new QueueLimit({
      count: () => store.queued(),
      clock,
      max: settings.maxQueue,
    });
  }

  async create(newJobs: NewJob[]): Promise<Job[]> {
    const { engine } = this.#parts;
    await this.#admit(newJobs);
    const records = this.#newRecords(newJobs, engine.clock.now());
    await engine.store.create(records);
    this.#wake(records);
    return this.#toNewJobs(records);
  }

  async createOrReplay(
    newJobs: NewJob[],
    context: IdempotencyContext,
    checks: StorageChecks = {},
  ): Promise<SubmittedJobs> {
    this.#removeExpiredKeys();
    try {
      await this.#admit(newJobs);
    } catch (error) {
      // An equal request that was accepted earlier is answered with its jobs, even if it would be refused now.
      const earlier = await this.find(context);
      if (earlier !== undefined) return earlier;
      throw error;
    }
    const request = `${context.keyId ?? ""} ${context.requestHash}`;
    const submitted = await this.#stored.run(request, () =>
      this.#whileConnected(context, (connection) =>
        this.#store(newJobs, context, { checks, connection }),
      ),
    );
    if (submitted === undefined) throw new Error("a submission made no jobs");
    return submitted;
  }

  find(context: IdempotencyContext): Promise<SubmittedJobs | undefined> {
    const { engine, idempotency, requireJob } = this.#parts;
    return this.#whileConnected(context, async (connection) => {
      const now = engine.clock.now();
      const found = await idempotency.find({ context, connection: connection.name, now });
      if (found === undefined) return undefined;
      return this.#toSubmitted(
        context,
        found,
        await Promise.all(found.ids.map(requireJob)),
        connection,
      );
    });
  }

  async #store(
    newJobs: NewJob[],
    context: IdempotencyContext,
    { checks, connection }: { checks: StorageChecks; connection: CallerConnection },
  ): Promise<SubmittedJobs> {
    const { engine, idempotency, requireJob } = this.#parts;
    const now = engine.clock.now();
    const records = this.#newRecords(newJobs, now);
    const request = { context, connection: connection.name, now, checks };
    const found = await idempotency.findOrStore(records, request);
    if (found.outcome !== "created") {
      return this.#toSubmitted(
        context,
        found,
        await Promise.all(found.ids.map(requireJob)),
        connection,
      );
    }
    this.#wake(records);
    return this.#toSubmitted(context, found, this.#toNewJobs(records), connection);
  }

  #newRecords(newJobs: readonly NewJob[], now: number): JobRecord[] {
    const { settings, observer } = this.#parts.engine;
    return newJobs.map((newJob) => ({
      ...newRecord(settings, now, newJob),
      traceparent: observer.tracing.contextForJob(),
    }));
  }

  async #admit(newJobs: NewJob[]): Promise<void> {
    const { accounts, disk, permittedAccounts } = this.#parts.engine;
    await disk.assertRoom();
    for (const { request, account, keyId } of newJobs)
      accounts.assertUsable(request, account, await permittedAccounts(keyId));
    await this.#queueLimit.admit(newJobs.length);
  }

  #wake(records: JobRecord[]): void {
    const { engine } = this.#parts;
    engine.onFailpoint("row_stored");
    for (const { id, request, requestId } of records) {
      const { kind, model } = request;
      engine.logger.info({ job: id, reqId: requestId, kind, model }, "Job queued");
      engine.observer.jobCreated({ kind, model });
      engine.wake(id, engine.clock.now());
    }
    engine.hintEvents();
  }

  #toNewJobs(records: JobRecord[]): Job[] {
    return records.map((record) => toJob(record, [], this.#parts.engine.clock.now()));
  }

  /** Runs `work` with a connection that others see as waiting, until the answer is out or `work` came to nothing. */
  async #whileConnected<T>(
    context: IdempotencyContext,
    work: (connection: CallerConnection) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const connection = await this.#parts.presence.join(context.join === "any");
    // At once, not when the answer is due: the caller's next request may come before that.
    context.gone?.addEventListener("abort", () => connection.leave(), { once: true });
    if (context.gone?.aborted) connection.leave();
    try {
      const result = await work(connection);
      if (result === undefined) connection.leave();
      return result;
    } catch (error) {
      connection.leave();
      if (!JimengError.isInstance(error)) this.#markOrphaned(context, connection);
      throw error;
    }
  }

  /** Lets the next equal request take over what may have been stored although the write failed. */
  #markOrphaned(context: IdempotencyContext, { name }: CallerConnection): void {
    const { engine, idempotency } = this.#parts;
    const mark = () =>
      idempotency.markOrphaned({ context, connection: name, now: engine.clock.now() });
    this.#retryUntilStored(mark).catch((error: unknown) => {
      engine.logger.warn({ error }, "Failed to mark jobs whose caller got no answer");
    });
  }

  #toSubmitted(
    { key, join, seen }: IdempotencyContext,
    { ids, outcome }: FoundJobs,
    jobs: Job[],
    connection: CallerConnection,
  ): SubmittedJobs {
    const { engine, idempotency } = this.#parts;
    const [first, ...others] = jobs;
    if (first === undefined) throw new Error("a submission has no jobs");
    const now = () => engine.clock.now();
    let isReported = false;
    let reporting = Promise.resolve();
    const report = async (write: () => Promise<void>): Promise<void> => {
      if (isReported) return;
      isReported = true;
      connection.leave();
      reporting = this.#retryUntilStored(write);
      await reporting;
    };
    return {
      jobs: [first, ...others],
      outcome,
      isFoundAgain: key !== null || join !== "never",
      answered: async () => {
        await report(() => idempotency.answered(ids, { now: now(), seen: seen ?? true }));
        observeDelivery(engine, ids).catch(() => undefined);
      },
      responseLost: () => report(() => idempotency.responseLost(ids, connection.name, now())),
      discarded: async () => {
        await reporting.catch(() => undefined);
        await this.#retryUntilStored(() => idempotency.discarded(ids, now()));
      },
    };
  }

  /** Repeats a write while it fails: whether a repeated request pays again depends on what is stored here. */
  async #retryUntilStored(write: () => Promise<void>): Promise<void> {
    const { clock, stopping } = this.#parts.engine;
    for (let attempt = 1; ; attempt++) {
      try {
        await write();
        return;
      } catch (error) {
        if (attempt === maxAttempts || stopping.signal.aborted) throw error;
      }
      await new Promise<void>((resolve) => clock.setTimer(resolve, retryDelayMs));
    }
  }

  /** Removes expired keys at most once an hour, when a request comes. */
  #removeExpiredKeys(): void {
    const { engine, idempotency } = this.#parts;
    const now = engine.clock.now();
    if (now - this.#removedExpiredAt < removeExpiredEveryMs) return;
    this.#removedExpiredAt = now;
    idempotency.removeExpiredKeys(now).catch((error: unknown) => {
      engine.logger.warn({ error }, "Failed to remove expired idempotency keys");
    });
  }
}

/** Stores equal requests one after the other: the next one must see the row of a caller who has just left. */
class StoredInOrder {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<T>(request: string, store: () => Promise<T>): Promise<T> {
    const before = this.#last.get(request);
    const storing = (async () => {
      await before?.catch(() => undefined);
      return await store();
    })();
    this.#last.set(request, storing);
    try {
      return await storing;
    } finally {
      if (this.#last.get(request) === storing) this.#last.delete(request);
    }
  }
}
