// `jimeng credits`: shows balances and movements, and claims the daily credits.

import type { Balance, Claim } from "@jimeng/gateway/api";
import type { Command } from "commander";

import { withClient } from "../gateway/connect.ts";
import type { ConnectionOptions } from "../gateway/connection.ts";
import type { Context } from "../context.ts";
import { localTime } from "../terminal/local-time.ts";
import { wholeNumber } from "./option-values.ts";
import type { Words } from "../words/words.ts";
import { withConnectionOptions } from "./connection-options.ts";
import { addLedger } from "./keys/ledger.ts";
import { refuseUnknownSubcommands } from "./subcommands.ts";

const maxLimit = 100;
const defaultLimit = 20;

interface AccountOption extends ConnectionOptions {
  account?: string;
  json?: boolean;
}

/** Adds `jimeng credits` and the commands below it. */
export function addCreditsCommand(program: Command, context: Context): void {
  const credits = program.command("credits").description(context.words.help.credits.description);
  refuseUnknownSubcommands(credits);
  addShow(credits, context);
  addHistory(credits, context);
  addLedger(credits, context);
  addClaim(credits, context);
}

function addShow(group: Command, context: Context): void {
  const { help, credits: words } = context.words;
  const command = group
    .command("show", { isDefault: true })
    .description(help.credits.show)
    .option("--account <name>", help.options.onlyAccount)
    .option("--fresh", help.credits.fresh)
    .option("--json", help.options.jsonList);
  withConnectionOptions(command, context.words).action(
    async (options: AccountOption & { fresh?: boolean }) => {
      const { account, fresh } = options;
      const list = await withClient(context, options, (client) =>
        client.credits.list({ account, fresh }),
      );
      if (options.json) return context.output.json(list);
      const { total, vip, purchased, gift, expires } = words;
      context.output.table(
        [words.account, words.region, total, vip, purchased, gift, expires],
        list.data.map((balance) => describeBalance(balance, context.words)),
      );
      for (const balance of list.data) {
        const { account, error } = balance;
        if (error === null) continue;
        context.output.warning(
          ({ failure }) => `${account}: ${failure.ofCode(error.code, error.message)}`,
        );
      }
      context.output.note(words.spendingOrder);
    },
  );
}

function addHistory(group: Command, context: Context): void {
  const { help, credits: words } = context.words;
  const command = group
    .command("history")
    .description(help.credits.history)
    .option("--account <name>", help.options.accountNeeded)
    .option(
      "--limit <number>",
      help.options.limit,
      wholeNumber("--limit", 1, maxLimit),
      defaultLimit,
    )
    .option("--after <id>", help.credits.after)
    .option("--json", help.options.jsonList);
  withConnectionOptions(command, context.words).action(
    async (options: AccountOption & { limit: number; after?: string }) => {
      const { account, limit, after } = options;
      const page = await withClient(context, options, (client) =>
        client.credits.history({ account, limit, after }),
      );
      if (options.json) return context.output.json(page);
      if (page.data.length === 0) return context.output.note(words.noMovements);
      context.output.table(
        [words.when, words.credits, context.words.jobs.submitId, words.what],
        page.data.map((record) => [
          record.created_at === null ? "" : localTime(record.created_at),
          record.amount > 0 ? `+${record.amount}` : String(record.amount),
          record.submit_id ?? "",
          record.title,
        ]),
      );
      if (page.has_more) context.output.note(words.more(page.last_id ?? ""));
    },
  );
}

function addClaim(group: Command, context: Context): void {
  const { help } = context.words;
  const command = group
    .command("claim")
    .description(help.credits.claim)
    .option("--account <name>", help.credits.forAccount)
    .option("--time-zone <name>", help.credits.timeZone)
    .option("--json", help.options.jsonAnswer);
  withConnectionOptions(command, context.words).action(
    async (options: AccountOption & { timeZone?: string }) => {
      const { account, timeZone } = options;
      const claim = await withClient(context, options, (client) =>
        client.credits.claim({ account, timeZone }),
      );
      if (options.json) return context.output.json(claim);
      context.output.result(claimWords(claim, context.words));
    },
  );
}

/** Returns the table cells of one balance. */
export function describeBalance(balance: Balance, { credits }: Words): string[] {
  const { account, region, total, by_type: types, expiring } = balance;
  const cells = [total, types?.vip, types?.purchased, types?.gift];
  return [
    account,
    region,
    ...cells.map((cell) => (cell === null || cell === undefined ? "?" : String(cell))),
    expiring
      .map(({ amount, expires_at: at }) =>
        at === null ? "" : credits.expiring(amount, localTime(at)),
      )
      .filter((words) => words !== "")
      .join(", "),
  ];
}

/** Describes the result of a claim in one sentence. */
export function claimWords(claim: Claim, { credits }: Words): string {
  const what = claim.already_received ? credits.alreadyReceived : credits.received(claim.received);
  return credits.claimed(claim.account, what, claim.total, claim.consecutive_days);
}
