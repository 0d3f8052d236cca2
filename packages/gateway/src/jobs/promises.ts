// Owns that one wish makes one set of jobs: idempotency keys, and joining a job whose answer nobody got.
// Refuses to know what a wish is: it sees its hash. Contracts 9 says the rules.

import { JimengError } from "@jimeng/sdk";
import type { Kysely } from "kysely";

import type { JobTable, Schema } from "../migrations/schema.ts";
import type { Writer } from "./group-commit.ts";
import type { Ticket } from "./job.ts";
import type { JobRecord } from "./record.ts";
import { insertRows, rowsPerInsert } from "./store.ts";
import { isRepeat } from "./waiters.ts";
import type { Waiters } from "./waiters.ts";

/** Is what was found or stored for a wish. */
export interface Found {
  ids: string[];
  how: "created" | "replayed" | "joined";
}

/** Keeps the promise that a wish is paid once. */
export interface Promises {
  /** Gives the jobs of an earlier request of the same wish, now waited for by `waiter`; undefined without any. */
  recall(ticket: Ticket, waiter: string, now: number): Promise<Found | undefined>;
  /** Recalls, or stores the rows, with the key in the same transaction. */
  order(records: JobRecord[], ticket: Ticket, waiter: string, now: number): Promise<Found>;
  /** Writes down that the answer went out. */
  delivered(ids: string[], now: number): Promise<void>;
  /** Writes down that the connection was lost, unless another waits by now. */
  lost(ids: string[], waiter: string, now: number): Promise<void>;
  /** Takes back that the answer went out, unless another waits by now. */
  unread(ids: string[], now: number): Promise<void>;
  /** Forgets keys whose time is over. */
  forgetOldKeys(now: number): Promise<void>;
}

const hourMs = 3_600_000;
/** Is how long a key is remembered, in milliseconds. */
export const keyLifetimeMs = 24 * hourMs;
/** Is how long after it was lost an answer can be joined, in milliseconds. */
export const joinWindowMs = 15 * 60_000;
// The answer of a caller who says that it repeats may have gone out and been lost on the way moments ago.
const lateRepeatMs = 60_000;
// Nobody has more lost answers of one wish in a day than this.
const mostCandidates = 100;

/**
 * Makes the keeper over the store's own writer; `isShared` says that other processes write to the same tables.
 */
