// Estimates what requests will cost: from what the accounts were charged for the same, else from what others measured.

import type { PreparedRequest, Warning } from "@jimeng/sdk";

import type { AccountAccess } from "../../accounts/account.ts";
import type { Accounts } from "../../accounts/accounts.ts";
import type { Config } from "../../config/config.ts";
import type { Jobs } from "../../jobs/job.ts";
import type { Caller } from "../../keys/caller.ts";
import { actOf } from "./act.ts";
import { measuredCharge } from "./measured-charges.ts";

/** The credits that one job is expected to cost. */
export interface Quote {
  /** Null where nothing is known. */
  credits: number | null;
  /** Where the number comes from: own jobs of the same kind, or the charges that others published. */
  basis: "own_charges" | "charges_of_others" | null;
  /** The number of own jobs behind it. */
  observations: number;
}

/** What quotes are made with. */
export interface QuoteServices {
  config: Pick<Config, "mode">;
  jobs: Pick<Jobs, "charges">;
  accounts: Pick<Accounts, "list" | "get" | "connection" | "forSession">;
}

const maxObservations = 20;

/** Returns the accounts that may run a request: the caller's own, the named one, or all configured ones. */
export function payingAccounts(
  { accounts }: Pick<QuoteServices, "accounts">,
  caller: Caller,
  named: string | null,
): AccountAccess[] {
  const own = caller.session();
  if (own !== null) return [accounts.forSession(own.text)];
  const chosen =
    named === null
      ? accounts.list().filter(({ name, adopted }) => !adopted && caller.mayUseAccount(name))
      : [accounts.get(named)].flatMap((account) => account ?? []);
  return chosen.flatMap((account) => {
    const client = accounts.connection(account.name)?.client;
    return client === undefined ? [] : [{ account, client }];
  });
}

/** Returns the quote of each request, in order. */
export async function quoteAll(
  services: QuoteServices,
  accounts: readonly AccountAccess[],
  requests: readonly PreparedRequest[],
): Promise<Quote[]> {
  const names = accounts.map(({ account }) => account.name);
  // What others measured is about the Chinese site, and never about the simulator.
  const mayMeasure =
    services.config.mode !== "simulator" &&
    accounts.length > 0 &&
    accounts.every(({ account }) => account.region === "cn");
  const quotes: Quote[] = [];
  for (const request of requests) {
    const act = actOf(request);
    const charges = await services.jobs.charges(names, request.model);
    const own = charges
      .filter((charge) => actOf(charge.request) === act)
      .slice(0, maxObservations)
      .map(({ credits }) => credits);
    quotes.push(toQuote(own, mayMeasure ? measuredCharge(request) : null));
  }
  return quotes;
}

function toQuote(own: number[], measured: number | null): Quote {
  if (own.length > 0) {
    return { credits: medianOf(own), basis: "own_charges", observations: own.length };
  }
  const basis = measured === null ? null : "charges_of_others";
  return { credits: measured, basis, observations: 0 };
}

/** Returns the median; of an even number of values the higher of the two in the middle. */
function medianOf(values: number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** Returns the sum of the quotes; null where one of them is not known. */
export function totalOf(quotes: readonly Quote[]): number | null {
  let total = 0;
  for (const { credits } of quotes) {
    if (credits === null) return null;
    total += credits;
  }
  return total;
}

/** A balance that was read less than 30 s ago, for whatever reason. */
export interface KnownBalance {
  account: string;
  credits: number;
}

/** Returns the balances that are at hand; none is read for this. */
export function knownBalances(accounts: readonly AccountAccess[]): KnownBalance[] {
  return accounts.flatMap(({ account, client }) => {
    const balance = client.credits.peek();
    return balance === undefined ? [] : [{ account: account.name, credits: balance.total }];
  });
}

/** Returns a warning when none of the accounts has enough credits, as far as that is known. */
export function warnAboutBalances(
  accounts: readonly AccountAccess[],
  expected: number | null,
): Warning[] {
  const balances = knownBalances(accounts);
  const most = Math.max(...balances.map(({ credits }) => credits));
  // One account whose balance is not known may have enough.
  if (expected === null || balances.length === 0 || balances.length < accounts.length) return [];
  if (most >= expected) return [];
  const message = `The account has ${most} credits, and this is expected to cost ${expected}.`;
  return [{ code: "balance_low", message }];
}
