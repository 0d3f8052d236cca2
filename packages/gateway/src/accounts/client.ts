// The part of the sdk's client that is about an account itself: its user, credits, models and history.

import type {
  Account,
  AudioResource,
  CreditAccount,
  Generation,
  LiveModels,
  ReadOptions,
} from "@jimeng/sdk";

/** A generation of the account's own history; `prompt` is absent where the client does not tell it. */
export type HistoryEntry = Generation & { prompt?: string | null };

/** A page of the account's own history, newest first. */
export interface HistoryPage {
  generations: HistoryEntry[];
  /** What requests the next page; null at the end. */
  cursor: string | null;
  /** The number of records that could not be read, where the client tells it. */
  unreadable?: number;
}

/** Asks the upstream about one account; the sdk's `Jimeng` satisfies it. */
export interface AccountClient {
  readonly credits: Pick<CreditAccount, "retrieve" | "peek" | "history" | "claim">;
  readonly account: Pick<Account, "check" | "permissions">;
  readonly models: Pick<LiveModels, "read" | "peek">;
  readonly audio: Pick<AudioResource, "voices">;
  readonly generations: {
    list(options: ReadOptions & { limit?: number; cursor?: string }): Promise<HistoryPage>;
  };
}
