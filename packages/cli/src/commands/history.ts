// `jimeng history import`: what was made on the site becomes jobs and files here.

import { setTimeout as sleep } from "node:timers/promises";

import type { GatewayClient, HistoryImport } from "@jimeng/gateway/api";
import type { Command } from "commander";

import { connect } from "../gateway/connect.ts";
import type { ConnectionOptions } from "../gateway/connection.ts";
import type { Context } from "../context.ts";
import { moment, wholeNumber } from "./option-values.ts";
import { withConnectionOptions } from "./connection-options.ts";

const largestImport = 1000;
const defaultImport = 100;

interface ImportOptions extends ConnectionOptions {
  account?: string;
  limit: number;
  since?: number;
  json?: boolean;
}

/** Adds `jimeng history` and the command below it. */
export function addHistoryCommand(program: Command, context: Context): void {
  const history = program
    .command("history")
    .description("work with what the account made on the site");
  const command = history
    .command("import")
    .description("make jobs and files of what was made on the site, once; nothing is paid")
    .option("--account <name>", "of this account (needed when there are several)")
    .option(
      "--limit <count>",
      "how many of the newest records to look at",
      wholeNumber(1, largestImport),
      defaultImport,
    )
    .option("--since <date>", "leave out what is older, e.g. 2026-11-01", moment)
    .option("--json", "print the answer as JSON");
  withConnectionOptions(command).action((options: ImportOptions) => importAll(context, options));
}

async function importAll(context: Context, options: ImportOptions): Promise<void> {
  const { account, limit, since } = options;
  const connection = await connect(context, options);
  try {
    const { client } = connection;
    const report = await client.history.import({ account, limit, since });
    // A gateway of our own ends with us: what is finished on the site should be on the disk by then.
    if (connection.isOwn) await waitWhileSaving(client, new Set(report.imported));
    if (options.json) return context.output.json(report);
    for (const id of report.imported) context.output.result(id);
    context.output.note(importWords(report));
  } finally {
    await connection.close();
  }
}

const lookEveryMs = 250;
const savingPatienceMs = 120_000;
const jobsPerLook = 100;

async function waitWhileSaving(client: GatewayClient, ids: ReadonlySet<string>): Promise<void> {
  const endsAt = performance.now() + savingPatienceMs;
  while (ids.size > 0 && performance.now() < endsAt) {
    const { data } = await client.jobs.list({ status: "in_progress", limit: jobsPerLook });
    if (!data.some(({ id, phase }) => ids.has(id) && phase === "saving")) return;
    await sleep(lookEveryMs);
  }
}

/** Tells in one sentence what an import did. */
export function importWords({ account, imported, skipped }: HistoryImport): string {
  const left = [
    [skipped.known, "known already"],
    [skipped.failed, "failed on the site"],
    [skipped.unreadable, "not readable"],
  ].flatMap(([count, words]) => (count === 0 ? [] : [`${count} ${words}`]));
  const rest = left.length === 0 ? "" : `, left out: ${left.join(", ")}`;
  return `${account}: imported ${imported.length}${rest}`;
}
