// `jimeng restore`: brings a backup back as a data folder.

import path from "node:path";

import type { Command } from "commander";

import type { Context } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { friendlyPath } from "../../generation/files.ts";
import { readConfig } from "../../gateway/server.ts";

interface RestoreCommandOptions {
  from: string;
  dataDir?: string;
  json?: boolean;
}

/** Adds `jimeng restore`. */
export function addRestoreCommand(program: Command, context: Context): void {
  const { restore: texts, options: shared } = context.words.help;
  program
    .command("restore")
    .description(texts.description)
    .requiredOption("--from <folder>", texts.from)
    .option("--data-dir <folder>", shared.dataDir)
    .option("--json", shared.jsonReport)
    .addHelpText("after", texts.notes)
    .action((options: RestoreCommandOptions) => bringBack(context, options));
}

async function bringBack(context: Context, options: RestoreCommandOptions): Promise<void> {
  const { environment, currentFolder, output } = context;
  const config = await readConfig(environment, { dataDir: options.dataDir });
  if (config.databaseUrl !== null) {
    throw new CliError({
      code: "invalid_request",
      message: (words) => words.backup.inPostgres,
      fix: (words) => words.backup.restoreInPostgresFix,
    });
  }
  const { restore } = await import("@jimeng/gateway");
  const from = path.resolve(currentFolder, options.from);
  const report = await restore({ from, dataDir: config.dataDir });
  if (options.json) {
    return output.json({
      data_dir: report.dataDir,
      from,
      parts: report.parts,
      made_at: report.madeAt,
      with_assets: report.withAssets,
      linked_files: report.linkedFiles,
      copied_files: report.copiedFiles,
    });
  }
  output.result(friendlyPath(report.dataDir, currentFolder));
  const files = report.linkedFiles + report.copiedFiles;
  output.note((words) => words.backup.restored(from, files, report.withAssets));
}
