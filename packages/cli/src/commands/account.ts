// `jimeng account`: lists the accounts with their health, checks their sessions, and removes stored ones.

import type { AccountObject, CheckedAccountObject } from "@jimeng/gateway/api";
import type { Command } from "commander";

import { withClient } from "../gateway/connect.ts";
import type { ConnectionOptions } from "../gateway/connection.ts";
import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import { localTime } from "../terminal/local-time.ts";
import type { Words } from "../words/words.ts";
import { withConnectionOptions } from "./connection-options.ts";
import { refuseUnknownSubcommands } from "./subcommands.ts";

type Options = ConnectionOptions & { json?: boolean };

/** Adds `jimeng account` and the commands below it. */
export function addAccountCommand(program: Command, context: Context): void {
  const account = program.command("account").description(context.words.help.account.description);
  refuseUnknownSubcommands(account);
  addList(account, context);
  addCheck(account, context);
  addRemove(account, context);
}

function addList(group: Command, context: Context): void {
  const { help, accounts: words, credits } = context.words;
  const command = group
    .command("list", { isDefault: true })
    .description(help.account.list)
    .option("--json", help.options.jsonList);
  withConnectionOptions(command, context.words).action(async (options: Options) => {
    const list = await withClient(context, options, (client) => client.accounts.list());
    if (options.json) return context.output.json(list);
    if (list.data.length === 0) return context.output.note(words.none);
    context.output.table(
      [
        credits.account,
        credits.region,
        words.inFlight,
        words.health,
        words.checked,
        credits.credits,
        words.membership,
      ],
      list.data.map((each) => [
        each.adopted ? words.callers(each.name) : each.name,
        each.region,
        String(each.in_flight),
        [healthWords(each, context.words), endWords(each, context.words, Date.now())]
          .filter(Boolean)
          .join("; "),
        each.checked_at === null ? "" : localTime(each.checked_at),
        each.credits === null ? "?" : String(each.credits.total),
        each.membership ?? "",
      ]),
    );
    for (const note of list.data.flatMap((each) => adviceLines(each, context.words))) {
      context.output.note(note);
    }
  });
}

function addCheck(group: Command, context: Context): void {
  const { help, accounts: words, credits } = context.words;
  const command = group
    .command("check")
    .description(help.account.check)
    .argument("[names...]", help.account.names)
    .option("--json", help.options.jsonList);
  withConnectionOptions(command, context.words).action(
    async (names: string[], options: Options) => {
      const list = await withClient(context, options, (client) => client.accounts.check(names));
      if (options.json) context.output.json(list);
      else {
        const { session, user, membership } = words;
        context.output.table(
          [credits.account, credits.region, session, user, credits.credits, membership],
          list.data.map((check) => describeCheck(check, context.words, Date.now())),
        );
        for (const note of regionNotes(list.data, context.words)) context.output.note(note);
      }
      refuseUnusable(list.data);
    },
  );
}

function addRemove(group: Command, context: Context): void {
  const { help } = context.words;
  const command = group
    .command("remove")
    .description(help.account.remove)
    .argument("<name>", help.account.removedName)
    .option("--json", help.options.jsonResult);
  withConnectionOptions(command, context.words).action(async (name: string, options: Options) => {
    const removed = await withClient(context, options, (client) => client.accounts.remove(name));
    if (options.json) return context.output.json(removed);
    context.output.note(({ accounts }) => accounts.removed(name));
  });
}

/** Describes an account's health in words. */
export function healthWords(account: AccountObject, { accounts }: Words): string {
  switch (account.health) {
    case "ok":
      return accounts.ok;
    case "expiring":
      return accounts.expiring;
    case "expired":
      return accounts.expired;
    case "cooling_down":
      return accounts.coolingDown(localTime(account.until ?? 0));
    case "blocked":
      return accounts.blocked;
  }
}

/** Tells what stopped an account and what its owner can do, and which models its membership does not include. */
export function adviceLines(
  { name, problem, refused_models: models }: AccountObject,
  { accounts }: Words,
): string[] {
  return [
    ...(problem === null ? [] : [accounts.problem(name, problem.message, problem.fix ?? "")]),
    ...(models.length === 0 ? [] : [accounts.refusedModels(name, models.join(", "))]),
  ];
}

/** Returns the table cells of one check; `now` is Unix milliseconds. */
export function describeCheck(check: CheckedAccountObject, words: Words, now: number): string[] {
  const { alive, dead, notKnown } = words.accounts;
  const session = check.valid === null ? notKnown : check.valid ? alive : dead;
  return [
    check.account,
    check.region,
    [session, endWords(check, words, now)].filter(Boolean).join("; "),
    check.user?.name ?? check.user?.id ?? "",
    check.credits === null ? "?" : String(check.credits.total),
    check.membership ?? "",
  ];
}

/** Tells when a session ends or ended, where its cookie said so; empty where nothing is known. */
export function endWords(
  { session_ends_at: endsAt }: Pick<AccountObject, "session_ends_at">,
  { accounts }: Words,
  now: number,
): string {
  if (endsAt === null) return "";
  const { endsAt: ends, endedAt: ended } = accounts;
  return (endsAt * 1000 > now ? ends : ended)(localTime(endsAt));
}

/** Tells of accounts outside China what others recorded there, one line each. */
export function regionNotes(
  checks: readonly CheckedAccountObject[],
  { accounts: words }: Words,
): string[] {
  return checks
    .filter(({ region }) => region !== "cn")
    .map(({ account, region, from_programs: { reads, starts, claims } }) =>
      words.fromPrograms(account, region, {
        reads: words.recorded[reads],
        starts: words.recorded[starts],
        claims: words.recorded[claims],
      }),
    );
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
