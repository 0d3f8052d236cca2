// Watches what keys use between the requests that reserve: requests per minute, and room for files.

import type { Clock } from "../clock.ts";
import type { GatewayDatabase } from "../database/database.ts";
import type { GatewayKey } from "./key.ts";
import { checkKept, readKept } from "./kept-files.ts";
import type { Kept } from "./kept-files.ts";
import { createRequestRate } from "./request-rate.ts";
import type { RequestRate } from "./request-rate.ts";
import { countOpen } from "./reservations.ts";
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
