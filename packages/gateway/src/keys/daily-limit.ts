// Holds the requests of a caller that share a fact to so many credits a day. It is checked in the transaction that stores
// the new jobs: requests of one moment, on other nodes too, cannot spend the same credits.

import { sql } from "kysely";
import type { Kysely } from "kysely";

import { ServiceError } from "../errors.ts";
import type { Schema } from "../database/migrations/schema.ts";
import { readHeldCredits } from "./ledger.ts";
import { endOf } from "./spend.ts";

/** How much the requests of a caller that share a fact may cost in a day (UTC). */
export interface DailyLimit {
  /** The name of the fact in the metadata; those with the same value count together. */
  by: string;
  credits: number;
}

/** The part of a new job that a limit counts. */
export interface LimitedJob {
  keyId: string | null;
  /** Null while its price is not known. */
  reserved: number | null;
  createdAt: number;
  metadata: Readonly<Record<string, string>>;
}

const dayMs = 86_400_000;
// First number of these advisory locks; it separates them from others.
const lockSpace = 0x6c696d69;

/** Throws `budget_exceeded` where the new jobs of one request would pass the limit; they are stored in this transaction. */
export async function checkDailyLimit(
  transaction: Kysely<Schema>,
  jobs: readonly LimitedJob[],
  { by, credits: limit }: DailyLimit,
  isPostgres: boolean,
): Promise<void> {
  const [first] = jobs;
  const value = first?.metadata[by];
  if (first === undefined || value === undefined) return;
  const { keyId, createdAt } = first;
  const prices = jobs.flatMap(({ reserved }) => reserved ?? []);
  if (prices.length < jobs.length) throw priceUnknown();
  const expected = prices.reduce((sum, price) => sum + price, 0);
  if (isPostgres) {
    const name = JSON.stringify([keyId, by, value]);
    // In a statement of its own: the next one then sees what the transaction before has stored.
    await sql`select pg_advisory_xact_lock(${lockSpace}, hashtext(${name}))`.execute(transaction);
  }
  const from = endOf("day", createdAt) - dayMs;
  const filter = { keyId, from, metadata: { [by]: value } };
  const spent = await readHeldCredits(transaction, filter, isPostgres);
  if (spent + expected > limit) throw exceeded(expected, Math.max(0, limit - spent));
}

function exceeded(expected: number, left: number): ServiceError {
  const message = `This is expected to cost ${expected} credits, and ${left} of its daily_limit are left.`;
  return new ServiceError("budget_exceeded", message, {
    param: "daily_limit",
    reason: "daily_limit",
    charged: "no",
    fix: "Wait for the next day (UTC), ask for less, or raise daily_limit.",
  });
}

function priceUnknown(): ServiceError {
  return new ServiceError(
    "budget_exceeded",
    "What this costs is not known, and daily_limit sets a ceiling.",
    {
      param: "daily_limit",
      reason: "price_unknown",
      charged: "no",
      fix: "Leave daily_limit out once: when that job's charge is settled, the price of the same request is known.",
    },
  );
}
