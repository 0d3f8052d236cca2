// Translates balances, movements and claims of credits into the published shapes.

import type { CreditHistoryPage, JimengError } from "@jimeng/sdk";

import type { Balance, ClaimResult } from "../../accounts/credits.ts";
import type { Account } from "../../accounts/account.ts";
import { spendingOrder } from "../../api/account/credits.ts";
import type { Balance as BalanceObject, Claim, CreditHistory } from "../../api/account/credits.ts";
import { toErrorObject } from "../errors.ts";
import { toUnixSeconds, toUnixSecondsOrNull } from "../values.ts";

/** One account's balance, or the error of reading it. */
export type ReadBalance = { account: Account } & ({ balance: Balance } | { error: JimengError });

/** Builds the public balance of one account; without a balance everything but the error is null. */
export function toBalanceObject(read: ReadBalance, requestId: string): BalanceObject {
  const account = { account: read.account.name, region: read.account.region };
  const order = { spending_order: [...spendingOrder] };
  if ("error" in read) {
    const nothing = { total: null, by_type: null, expiring: [], fetched_at: null };
    return { ...account, ...nothing, ...order, error: toErrorObject(read.error, { requestId }) };
  }
  const { total, byType, expiring, fetchedAt } = read.balance;
  return {
    ...account,
    total,
    by_type: byType,
    expiring: expiring.map(({ amount, expiresAt }) => ({
      amount,
      expires_at: toUnixSecondsOrNull(expiresAt),
    })),
    ...order,
    fetched_at: toUnixSeconds(fetchedAt),
    error: null,
  };
}

/** Builds one public page of an account's movements. */
export function toCreditHistory(account: Account, page: CreditHistoryPage): CreditHistory {
  return {
    object: "list",
    account: account.name,
    total: page.total,
    data: page.records.map((record) => ({
      amount: record.amount,
      title: record.title,
      created_at: toUnixSecondsOrNull(record.createdAt),
      submit_id: record.submitId,
    })),
    first_id: null,
    last_id: page.cursor,
    has_more: page.cursor !== null,
  };
}

/** Builds the public result of a daily claim. */
export function toClaimObject(account: Account, claim: ClaimResult): Claim {
  return {
    account: account.name,
    received: claim.received,
    total: claim.total,
    already_received: claim.alreadyReceived,
    consecutive_days: claim.consecutiveDays,
    claimed_at: toUnixSeconds(claim.claimedAt),
    time_zone: claim.timeZone,
  };
}
