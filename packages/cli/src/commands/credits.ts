// `jimeng credits`: balances, movements, and the daily claim.

import type { Balance, Claim } from "@jimeng/gateway/api";
import type { Command } from "commander";

import { withClient } from "../gateway/connect.ts";
import type { ConnectionOptions } from "../gateway/connection.ts";
import type { Context } from "../context.ts";
import { localTime } from "../terminal/local-time.ts";
import { wholeNumber } from "./option-values.ts";
import { withConnectionOptions } from "./connection-options.ts";
import { refuseUnknownSubcommands } from "./subcommands.ts";

const largestPage = 100;
const defaultPage = 20;

const spendingWords =
  "the site spends membership credits (vip) first, then purchased ones, then gifts";

interface AccountOption extends ConnectionOptions {
  account?: string;
  json?: boolean;
}

/** Adds `jimeng credits` and the commands below it. */
export function addCreditsCommand(program: Command, context: Context): void {
  const credits = program
    .command("credits")
    .description("show the credits, what changed them, or claim today's free ones");
  refuseUnknownSubcommands(credits);
  addShow(credits, context);
  addHistory(credits, context);
  addClaim(credits, context);
}

function addShow(credits: Command, context: Context): void {
  const command = credits
    .command("show", { isDefault: true })
    .description(`show the balances; ${spendingWords}`)
    .option("--account <name>", "only this account")
    .option("--fresh", "ask the site now, do not take what is up to 30 s old")
    .option("--json", "print the list as JSON");
  withConnectionOptions(command).action(async (options: AccountOption & { fresh?: boolean }) => {
    const { account, fresh } = options;
    const list = await withClient(context, options, (client) =>
      client.credits.list({ account, fresh }),
    );
    if (options.json) return context.output.json(list);
    context.output.table(
      ["account", "region", "total", "vip", "purchased", "gift", "expires"],
      list.data.map(describeBalance),
    );
    for (const balance of list.data) {
      if (balance.error) context.output.warning(`${balance.account}: ${balance.error.message}`);
    }
    context.output.note(spendingWords);
  });
}

function addHistory(credits: Command, context: Context): void {
  const command = credits
    .command("history")
    .description("list what came in and what was spent, newest first")
    .option("--account <name>", "of this account (needed when there are several)")
    .option("--limit <count>", "how many", wholeNumber(1, largestPage), defaultPage)
    .option("--after <id>", "go on behind this page (the last_id of --json)")
    .option("--json", "print the page as JSON");
  withConnectionOptions(command).action(
    async (options: AccountOption & { limit: number; after?: string }) => {
      const { account, limit, after } = options;
      const page = await withClient(context, options, (client) =>
        client.credits.history({ account, limit, after }),
      );
      if (options.json) return context.output.json(page);
      if (page.data.length === 0) return context.output.note("no movements");
      context.output.table(
        ["when", "credits", "submit id", "what"],
        page.data.map((record) => [
          record.created_at === null ? "" : localTime(record.created_at),
          record.amount > 0 ? `+${record.amount}` : String(record.amount),
          record.submit_id ?? "",
          record.title,
        ]),
      );
      if (page.has_more) context.output.note(`there are more: --after ${page.last_id ?? ""}`);
    },
  );
}

function addClaim(credits: Command, context: Context): void {
  const command = credits
    .command("claim")
    .description("claim today's free credits, once")
    .option("--account <name>", "for this account (needed when there are several)")
    .option("--time-zone <name>", "whose day it is, e.g. Asia/Shanghai (default: the region's)")
    .option("--json", "print the answer as JSON");
  withConnectionOptions(command).action(async (options: AccountOption & { timeZone?: string }) => {
    const { account, timeZone } = options;
    const claim = await withClient(context, options, (client) =>
      client.credits.claim({ account, timeZone }),
    );
    if (options.json) return context.output.json(claim);
    context.output.result(claimWords(claim));
  });
}

/** Gives the cells that tell one balance. */
export function describeBalance(balance: Balance): string[] {
  const { account, region, total, by_type: types, expiring } = balance;
  const cells = [total, types?.vip, types?.purchased, types?.gift];
  return [
    account,
    region,
    ...cells.map((cell) => (cell === null || cell === undefined ? "?" : String(cell))),
    expiring
      .map(({ amount, expires_at: at }) => (at === null ? "" : `${amount} at ${localTime(at)}`))
      .filter((words) => words !== "")
      .join(", "),
  ];
}

/** Tells in one sentence what a claim brought. */
export function claimWords(claim: Claim): string {
  const what = claim.already_received
    ? "today's credits were received already"
    : `received ${claim.received} credits`;
  const total = claim.total === null ? "" : `, ${claim.total} in all`;
  const days = claim.consecutive_days;
  return `${claim.account}: ${what}${total}, day ${days} in a row`;
}
