// Which earlier jobs may answer a wish that comes again, and taking them over.

import { sql } from "kysely";
import type { Kysely } from "kysely";

import type { JobTable, Schema } from "../../database/migrations/schema.ts";
import type { Ticket } from "../job.ts";
import { isRepeat } from "./caller-presence.ts";
import type { Waiters } from "./caller-presence.ts";

const hourMs = 3_600_000;
/** How long a wish is remembered, with a key or without, in milliseconds. */
export const wishLifetimeMs = 24 * hourMs;
/** How long after it was lost an answer can be joined, in milliseconds. */
export const joinWindowMs = 15 * 60_000;
// The answer of a caller who says that it repeats may have gone out and been lost on the way moments ago.
const lateRepeatMs = 60_000;
// Rows that change under each of so many looks are wanted by many.
const mostTries = 5;
// Nobody has more lost answers of one wish in a day than this.
const mostCandidates = 100;

/**
 * Takes over the jobs of an earlier request of the same wish, whose answer nobody got: `waiter` waits for them now.
 * Gives their ids; undefined where there are none.
 */
export async function joinEarlier(
  transaction: Kysely<Schema>,
  ticket: Ticket,
  { waiter, waiters, now }: { waiter: string; waiters: Waiters; now: number },
): Promise<string[] | undefined> {
  for (let tries = 0; tries < mostTries; tries++) {
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
      return ids;
    }
    if (ranked.length === 0) return undefined;
    // Somebody was first, or it was only written down that its caller has left: that makes it no less joinable.
  }
  return undefined;
}

/** Takes over the waiting for jobs. */
export async function take(
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
      .where("created_at", ">", now - wishLifetimeMs)
      .where(({ and, eb, fn, or }) => {
        const isOpen = and([
          eb("delivered_at", "is", null),
          eb(fn.coalesce("undelivered_at", "updated_at"), ">", now - joinWindowMs),
        ]);
        return ticket.join === "any"
          ? or([isOpen, eb("delivered_at", ">", now - lateRepeatMs)])
          : isOpen;
      })
      // However often the same was asked for and delivered: what is open comes first.
      .orderBy(sql`delivered_at is not null`)
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
