// The part of the sdk's client that is about an account itself: who, how many credits, which models, what it made.

import type { Account, CreditAccount, Generation, LiveModels, ReadOptions } from "@jimeng/sdk";

/** A generation of the account's own history, with its prompt where the client tells it. */
export type HistoryEntry = Generation & { prompt?: string | null };

/** A page of the account's own history, newest first. */
export interface HistoryPage {
  generations: HistoryEntry[];
  /** Asks for the next page; null at the end. */
  cursor: string | null;
  /** Counts records that could not be read, where the client tells it. */
  unreadable?: number;
}

/** Asks one account about itself; the sdk's `Jimeng` satisfies it. */
export interface AccountClient {
  readonly credits: Pick<CreditAccount, "retrieve" | "history" | "claim">;
  readonly account: Pick<Account, "check" | "permissions">;
  readonly models: Pick<LiveModels, "list" | "peek">;
  readonly generations: {
    list(options: ReadOptions & { limit?: number; cursor?: string }): Promise<HistoryPage>;
  };
}
