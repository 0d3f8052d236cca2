// The record of daily credit claims: which account claimed on which local day, and how many days in a row.

import { JimengError } from "@jimeng/sdk";

import type { GatewayDatabase } from "../database/database.ts";

/** One claim of the day's free credits. */
export interface ClaimRecord {
  account: string;
  /** The credits that this claim granted; 0 when the day's were received before. */
  amount: number;
  timeZone: string;
  /** Unix milliseconds. */
  claimedAt: number;
}

/** Stores claims. */
export interface Claims {
  /** Stores a claim and returns the number of days in a row with a claim, this one included. */
  record(claim: ClaimRecord): Promise<number>;
}

const dayMs = 86_400_000;

/** Opens the claims in the gateway's database. */
export function createClaims(database: GatewayDatabase): Claims {
  const { tables } = database;
  return {
    async record({ account, amount, timeZone, claimedAt }) {
      const today = localDay(claimedAt, timeZone);
      await tables
        .insertInto("claims")
        .values({ account, day: today, amount, time_zone: timeZone, claimed_at: claimedAt })
        // A second claim on the same day grants nothing; one made with another time zone may grant more.
        .onConflict((conflict) =>
          conflict.columns(["account", "day"]).doUpdateSet((row) => ({
            amount: row("claims.amount", "+", row.ref("excluded.amount")),
          })),
        )
        .execute();
      const rows = await tables
        .selectFrom("claims")
        .select("day")
        .where("account", "=", account)
        .where("day", "<=", today)
        .orderBy("day", "desc")
        .execute();
      let days = 0;
      for (let expected = today; rows[days]?.day === expected; expected = dayBefore(expected)) {
        days += 1;
      }
      return days;
    },
  };
}

/** Returns the calendar day (`2026-11-20`) of a moment in a time zone. */
export function localDay(at: number, timeZone: string): string {
  // Swedish dates are written as ISO 8601 dates are.
  return new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(at);
}

/** Returns the name when it is an IANA time zone; throws `invalid_request` (param `time_zone`). */
export function checkTimeZone(name: string): string {
  if (isTimeZone(name)) return name;
  throw new JimengError("invalid_request", "This time zone is not known.", {
    param: "time_zone",
    fix: "Give an IANA name such as Asia/Shanghai, or leave it out for the region's own.",
  });
}

function isTimeZone(name: string): boolean {
  // Intl also accepts offsets such as +08:00; whether the upstream accepts them is not known.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    // Throwing is the only way in which Intl reports an unknown name.
    return false;
  }
}

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - dayMs).toISOString().slice(0, day.length);
}
