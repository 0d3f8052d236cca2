// `jimeng db`: copies the jobs of a data folder to PostgreSQL.

import path from "node:path";

import type { Command } from "commander";

import type { Context } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { readConfig } from "../../gateway/server.ts";

interface CopyOptions {
  from?: string;
  to?: string;
  json?: boolean;
}

/** Adds `jimeng db copy`. */
export function addDbCommand(program: Command, context: Context): void {
  const { db: texts, options: shared } = context.words.help;
  const db = program.command("db").description(texts.description);
  db.command("copy")
    .description(texts.copy)
    .option("--from <folder>", texts.from)
    .option("--to <url>", texts.to)
    .option("--json", shared.jsonReport)
    .addHelpText("after", texts.notes)
    .action((options: CopyOptions) => copy(context, options));
}

async function copy(context: Context, options: CopyOptions): Promise<void> {
  const { environment, currentFolder, output, words } = context;
  const databaseUrl = options.to ?? environment["DATABASE_URL"]?.trim() ?? "";
  if (!/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new CliError({
      code: "invalid_request",
      message: (words) => words.db.badTarget,
      param: "--to",
      fix: (words) => words.db.badTargetFix,
    });
  }
  const dataDir =
    options.from === undefined
      ? (await readConfig({ ...environment, DATABASE_URL: undefined }, {})).dataDir
      : path.resolve(currentFolder, options.from);
  const { copyDatabase } = await import("@jimeng/gateway");
  const report = await copyDatabase({ dataDir, databaseUrl });
  if (options.json) {
    return output.json({
      rows: report.rows,
      was_copied: report.wasCopied,
      old_database: report.oldDatabase,
    });
  }
  output.table(
    [words.db.table, words.db.rows],
    Object.entries(report.rows).map(([table, rows]) => [table, String(rows)]),
  );
  output.note(report.wasCopied ? words.db.copiedBefore : words.db.copied);
  output.note(words.db.kept(report.oldDatabase));
  if (report.hasSessions) output.warning(words.db.needsSecret);
}
