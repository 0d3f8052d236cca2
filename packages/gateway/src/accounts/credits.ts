// What the gateway says and does about credits: balances, movements, and the daily claim somebody asked for.

import { JimengError, timeZones } from "@jimeng/sdk";
import type { CreditHistoryPage, Credits } from "@jimeng/sdk";

import type { AccountAccess, Accounts } from "./registry.ts";
import { checkTimeZone } from "./claims.ts";
import type { Claims } from "./claims.ts";

/** A balance and when it was read (Unix milliseconds). */
export interface Balance extends Credits {
  fetchedAt: number;
}

/** What a claim brought. */
export interface ClaimResult {
  /** The credits granted now; 0 when today's were received already. */
  received: number;
  /** The balance afterwards; null where it could not be read. */
  total: number | null;
  alreadyReceived: boolean;
  /** Counts the days in a row on which this gateway saw a claim, today included. */
  consecutiveDays: number;
  /** Unix milliseconds. */
  claimedAt: number;
  timeZone: string;
}

/** Reads and claims credits of one account at a time. */
export interface CreditDesk {
  /** Reads the balance, at most 30 s old unless `fresh`. */
  balance(access: AccountAccess, options?: { fresh?: boolean }): Promise<Balance>;
  /** Reads movements, newest first. */
  history(
    access: AccountAccess,
    options: { limit: number; cursor?: string },
  ): Promise<CreditHistoryPage>;
  /**
   * Claims today's free credits once. The time zone is the region's usual one unless given (`invalid_request`
   * when it is none). Throws the account's problem instead of calling while risk control has stopped it.
   */
  claim(access: AccountAccess, options?: { timeZone?: string }): Promise<ClaimResult>;
}

/** What the desk is made of. */
export interface CreditDeskParts {
  accounts: Pick<Accounts, "noteFailure" | "noteSuccess" | "problem">;
  claims: Claims;
  /** Gives Unix milliseconds. */
  now: () => number;
}

/** Makes the desk. */
export function createCreditDesk({ accounts, claims, now }: CreditDeskParts): CreditDesk {
  // The sdk hands out the same object as long as it is the cached one: when we first saw it is when it was read.
  const firstSeen = new WeakMap<Credits, number>();

  async function ask<T>({ account }: AccountAccess, question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      if (JimengError.isInstance(error)) accounts.noteFailure(account.name, error);
      throw error;
    }
  }

  return {
    async balance(access, options = {}) {
      const credits = await ask(access, () => access.client.credits.retrieve(options));
      const fetchedAt = firstSeen.get(credits) ?? now();
      firstSeen.set(credits, fetchedAt);
      return { ...credits, fetchedAt };
    },

    async history(access, options) {
      const page = await ask(access, () => access.client.credits.history(options));
      accounts.noteSuccess(access.account.name);
      return page;
    },

    async claim(access, options = {}) {
      const { account, client } = access;
      const timeZone =
        options.timeZone === undefined
          ? timeZones[account.region]
          : checkTimeZone(options.timeZone);
      const problem = accounts.problem(account.name);
      // A claim is a write: what risk control stopped must not be tried again.
      if (problem?.code === "risk_controlled") throw problem;
      const claim = await ask(access, () => client.credits.claim({ timeZone }));
      accounts.noteSuccess(account.name);
      const claimedAt = now();
      const consecutiveDays = await claims.record({
        account: account.name,
        amount: claim.granted,
        timeZone,
        claimedAt,
      });
      return {
        received: claim.granted,
        total: claim.total ?? (await totalAfter(access)),
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
      // The claim itself succeeded; a balance that cannot be read now is null and no failure of it.
      if (JimengError.isInstance(error)) return null;
      throw error;
    }
  }
}
