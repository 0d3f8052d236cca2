// The types of an account's facts: whom a session belongs to, and its credits.

import type { Region } from "./operation.ts";

/** The user that a session belongs to. */
export interface AccountInfo {
  userId: string;
  name: string | null;
  avatarUrl: string | null;
  region: Region;
}

/** A part of the balance that ends at one time. */
export interface CreditBatch {
  type: "vip" | "purchased" | "gift";
  amount: number;
  /** Unix milliseconds; null when it never ends or the upstream does not say. */
  expiresAt: number | null;
  /** The membership's level, on vip credits. */
  level: string | null;
}

/** A balance. The site spends membership credits first, then purchased ones, then gifts (one document says so). */
export interface Credits {
  /** The sum of the three; the upstream sends none. */
  total: number;
  byType: { vip: number; purchased: number; gift: number };
  batches: CreditBatch[];
  expiring: { amount: number; expiresAt: number | null }[];
}

/** One movement of credits. */
export interface CreditRecord {
  /** Negative when spent. */
  amount: number;
  createdAt: number | null;
  title: string;
  /** Submit id of the start that was charged; a charged start must not be posted again. */
  submitId: string | null;
  status: number | null;
}

/** A page of movements, newest first. */
export interface CreditHistoryPage {
  total: number | null;
  records: CreditRecord[];
  /** Cursor of the next page; null at the end. */
  cursor: string | null;
}

/** The result of a claim of the daily credits. */
export interface CreditClaim {
  /** The credits granted now; 0 when today's were received already. */
  granted: number;
  alreadyReceived: boolean;
  total: number | null;
  isFirst: boolean;
  intervalDays: number | null;
}
