// Adds up what the jobs of a key cost or hold, by the day (UTC) on which they were made.

import type { Kysely } from "kysely";

import type { FixedStatements } from "../database/fixed-statements.ts";
import type { Schema } from "../database/migrations/schema.ts";

const dayMs = 86_400_000;

/** The credits of a key in the present day and month. */
export interface Spend {
  day: number;
  month: number;
}

/** The columns of a job that say what it costs or holds, in credits. */
export interface HeldCredits {
  reserved: number | null;
  cost: { charged: number | null; refunded: number | null };
}

/** Returns the credits of a job that count: those set aside, and those charged and not refunded. */
export function creditsHeld({ reserved, cost }: HeldCredits): number {
  return (reserved ?? 0) + Math.max(0, (cost.charged ?? 0) - (cost.refunded ?? 0));
}

/** Returns the number of a time's day since 1970-01-01, UTC. */
export function dayOf(at: number): number {
  return Math.floor(at / dayMs);
}

/** Returns the first day of a time's month. */
export function firstDayOfMonth(at: number): number {
  const date = new Date(at);
  return dayOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth()));
}

/** Returns when a period ends in which a time lies, in Unix milliseconds. */
export function endOf(period: "day" | "month", at: number): number {
  if (period === "day") return (dayOf(at) + 1) * dayMs;
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

/** Adds credits, negative ones too, to a day of a key. */
export async function addSpend(
  transaction: Kysely<Schema>,
  statements: FixedStatements,
  { keyId, createdAt }: { keyId: string; createdAt: number },
  credits: number,
): Promise<void> {
  const values = { key_id: keyId, day: dayOf(createdAt), credits };
  await statements.run(transaction, "add spend", Object.values(values), () =>
    transaction
      .insertInto("key_spend")
      .values(values)
      .onConflict((conflict) =>
        conflict.columns(["key_id", "day"]).doUpdateSet((row) => ({
          credits: row("key_spend.credits", "+", row.ref("excluded.credits")),
        })),
      ),
  );
}

/** Reads what a key has spent in the day and the month of a time. */
export async function readSpend(
  tables: Kysely<Schema>,
  keyId: string,
  now: number,
): Promise<Spend> {
  const today = dayOf(now);
  const rows = await tables
    .selectFrom("key_spend")
    .select(["day", "credits"])
    .where("key_id", "=", keyId)
    .where("day", ">=", firstDayOfMonth(now))
    .execute();
  const spend = { day: 0, month: 0 };
  for (const { day, credits } of rows) {
    spend.month += credits;
    if (Number(day) === today) spend.day += credits;
  }
  return spend;
}