export function createPromises(
  writer: Writer,
  waiters: Waiters,
  { isShared = false }: { isShared?: boolean } = {},
): Promises {
  async function recallKey(
    transaction: Kysely<Schema>,
    ticket: Ticket,
    waiter: string,
    now: number,
  ): Promise<Found | undefined> {
    const row = await readKey(transaction, ticket, now);
    if (row === undefined) return undefined;
    const ids = idsOf(row, ticket);
    await take(transaction, ids, waiter);
    return { ids, how: "replayed" };
  }

  async function join(
    transaction: Kysely<Schema>,
    ticket: Ticket,
    waiter: string,
    now: number,
  ): Promise<Found | undefined> {
    const rows = await candidates(transaction, ticket, now);
    const names = rows.flatMap((row) => row.waiter ?? []);
    const isAlive = await waiters.judge(names, transaction);
    // What this very request has taken already, in a try whose answer was lost, is nobody else's.
    const isTaken = (name: string): boolean => name !== waiter && isAlive(name);
    const ranked = rows
      .map((row) => ({ row, rank: rankOf(row, isTaken, now) }))
      .filter(({ rank }) => rank <= (ticket.join === "any" ? ranks.delivered : ranks.lost))
      .toSorted((one, other) => one.rank - other.rank);
    for (const { row } of ranked) {
      // Two requests of one moment must not join one job while a second one lies there, hence compare-and-set.
      if (!(await claim(transaction, row, waiter))) continue;
      const ids = await groupOf(transaction, row);
      if (ids.length > 1) await take(transaction, ids, waiter);
      return { ids, how: "joined" };
    }
    return undefined;
  }

  async function find(
    transaction: Kysely<Schema>,
    ticket: Ticket,
    waiter: string,
    now: number,
  ): Promise<Found | undefined> {
    if (ticket.key !== null) return recallKey(transaction, ticket, waiter, now);
    return ticket.join === "never" ? undefined : join(transaction, ticket, waiter, now);
  }

  /** Stores what no earlier request of the wish has stored. Two without a key are two wishes, unless one was left. */
  function orderWithoutKey({ records, ticket, waiter, now, isAgain }: Attempt): Promise<Found> {
    // Elsewhere a caller may repeat while a slow statement stores what it asked for first: that is taken back.
    const mayLeave = isShared && ticket.join !== "never";
    const statements = mayLeave || records.length > rowsPerInsert ? "several" : "one";
    return writer.write(
      async (transaction) => {
        if (isAgain && (await isStored(transaction, records))) return created(records);
        const found = await find(transaction, ticket, waiter, now);
        if (found !== undefined) return found;
        refuseGone(ticket);
        await insertRows(transaction, records);
        if (mayLeave) refuseGone(ticket);
        return created(records);
      },
      { statements },
    );
  }

  function orderByKey({ records, ticket, waiter, now }: Attempt): Promise<Found> {
    return writer.write(async (transaction) => {
      refuseGone(ticket);
      const owner = ownerOf(ticket);
      const key = ticket.key ?? "";
      await transaction
        .deleteFrom("idempotency_keys")
        .where("owner", "=", owner)
        .where("key", "=", key)
        .where("expires_at", "<=", now)
        .execute();
      // Of two requests of one moment, on whatever nodes, the unique key lets one in; the other waits here for
      // the first one's commit and then finds its jobs.
      const inserted = await transaction
        .insertInto("idempotency_keys")
        .values({
          owner,
          key,
          body_hash: ticket.bodyHash,
          job_ids: JSON.stringify(created(records).ids),
          expires_at: now + keyLifetimeMs,
        })
        .onConflict((conflict) => conflict.columns(["owner", "key"]).doNothing())
        .returning("key")
        .execute();
      if (inserted.length === 0) {
        const known = await recallKey(transaction, ticket, waiter, now);
        if (known === undefined) throw new Error("an idempotency key vanished");
        return known;
      }
      await insertRows(transaction, records);
      return created(records);
    });
  }

  return {
    // Each statement stands for itself: a compare-and-set, or a mark that the next one may overwrite.
    recall: (ticket, waiter, now) =>
      writer.write((transaction) => find(transaction, ticket, waiter, now), { statements: "one" }),

    async order(records, ticket, waiter, now) {
      const order = ticket.key === null ? orderWithoutKey : orderByKey;
      try {
        return await order({ records, ticket, waiter, now, isAgain: false });
      } catch (error) {
        if (JimengError.isInstance(error)) throw error;
        // The answer to a commit may be lost with its connection: the very same rows are offered once more.
        const found = await order({ records, ticket, waiter, now, isAgain: true });
        return found.ids[0] === records[0]?.id ? created(records) : found;
      }
    },

    async delivered(ids, now) {
      await writer.write(
        (transaction) =>
          transaction
            .updateTable("jobs")
            .set({ delivered_at: now, waiter: null, undelivered_at: null })
            .where("id", "in", ids)
            .execute(),
        { statements: "one" },
      );
    },

    async lost(ids, waiter, now) {
      await writer.write(
        (transaction) =>
          transaction
            .updateTable("jobs")
            .set({ waiter: null, undelivered_at: now })
            .where("id", "in", ids)
            .where("waiter", "=", waiter)
            .execute(),
        { statements: "one" },
      );
    },

    async unread(ids, now) {
      await writer.write(
        (transaction) =>
          transaction
            .updateTable("jobs")
            .set({ delivered_at: null, undelivered_at: now })
            .where("id", "in", ids)
            .where("waiter", "is", null)
            .execute(),
        { statements: "one" },
      );
    },

    async forgetOldKeys(now) {
      await writer.write(
        (transaction) =>
          transaction.deleteFrom("idempotency_keys").where("expires_at", "<=", now).execute(),
        { statements: "one" },
      );
    },
  };
}

interface Attempt {
  records: JobRecord[];
  ticket: Ticket;
  waiter: string;
  now: number;
  /** Says that the rows may be there already, by a first try whose answer was lost. */
  isAgain: boolean;
}

