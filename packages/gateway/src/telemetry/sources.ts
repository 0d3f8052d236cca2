// What the gauges read when they are scraped, as far as it lies outside this room.

import type { Region } from "@jimeng/sdk";

import type { GatewayDatabase } from "../database/database.ts";

/** A configured account, as its gauges need it. */
export interface MeteredAccount {
  name: string;
  region: Region;
  adopted: boolean;
  /** Unix milliseconds, where the session's cookie told. */
  sessionEndsAt?: number;
}

/** A balance of credits, as its gauges need it. */
export interface MeteredBalance {
  total: number;
  expiring: readonly { amount: number; expiresAt: number | null }[];
}

/** What is read at a scrape. */
export interface MetricSources {
  version: string;
  mode: string;
  database: GatewayDatabase;
  accounts: {
    list(): MeteredAccount[];
    health(name: string): { state: string };
    inFlight(): Promise<ReadonlyMap<string, number>>;
  };
  /** Reads the balance of a configured account from the upstream. */
  readBalance(account: string): Promise<MeteredBalance>;
  /** Returns the free bytes of the data folder's disk; null where it does not say. */
  freeBytes(): Promise<number | null>;
  /** Returns Unix milliseconds. */
  now(): number;
}
