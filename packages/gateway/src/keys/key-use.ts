// Watches what keys use between the requests that reserve: requests per minute, and room for files.

import type { Clock } from "../clock.ts";
import { ServiceError } from "../errors.ts";
import type { GatewayDatabase } from "../database/database.ts";
import { budgetsOf, checkBudgets } from "./budgets.ts";
import type { GatewayKey } from "./key.ts";
import { checkKept, readKept } from "./kept-files.ts";
import type { Kept } from "./kept-files.ts";
import { createRequestRate } from "./request-rate.ts";
import type { RequestRate } from "./request-rate.ts";
import { countOpen, countUnpriced } from "./reservations.ts";
import { endOf, readSpend } from "./spend.ts";

/** What a key has used. Times are Unix milliseconds. */
export interface KeyUsage extends Kept {
  day: { credits: number; endsAt: number };
  month: { credits: number; endsAt: number };
  openJobs: number;
}

/** Watches and reads what keys use. */
export interface KeyUse extends RequestRate {
  /** Throws `budget_exceeded` when a key keeps as many files or bytes as it may. */
  assertRoom(key: Pick<GatewayKey, "id" | "maxBytes" | "maxFiles">): Promise<void>;
  /** Returns why the budgets of a key would refuse jobs of these expected prices; undefined when they would not. */
  refusalOf(key: GatewayKey, prices: readonly (number | null)[]): Promise<ServiceError | undefined>;
  /** Reads what a key has used. */
  read(keyId: string): Promise<KeyUsage>;
}

/** Makes it over an open database. */
export function createKeyUse(database: GatewayDatabase, clock: Pick<Clock, "now">): KeyUse {
  const { tables } = database;
  return {
    ...createRequestRate(database, clock),

    async assertRoom(key) {
      if (key.maxBytes === null && key.maxFiles === null) return;
      checkKept(key, await readKept(tables, key.id, clock.now()));
    },

    async refusalOf(key, prices) {
      const now = clock.now();
      const budgets = budgetsOf(key, await readSpend(tables, key.id, now));
      const known = prices.filter((price) => price !== null);
      try {
        checkBudgets(budgets, {
          credits: known.reduce((sum, price) => sum + price, 0),
          unpriced: prices.length - known.length,
          pendingUnpriced: await countUnpriced(tables, key.id, now),
        });
      } catch (error) {
        if (error instanceof ServiceError) return error;
        throw error;
      }
      return undefined;
    },

    async read(keyId) {
      const now = clock.now();
      const [spend, kept, openJobs] = await Promise.all([
        readSpend(tables, keyId, now),
        readKept(tables, keyId, now),
        countOpen(tables, keyId),
      ]);
      return {
        ...kept,
        day: { credits: spend.day, endsAt: endOf("day", now) },
        month: { credits: spend.month, endsAt: endOf("month", now) },
        openJobs,
      };
    },
  };
}
