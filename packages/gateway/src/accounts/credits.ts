// The credits service: reads balances and the credit history, and claims the daily credits when asked to.

import { JimengError, timeZones } from "@jimeng/sdk";
import type { CreditHistoryPage, Credits } from "@jimeng/sdk";

import type { NewEvent } from "../events/append.ts";
import type { AccountAccess } from "./account.ts";
import type { Accounts } from "./accounts.ts";
import { checkTimeZone } from "./claims.ts";
import type { Claims } from "./claims.ts";

/** A balance and when it was read (Unix milliseconds). */
export interface Balance extends Credits {
  fetchedAt: number;
}

/** The result of a claim. */
export interface ClaimResult {
  /** The credits granted now; 0 when today's were received already. */
  received: number;
  /** The balance afterwards; null where it could not be read. */
  total: number | null;
  alreadyReceived: boolean;
  /** The number of days in a row on which this gateway saw a claim, today included. */
  consecutiveDays: number;
  /** Unix milliseconds. */
  claimedAt: number;
  timeZone: string;
}

/** Reads and claims the credits of one account at a time. */
export interface CreditsService {
  /** Reads the balance; it is at most 30 s old unless `fresh` is set. */
  balance(access: AccountAccess, options?: { fresh?: boolean }): Promise<Balance>;
  /** Reads the credit history, newest first. */
  history(
    access: AccountAccess,
    options: { limit: number; cursor?: string },
  ): Promise<CreditHistoryPage>;
  /**
   * Claims today's free credits once. The time zone is the region's usual one unless given; an unknown one is
   * `invalid_request`. While risk control has stopped the account, throws that error and sends nothing.
   */
  claim(access: AccountAccess, options?: { timeZone?: string }): Promise<ClaimResult>;
}

/** What the credits service needs. */
export interface CreditsServiceOptions {
  accounts: Pick<Accounts, "noteFailure" | "noteSuccess" | "noteBalance" | "blockedBy">;
  claims: Claims;
  /** Returns Unix milliseconds. */
  now: () => number;
  /** Told of balances that differ from the last ones, for the event log. */
  note?: (event: NewEvent) => void;
}

// Callers' own accounts come and go: the oldest is forgotten.
const maxKnownTotals = 1000;

/** Makes the credits service. */
export function createCreditsService({
  accounts,
  claims,
  now,
  note = () => undefined,
}: CreditsServiceOptions): CreditsService {
  // The sdk returns the same object while it is cached: the first time we see it is the time it was read.
  const firstSeenAt = new WeakMap<Credits, number>();
  const totals = new Map<string, number>();

  function noteTotal({ account }: AccountAccess, total: number): void {
    const { name } = account;
    accounts.noteBalance(name, total);
    const previous = totals.get(name);
    totals.delete(name);
    totals.set(name, total);
    const oldest = totals.size > maxKnownTotals ? totals.keys().next().value : undefined;
    if (oldest !== undefined) totals.delete(oldest);
    if (previous === undefined || previous === total) return;
    const data = { total, previous };
    note({ type: "credits.changed", subject: name, account: name, data });
  }

  async function call<T>({ account }: AccountAccess, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      if (JimengError.isInstance(error)) accounts.noteFailure(account.name, error);
      throw error;
    }
  }

  return {
    async balance(access, options = {}) {
      const credits = await call(access, () => access.client.credits.retrieve(options));
      const fetchedAt = firstSeenAt.get(credits) ?? now();
      firstSeenAt.set(credits, fetchedAt);
      noteTotal(access, credits.total);
      return { ...credits, fetchedAt };
    },

    async history(access, options) {
      const page = await call(access, () => access.client.credits.history(options));
      accounts.noteSuccess(access.account.name);
      return page;
    },

    async claim(access, options = {}) {
      const { account, client } = access;
      const timeZone =
        options.timeZone === undefined
          ? timeZones[account.region]
          : checkTimeZone(options.timeZone);
      const blockedBy = accounts.blockedBy(account.name, { purpose: "other" });
      // A claim is a write: while risk control has stopped the account, it must not be sent.
      if (blockedBy?.code === "risk_controlled") throw blockedBy;
      const claim = await call(access, () => client.credits.claim({ timeZone }));
      accounts.noteSuccess(account.name);
      const claimedAt = now();
      const consecutiveDays = await claims.record({
        account: account.name,
        amount: claim.granted,
        timeZone,
        claimedAt,
      });
      const total = claim.total ?? (await totalAfter(access));
      if (total !== null) noteTotal(access, total);
      return {
        received: claim.granted,
        total,
        alreadyReceived: claim.alreadyReceived,
        consecutiveDays,
        claimedAt,
        timeZone,
      };
    },
  };

  async function totalAfter(access: AccountAccess): Promise<number | null> {
    try {
      return (await access.client.credits.retrieve({ fresh: true })).total;
    } catch (error) {
      // The claim itself succeeded: a balance that cannot be read now is null, not an error.
      if (JimengError.isInstance(error)) return null;
      throw error;
    }
  }
}
