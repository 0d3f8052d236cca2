// `jimeng history import`: imports generations that were made on the site as jobs and files.

import { setTimeout as sleep } from "node:timers/promises";

import type { GatewayClient, HistoryImport } from "@jimeng/gateway/api";
import type { Command } from "commander";

import { connect } from "../gateway/connect.ts";
import type { ConnectionOptions } from "../gateway/connection.ts";
import type { Context } from "../context.ts";
import { dateOf, wholeNumber } from "./option-values.ts";
import type { Words } from "../words/words.ts";
import { withConnectionOptions } from "./connection-options.ts";

const maxLimit = 1000;
const defaultLimit = 100;

interface ImportOptions extends ConnectionOptions {
  account?: string;
  limit: number;
  since?: number;
  json?: boolean;
}

/** Adds `jimeng history` and the command below it. */
export function addHistoryCommand(program: Command, context: Context): void {
  const { history: texts, options: shared } = context.words.help;
  const history = program.command("history").description(texts.description);
  const command = history
    .command("import")
    .description(texts.import)
    .option("--account <name>", shared.accountNeeded)
    .option("--limit <number>", texts.limit, wholeNumber("--limit", 1, maxLimit), defaultLimit)
    .option("--since <date>", texts.since, dateOf("--since"))
    .option("--json", shared.jsonAnswer);
  withConnectionOptions(command, context.words).action((options: ImportOptions) =>
    importAll(context, options),
  );
}

async function importAll(context: Context, options: ImportOptions): Promise<void> {
  const { account, limit, since: oldest } = options;
  const connection = await connect(context, options);
  try {
    const { client } = connection;
    const report = await client.history.import({ account, limit, since: oldest });
    // A gateway of this process ends with it, so the finished files must be on the disk by then.
    if (connection.isOwn) await waitWhileSaving(client, new Set(report.imported));
    if (options.json) return context.output.json(report);
    for (const id of report.imported) context.output.result(id);
    context.output.note(importWords(report, context.words));
  } finally {
    await connection.close();
  }
}

const checkEveryMs = 250;
const savingPatienceMs = 120_000;
const jobsPerPage = 100;

async function waitWhileSaving(client: GatewayClient, ids: ReadonlySet<string>): Promise<void> {
  const endsAt = performance.now() + savingPatienceMs;
  while (ids.size > 0 && performance.now() < endsAt) {
    const { data } = await client.jobs.list({ status: "in_progress", limit: jobsPerPage });
    if (!data.some(({ id, phase }) => ids.has(id) && phase === "saving")) return;
    await sleep(checkEveryMs);
  }
}

/** Describes the result of an import in one sentence. */
export function importWords(
  { account, imported, skipped }: HistoryImport,
  { history }: Words,
): string {
  const left = [
    ...(skipped.known === 0 ? [] : [history.known(skipped.known)]),
    ...(skipped.failed === 0 ? [] : [history.failed(skipped.failed)]),
    ...(skipped.unreadable === 0 ? [] : [history.unreadable(skipped.unreadable)]),
  ];
  return history.imported(account, imported.length, left.join(", "));
}
