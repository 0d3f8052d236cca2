// `jimeng audit`: tells who did what with which key, as a table, JSON or JSONL.

import { auditOutcomes } from "@jimeng/gateway/api";
import type { AuditEntryObject, AuditListOptions } from "@jimeng/gateway/api";
import { Option } from "commander";
import type { Command } from "commander";

import type { Context } from "../../context.ts";
import { withClient } from "../../gateway/connect.ts";
import type { ConnectionOptions } from "../../gateway/connection.ts";
import { localTime } from "../../terminal/local-time.ts";
import type { Words } from "../../words/words.ts";
import { withConnectionOptions } from "../connection-options.ts";
import { dateOf, wholeNumber } from "../option-values.ts";
import { lines } from "./lines.ts";

interface AuditCommandOptions extends ConnectionOptions {
  action?: string;
  outcome?: AuditListOptions["outcome"];
  key?: string;
  from?: number;
  to?: number;
  limit?: number;
  jsonl?: true;
  json?: boolean;
}

const maxLimit = 1000;

/** Adds `jimeng audit`. */
export function addAuditCommand(program: Command, context: Context): void {
  const { audit: texts, options: shared } = context.words.help;
  const command = program
    .command("audit")
    .description(texts.description)
    .option("--action <action>", texts.action)
    .addOption(new Option("--outcome <outcome>", texts.outcome).choices(auditOutcomes))
    .option("--key <id>", texts.key)
    .option("--from <date>", texts.from, dateOf("--from"))
    .option("--to <date>", texts.to, dateOf("--to"))
    .option("--limit <count>", texts.limit, wholeNumber("--limit", 1, maxLimit))
    .option("--jsonl", texts.jsonl)
    .option("--json", shared.jsonList);
  withConnectionOptions(command, context.words).action(async (options: AuditCommandOptions) => {
    const { action, outcome, key, from, to, limit } = options;
    const filter = { action, outcome, key, from, to };
    await withClient(context, options, async ({ audit }) => {
      if (options.jsonl) {
        const exported = await audit.exportLines({ ...filter, order: "asc" });
        for await (const line of lines(exported)) context.output.result(line);
        return;
      }
      const list = await audit.list({ ...filter, limit });
      if (options.json) return context.output.json(list);
      if (list.data.length === 0) return context.output.note(context.words.audit.none);
      print(context, list.data);
      if (list.has_more) context.output.note(context.words.audit.more);
    });
  });
}

function print({ output, words }: Context, entries: readonly AuditEntryObject[]): void {
  const { audit } = words;
  output.table(
    [audit.time, audit.action, audit.outcome, audit.key, audit.subjects, audit.address, audit.user],
    entries.map((entry) => cellsOf(entry, words)),
  );
  const leftOut = entries.reduce((sum, entry) => sum + entry.left_out, 0);
  if (leftOut > 0) output.note(audit.leftOut(leftOut));
}

/** Returns the table cells of one entry. */
export function cellsOf(entry: AuditEntryObject, { audit }: Words): string[] {
  const outcome = audit.outcomes[entry.outcome];
  return [
    localTime(entry.created_at),
    entry.action,
    entry.outcome === "done"
      ? outcome
      : audit.withStatus(outcome, entry.code ?? String(entry.status)),
    entry.key_name ?? entry.key_id ?? (entry.code === "unauthorized" ? audit.nobody : audit.owner),
    entry.subjects.join(" "),
    entry.address ?? "",
    entry.user ?? "",
  ];
}
