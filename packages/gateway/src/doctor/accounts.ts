// Examines the configured accounts: whether their sessions are alive, their credits, and whether the site takes our
// version strings. Reads only; nothing is paid or claimed.

import { JimengError } from "@jimeng/sdk";
import type { Region } from "@jimeng/sdk";

import type { ConnectableAccount } from "../accounts/account.ts";
import type { AccountClient } from "../accounts/client.ts";
import { found } from "./finding.ts";
import type { Finding } from "./finding.ts";

const dayMs = 86_400_000;
const warnedDays = 3;
// One picture of the usual models costs a few.
const fewCredits = 5;
const staleVersionRet = "3018";

/** What is needed to examine accounts. */
export interface AccountsOptions {
  accounts: readonly ConnectableAccount[];
  clientOf: (account: ConnectableAccount) => Pick<AccountClient, "account" | "credits" | "models">;
  now: () => number;
}

/** Examines every account, one after the other, and the version strings once for each region. */
export async function examineAccounts(options: AccountsOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  const versions = new Map<Region, Finding>();
  for (const account of options.accounts) {
    const client = options.clientOf(account);
    const finding = await examineAccount(account, client);
    findings.push(finding, ...endOf(account, options.now()));
    const isAlive = finding.code === "account_alive" || finding.code === "account_poor";
    if (isAlive && !versions.has(account.region))
      versions.set(account.region, await examineVersions(account.region, client));
  }
  return [...findings, ...versions.values()];
}

async function examineAccount(
  { name, region }: ConnectableAccount,
  client: Pick<AccountClient, "account" | "credits">,
): Promise<Finding> {
  try {
    const check = await client.account.check();
    if (!check.alive) return found("accounts", "fail", "account_dead", name);
    const { total } = await client.credits.retrieve({ fresh: true });
    return total < fewCredits
      ? found("accounts", "warn", "account_poor", name, total)
      : found("accounts", "ok", "account_alive", name, region, total);
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    if (error.code === "session_invalid") return found("accounts", "fail", "account_dead", name);
    return error.code === "risk_controlled"
      ? found("accounts", "fail", "account_refused", name, error.code)
      : found("accounts", "fail", "account_not_known", name, error.code);
  }
}

function endOf({ name, sessionEndsAt }: ConnectableAccount, now: number): Finding[] {
  if (sessionEndsAt === undefined) return [];
  const days = Math.floor((sessionEndsAt - now) / dayMs);
  return days >= warnedDays
    ? []
    : [found("accounts", "warn", "session_ends", name, Math.max(0, days))];
}

/** Asks for the site's list of models, which it gives to version strings that it takes. */
async function examineVersions(
  region: Region,
  client: Pick<AccountClient, "models">,
): Promise<Finding> {
  try {
    await client.models.read();
    return found("versions", "ok", "versions_accepted", region);
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    return error.detail.upstream?.ret === staleVersionRet
      ? found("versions", "fail", "versions_stale", region)
      : found("versions", "warn", "versions_not_known", region, error.code);
  }
}
