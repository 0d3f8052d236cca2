// The making of jobs: a wish is checked, admitted, stored once and woken.

import { JimengError } from "@jimeng/sdk";

import type { Promises } from "./idempotency/idempotency.ts";
import type { Found } from "./idempotency/idempotency.ts";
import type { Engine } from "./engine.ts";
import type { Job, NewJob, Order, Ticket } from "./job.ts";
import { newRecord } from "./new-record.ts";
import { QueueBound } from "./capacity/queue-limit.ts";
import { toJob } from "./record.ts";
import type { JobRecord } from "./record.ts";
import type { Waiter, Waiters } from "./idempotency/caller-presence.ts";

/** Makes jobs. */
export interface Orders {
  create(newJobs: NewJob[]): Promise<Job[]>;
  order(newJobs: NewJob[], ticket: Ticket): Promise<Order>;
  recall(ticket: Ticket): Promise<Order | undefined>;
}

const forgetEveryMs = 3_600_000;
// A database that is away comes back within a minute, or others believe by then what they can see.
const againMs = 250;
const mostTries = 240;

/** Makes the door for new wishes. */
export function createOrders(
  engine: Engine,
  { promises, waiters }: { promises: Promises; waiters: Waiters },
  mustGet: (id: string) => Promise<Job>,
): Orders {
  const { accounts, clock, logger, settings, store } = engine;
  const bound = new QueueBound({
    count: () => store.queued(),
    clock,
    most: settings.maxQueue,
  });
  let forgotAt = Number.NEGATIVE_INFINITY;

  /** Forgets old keys now and then, beside whoever happens to come. */
  function forget(now: number): void {
    if (now - forgotAt < forgetEveryMs) return;
    forgotAt = now;
    promises.forgetOldKeys(now).catch((error: unknown) => {
      logger.warn({ error }, "Old idempotency keys could not be removed.");
    });
  }

  function check(newJobs: NewJob[]): void {
    for (const { request, account } of newJobs) accounts.usable(request, account);
  }

  function toFresh(records: JobRecord[]): Job[] {
    return records.map((record) => toJob(record, [], clock.now()));
  }

  /** Writes, again and again while it fails: whom others believe to wait, they keep the answer for. */
  async function insist(write: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await write();
        return;
      } catch (error) {
        if (tries === mostTries || engine.stopping.signal.aborted) throw error;
      }
      await new Promise<void>((resolve) => clock.setTimer(resolve, againMs));
    }
  }

  /** Leaves to the next request of the wish what may have been stored all the same. */
  function abandon(ticket: Ticket, { name }: Waiter): void {
    insist(() => promises.abandon(ticket, name, clock.now())).catch((error: unknown) => {
      logger.warn({ error }, "Jobs whose caller has no answer could not be marked as such.");
    });
  }

  function toOrder({ ids, how }: Found, jobs: Job[], waiter: Waiter): Order {
    const [first, ...others] = jobs;
    if (first === undefined) throw new Error("a wish has no jobs");
    let isTold = false;
    let telling = Promise.resolve();
    const tell = async (write: () => Promise<void>): Promise<void> => {
      if (isTold) return;
      isTold = true;
      waiter.leave();
      telling = insist(write);
      await telling;
    };
    return {
      jobs: [first, ...others],
      how,
      delivered: () => tell(() => promises.delivered(ids, clock.now())),
      lost: () => tell(() => promises.lost(ids, waiter.name, clock.now())),
      async unread() {
        await telling.catch(() => undefined);
        await insist(() => promises.unread(ids, clock.now()));
      },
    };
  }

  async function withWaiter<T>(
    ticket: Ticket,
    work: (waiter: Waiter) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const waiter = await waiters.join(ticket.join === "any");
    // At once, and not when the answer is due: the caller's next request may come before that.
    ticket.gone?.addEventListener("abort", () => waiter.leave(), { once: true });
    if (ticket.gone?.aborted) waiter.leave();
    try {
      const result = await work(waiter);
      if (result === undefined) waiter.leave();
      return result;
    } catch (error) {
      waiter.leave();
      if (!JimengError.isInstance(error)) abandon(ticket, waiter);
      throw error;
    }
  }

  const turns = new Map<string, Promise<unknown>>();

  /** Has requests of one wish stored one after the other: the next must see the row of a caller who has just left. */
  async function inTurn<T>(
    wish: string,
    ticket: Ticket,
    work: (waiter: Waiter) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const before = turns.get(wish);
    const turn = (async () => {
      await before?.catch(() => undefined);
      return await withWaiter(ticket, work);
    })();
    turns.set(wish, turn);
    try {
      return await turn;
    } finally {
      if (turns.get(wish) === turn) turns.delete(wish);
    }
  }

  const recall = (ticket: Ticket) =>
    withWaiter(ticket, async (waiter) => {
      const found = await promises.recall(ticket, waiter.name, clock.now());
      return found && toOrder(found, await Promise.all(found.ids.map(mustGet)), waiter);
    });

  return {
    async create(newJobs) {
      check(newJobs);
      await bound.admit(newJobs.length);
      const records = newJobs.map((newJob) => newRecord(settings, clock.now(), newJob));
      await store.create(records);
      engine.onPoint("row_stored");
      for (const record of records) engine.wake(record.id, clock.now());
      return toFresh(records);
    },

    recall,

    async order(newJobs, ticket) {
      forget(clock.now());
      try {
        check(newJobs);
        await bound.admit(newJobs.length);
      } catch (error) {
        // What was made of the wish before is its answer, whatever could be made of it now.
        const earlier = await recall(ticket);
        if (earlier !== undefined) return earlier;
        throw error;
      }
      const made = await inTurn(
        `${ticket.keyId ?? ""} ${ticket.bodyHash}`,
        ticket,
        async (waiter) => {
          const now = clock.now();
          const promise = { ticket, waiter: waiter.name };
          const records = newJobs.map((newJob) => newRecord(settings, now, newJob, promise));
          const found = await promises.order(records, ticket, waiter.name, now);
          const isNew = found.how === "created";
          if (isNew) {
            engine.onPoint("row_stored");
            for (const { id } of records) engine.wake(id, now);
          }
          const jobs = isNew ? toFresh(records) : await Promise.all(found.ids.map(mustGet));
          return toOrder(found, jobs, waiter);
        },
      );
      if (made === undefined) throw new Error("a wish came to nothing");
      return made;
    },
  };
}
