// `jimeng account`: which accounts there are, how they stand, and the check of their sessions.

import type { AccountObject, CheckedAccountObject } from "@jimeng/gateway/api";
import type { Command } from "commander";

import { withClient } from "../gateway/connect.ts";
import type { ConnectionOptions } from "../gateway/connection.ts";
import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import { localTime } from "../terminal/local-time.ts";
import { withConnectionOptions } from "./connection-options.ts";
import { refuseUnknownSubcommands } from "./subcommands.ts";

type Options = ConnectionOptions & { json?: boolean };

/** Adds `jimeng account` and the commands below it. */
export function addAccountCommand(program: Command, context: Context): void {
  const account = program
    .command("account")
    .description("list the accounts and how they stand, or check their sessions");
  refuseUnknownSubcommands(account);
  addList(account, context);
  addCheck(account, context);
}

function addList(account: Command, context: Context): void {
  const command = account
    .command("list", { isDefault: true })
    .description("list the accounts; asks the site nothing")
    .option("--json", "print the list as JSON");
  withConnectionOptions(command).action(async (options: Options) => {
    const list = await withClient(context, options, (client) => client.accounts.list());
    if (options.json) return context.output.json(list);
    if (list.data.length === 0) return context.output.note("no accounts: see JIMENG_SESSIONS_FILE");
    context.output.table(
      ["account", "region", "in flight", "health"],
      list.data.map((each) => [
        each.adopted ? `${each.name} (a caller's)` : each.name,
        each.region,
        String(each.in_flight),
        healthWords(each),
      ]),
    );
  });
}

function addCheck(account: Command, context: Context): void {
  const command = account
    .command("check")
    .description(
      "ask the site whether the sessions are alive, and lift the block of those that are",
    )
    .argument("[names...]", "only these accounts (default: all configured ones)")
    .option("--json", "print the checks as JSON");
  withConnectionOptions(command).action(async (names: string[], options: Options) => {
    const list = await withClient(context, options, (client) => client.accounts.check(names));
    if (options.json) context.output.json(list);
    else {
      context.output.table(
        ["account", "region", "session", "user", "credits", "membership"],
        list.data.map(describeCheck),
      );
    }
    refuseUnusable(list.data);
  });
}

/** Says in words how an account stands. */
export function healthWords(account: AccountObject): string {
  switch (account.health) {
    case "ok":
      return "ok";
    case "session_invalid":
      return "the session is dead: sign in on the site and replace it";
    case "cooling_down":
      return `rests until ${localTime(account.until ?? 0)} after the site's risk control said no`;
    case "blocked":
      return "blocked by the site: look there, then run `jimeng account check`";
  }
}

/** Gives the cells that tell one check. */
export function describeCheck(check: CheckedAccountObject): string[] {
  const session = check.valid === null ? "not known" : check.valid ? "alive" : "dead";
  return [
    check.account,
    check.region,
    session,
    check.user?.name ?? check.user?.id ?? "",
    check.credits === null ? "?" : String(check.credits.total),
    check.membership ?? "",
  ];
}

function refuseUnusable(checks: readonly CheckedAccountObject[]): void {
  const unusable = checks.filter(({ valid }) => valid !== true);
  const [first] = unusable;
  if (first === undefined) return;
  const reasons = unusable.map(({ account, error }) => `${account}: ${error?.message ?? "?"}`);
  throw new CliError({
    code: first.error?.code ?? "session_invalid",
    message: reasons.join(" "),
    fix: first.error?.fix ?? undefined,
    isInResult: true,
  });
}
