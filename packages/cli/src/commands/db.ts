// `jimeng db`: moving the jobs of a data folder to PostgreSQL.

import path from "node:path";

import type { Command } from "commander";

import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import { readConfig } from "../gateway/server.ts";

interface CopyOptions {
  from?: string;
  to?: string;
  json?: boolean;
}

const copyHelp = `
The target must be empty. A run that was cut off can be repeated. Afterwards the old database is called
jimeng.db.copied: no job is ever done on both. Files do not move: set ASSETS_URL, or keep the data folder.`;

/** Adds `jimeng db copy`. */
export function addDbCommand(program: Command, context: Context): void {
  const db = program.command("db").description("move jobs between databases");
  db.command("copy")
    .description("copy the database of a data folder to PostgreSQL")
    .option("--from <folder>", "data folder (default: JIMENG_DATA_DIR)")
    .option(
      "--to <url>",
      "postgres://user:password@host:5432/database (default: DATABASE_URL, which others cannot read so easily)",
    )
    .option("--json", "print the report as JSON")
    .addHelpText("after", copyHelp)
    .action((options: CopyOptions) => copy(context, options));
}

async function copy(context: Context, options: CopyOptions): Promise<void> {
  const { environment, currentFolder, output } = context;
  const databaseUrl = options.to ?? environment["DATABASE_URL"]?.trim() ?? "";
  if (!/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new CliError({
      code: "invalid_request",
      message: "the target must be postgres://user:password@host:5432/database",
      param: "--to",
      fix: "Give it with --to or in DATABASE_URL.",
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
    ["table", "rows"],
    Object.entries(report.rows).map(([table, rows]) => [table, String(rows)]),
  );
  output.note(
    report.wasCopied ? "everything was copied by an earlier run" : "everything is copied",
  );
  output.note(`the old database is kept as ${report.oldDatabase}`);
  if (report.hasSessions) {
    output.warning(
      "callers' own sessions are among the rows: start the nodes with the JIMENG_SECRET_KEY that was in force " +
        "(or the text of secret.key in the old folder)",
    );
  }
}