async function isStored(transaction: Kysely<Schema>, [first]: JobRecord[]): Promise<boolean> {
  const row = await transaction
    .selectFrom("jobs")
    .select("id")
    .where("id", "=", first?.id ?? "")
    .executeTakeFirst();
  return row !== undefined;
}

function created(records: JobRecord[]): Found {
  return { ids: records.map(({ id }) => id), how: "created" };
}

/** Takes over the waiting for jobs. */
async function take(
  transaction: Kysely<Schema>,
  ids: readonly string[],
  waiter: string,
): Promise<void> {
  await transaction
    .updateTable("jobs")
    .set({ waiter, undelivered_at: null })
    .where("id", "in", ids)
    .execute();
}

async function claim(
  transaction: Kysely<Schema>,
  row: Candidate,
  waiter: string,
): Promise<boolean> {
  const result = await transaction
    .updateTable("jobs")
    .set({ waiter, undelivered_at: null })
    .where("id", "=", row.id)
    .where("waiter", row.waiter === null ? "is" : "=", row.waiter)
    .where("delivered_at", row.delivered_at === null ? "is" : "=", row.delivered_at)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Throws `cancelled` for a caller who has left: its next request must not find a second wish beside its own. */
function refuseGone({ gone }: Ticket): void {
  if (gone?.aborted) throw new JimengError("cancelled", "The caller has left.", { charged: "no" });
}

type Candidate = Pick<
  JobTable,
  "id" | "group_id" | "waiter" | "delivered_at" | "undelivered_at" | "updated_at"
>;

function candidates(tables: Kysely<Schema>, ticket: Ticket, now: number): Promise<Candidate[]> {
  return (
    tables
      .selectFrom("jobs")
      .select(["id", "group_id", "waiter", "delivered_at", "undelivered_at", "updated_at"])
      .where("body_hash", "=", ticket.bodyHash)
      .where("key_id", ticket.keyId === null ? "is" : "=", ticket.keyId)
      // A job that somebody cancelled is not what anybody asks for again.
      .where("status", "<>", "cancelled")
      .where("created_at", ">", now - keyLifetimeMs)
      .orderBy("id")
      .limit(mostCandidates)
      .execute()
  );
}

/** Orders what may be joined: lost answers first, those that went out moments ago last. */
const ranks = { lost: 0, firstWaits: 1, repeatWaits: 2, delivered: 3, never: 4 } as const;

function rankOf(row: Candidate, isAlive: (name: string) => boolean, now: number): number {
  if (row.delivered_at !== null) {
    return row.delivered_at > now - lateRepeatMs ? ranks.delivered : ranks.never;
  }
  if ((row.undelivered_at ?? row.updated_at) <= now - joinWindowMs) return ranks.never;
  if (row.waiter === null || !isAlive(row.waiter)) return ranks.lost;
  return isRepeat(row.waiter) ? ranks.repeatWaits : ranks.firstWaits;
}

async function groupOf(tables: Kysely<Schema>, row: Candidate): Promise<string[]> {
  if (row.group_id === null) return [row.id];
  const rows = await tables
    .selectFrom("jobs")
    .select("id")
    .where("group_id", "=", row.group_id)
    .orderBy("id")
    .execute();
  return rows.map(({ id }) => id);
}

function ownerOf({ keyId }: Ticket): string {
  return keyId ?? "";
}

function readKey(tables: Kysely<Schema>, ticket: Ticket, now: number) {
  return tables
    .selectFrom("idempotency_keys")
    .select(["body_hash", "job_ids"])
    .where("owner", "=", ownerOf(ticket))
    .where("key", "=", ticket.key ?? "")
    .where("expires_at", ">", now)
    .executeTakeFirst();
}

function idsOf(row: { body_hash: string; job_ids: string }, ticket: Ticket): string[] {
  if (row.body_hash === ticket.bodyHash) return JSON.parse(row.job_ids) as string[];
  throw new JimengError(
    "idempotency_key_reused",
    "This Idempotency-Key was used for another request within the last 24 hours.",
    {
      param: "Idempotency-Key",
      charged: "no",
      fix: "Use a new key for a new request; send the same request with the old one.",
    },
  );
}
