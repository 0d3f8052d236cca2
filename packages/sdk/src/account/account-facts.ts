// What the upstream says of an account: whom a session belongs to, and its credits.

import type { Region } from "../operation.ts";

/** Who a session belongs to. */
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
  /** Unix milliseconds; null when it never ends or nobody says. */
  expiresAt: number | null;
  /** The membership's level, on vip credits. */
  level: string | null;
}

/** A balance. The site spends membership credits first, then purchased ones, then gifts (founding document [D]). */
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
  /** Ties a charge to a start: a charge under a submit id forbids a second post of it. */
  submitId: string | null;
  status: number | null;
}

/** A page of movements, newest first. */
export interface CreditHistoryPage {
  total: number | null;
  records: CreditRecord[];
  /** Asks for the next page; null at the end. */
  cursor: string | null;
}

/** What a claim brought. */
export interface CreditClaim {
  /** The credits granted now; 0 when today's were received already. */
  granted: number;
  alreadyReceived: boolean;
  total: number | null;
  isFirst: boolean;
  intervalDays: number | null;
}
