// Finds earlier jobs whose answer nobody received, and attaches a repeated request to them.

import type { Kysely } from "kysely";

import type { FixedStatements } from "../../database/fixed-statements.ts";
import type { Schema } from "../../database/migrations/schema.ts";
import type { IdempotencyContext } from "../job.ts";
import type { CallerPresence } from "./caller-presence.ts";
import { isRepeat } from "./connection-name.ts";
import { attach, findCandidates, groupOf, tryAttach } from "./responses.ts";
import type { JoinCandidate } from "./responses.ts";

const hourMs = 3_600_000;
/** How long a request is remembered, with a key or without, in milliseconds. */
export const requestLifetimeMs = 24 * hourMs;
/** How long a lost answer can be joined, in milliseconds. */
export const joinWindowMs = 15 * 60_000;
// When a caller says that it repeats, its answer may have gone out and been lost on the way within this time.
const lateRepeatMs = 60_000;
// A row that changes between two reads is read again; after so many attempts new jobs are made.
const maxAttempts = 5;

interface JoinOptions {
  connection: string;
  presence: CallerPresence;
  statements: FixedStatements;
  now: number;
}

/**
 * Attaches `connection` to the jobs of an earlier equal request whose answer nobody received. Returns their ids;
 * undefined when there are none.
 */
export async function joinEarlier(
  transaction: Kysely<Schema>,
  context: IdempotencyContext,
  { connection, presence, statements, now }: JoinOptions,
): Promise<string[] | undefined> {
  const isRepeating = context.join === "any";
  const isUntilResult = context.join === "until_result";
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const rows = await findCandidates(transaction, statements, context, {
      createdAfter: now - requestLifetimeMs,
      openAfter: now - joinWindowMs,
      answeredAfter: isRepeating ? now - lateRepeatMs : null,
      handleAfter: isUntilResult ? now - joinWindowMs : null,
    });
    const names = rows.flatMap((row) => row.connection ?? []);
    const isWaiting = await presence.whoWaits(names, transaction);
    // The connection may be its own, from an attempt whose answer was lost: then the jobs are free for it.
    const isTaken = (name: string): boolean => name !== connection && isWaiting(name);
    const ranked = rows
      .map((row) => ({
        row,
        rank: rankOf(row, isTaken, isUntilResult ? joinWindowMs : lateRepeatMs, now),
      }))
      .filter(({ rank }) => mayJoin(rank, context.join))
      .toSorted((one, other) => one.rank - other.rank);
    for (const { row } of ranked) {
      // Compare-and-set: of two requests of one moment, one must not join the job that the other just joined.
      if (!(await tryAttach(transaction, row, connection))) continue;
      const ids = await groupOf(transaction, row);
      if (ids.length > 1) await attach(transaction, ids, connection);
      return ids;
    }
    if (ranked.length === 0) return undefined;
    // Another request was first, or the row only changed because its caller left, and can still be joined: read again.
  }
  return undefined;
}

/** Ranks of the jobs that can be joined: lost answers first, those that went out moments ago last. */
const ranks = { lost: 0, firstWaits: 1, repeatWaits: 2, answered: 3, never: 4 } as const;

function mayJoin(rank: number, join: IdempotencyContext["join"]): boolean {
  if (join === "any") return rank <= ranks.answered;
  // Of an answer that went out only the id was received: the query gives no other.
  return rank === ranks.lost || (join === "until_result" && rank === ranks.answered);
}

function rankOf(
  row: JoinCandidate,
  isWaiting: (name: string) => boolean,
  answeredMs: number,
  now: number,
): number {
  if (row.answered_at !== null) {
    return row.answered_at > now - answeredMs ? ranks.answered : ranks.never;
  }
  if ((row.orphaned_at ?? row.updated_at) <= now - joinWindowMs) return ranks.never;
  if (row.connection === null || !isWaiting(row.connection)) return ranks.lost;
  return isRepeat(row.connection) ? ranks.repeatWaits : ranks.firstWaits;
}
