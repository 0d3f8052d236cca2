// `jimeng credits ledger`: tells what jobs cost, added up, as a table or CSV.

import type { LedgerSumObject } from "@jimeng/gateway/api";
import type { Command } from "commander";

import type { Context } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { withClient } from "../../gateway/connect.ts";
import type { ConnectionOptions } from "../../gateway/connection.ts";
import type { Words } from "../../words/words.ts";
import { withConnectionOptions } from "../connection-options.ts";
import { dateOf } from "../option-values.ts";
import { lines } from "./lines.ts";

interface LedgerOptions extends ConnectionOptions {
  groupBy?: Group[];
  from?: number;
  to?: number;
  key?: string;
  account?: string;
  csv?: true;
  json?: boolean;
}

type Group = keyof Words["ledger"]["groups"];

const defaultGroups: Group[] = ["key"];
const maxGroups = 2;

/** Adds `jimeng credits ledger`. */
export function addLedger(group: Command, context: Context): void {
  const { help } = context.words;
  const command = group
    .command("ledger")
    .description(help.ledger.description)
    .option("--group-by <list>", help.ledger.groupBy, readGroups(context.words))
    .option("--from <date>", help.ledger.from, dateOf("--from"))
    .option("--to <date>", help.ledger.to, dateOf("--to"))
    .option("--key <id>", help.ledger.key)
    .option("--account <name>", help.options.onlyAccount)
    .option("--csv", help.ledger.csv)
    .option("--json", help.options.jsonAnswer);
  withConnectionOptions(command, context.words).action(async (options: LedgerOptions) => {
    const { from, to, key, account, groupBy, csv } = options;
    const filter = { from, to, key, account };
    await withClient(context, options, async ({ credits }) => {
      if (csv) return await printCsv(context, await credits.ledgerCsv({ ...filter, groupBy }));
      const groups = groupBy ?? defaultGroups;
      const ledger = await credits.ledger({ ...filter, groupBy: groups });
      if (options.json) return context.output.json(ledger);
      const sums = ledger.data.filter((each) => each.object === "ledger.sum");
      printTable(context, groups, sums, ledger.total);
    });
  });
}

function readGroups({ ledger }: Words): (text: string) => Group[] {
  return (text) => {
    const groups = text.split(",").map((word) => word.trim());
    const known = groups.filter((word): word is Group => Object.hasOwn(ledger.groups, word));
    if (known.length === groups.length && known.length <= maxGroups) return known;
    throw new CliError({
      code: "invalid_request",
      param: "--group-by",
      message: ({ usage, ledger: words }) => usage.invalid("--group-by", text, words.group),
      fix: ({ usage }) => usage.fix,
    });
  };
}

type Sums = Pick<LedgerSumObject, "jobs" | "reserved" | "charged" | "refunded" | "net">;

function printTable(
  context: Context,
  groups: readonly Group[],
  sums: readonly LedgerSumObject[],
  total: Sums,
): void {
  const { ledger: words } = context.words;
  const toCells = (each: Sums): string[] =>
    [each.jobs, each.reserved, each.charged, each.refunded, each.net].map(String);
  const names = groups.map((group) => words.groups[group]);
  context.output.table(
    [...names, words.jobs, words.reserved, words.charged, words.refunded, words.net],
    [
      ...sums.map((sum) => [
        ...groups.map((group) => groupCell(sum, group, words)),
        ...toCells(sum),
      ]),
      [words.total, ...groups.slice(1).map(() => ""), ...toCells(total)],
    ],
  );
}

function groupCell(sum: LedgerSumObject, group: Group, words: Words["ledger"]): string {
  if (group === "key") return sum.key_name ?? sum.key ?? words.owner;
  return sum[group] ?? "";
}

async function printCsv({ output }: Context, response: Response): Promise<void> {
  for await (const line of lines(response)) output.result(line);
}
