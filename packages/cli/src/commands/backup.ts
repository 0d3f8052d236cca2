// `jimeng backup`: copies a data folder, while a gateway runs on it, so that a gateway can be started on the copy.

import { existsSync } from "node:fs";
import path from "node:path";

import type { Config } from "@jimeng/gateway";
import type { Command } from "commander";

import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import { friendlyPath } from "../generation/files.ts";
import { simulatorFolder } from "../gateway/folders.ts";
import { readConfig } from "../gateway/server.ts";

interface BackupCommandOptions {
  to: string;
  withAssets?: boolean;
  dataDir?: string;
  json?: boolean;
}

/** Adds `jimeng backup`. */
export function addBackupCommand(program: Command, context: Context): void {
  const { backup: texts, options: shared } = context.words.help;
  program
    .command("backup")
    .description(texts.description)
    .requiredOption("--to <place>", texts.to)
    .option("--with-assets", texts.withAssets)
    .option("--data-dir <folder>", shared.dataDir)
    .option("--json", shared.jsonReport)
    .addHelpText("after", texts.restore)
    .action((options: BackupCommandOptions) => backup(context, options));
}

async function backup(context: Context, options: BackupCommandOptions): Promise<void> {
  const { environment, currentFolder, output } = context;
  const { backUp } = await import("@jimeng/gateway");
  const config = await readConfig(environment, { dataDir: options.dataDir });
  refuseElsewhere(config, options);
  const dataDir = folderToCopy(config);
  const report = await backUp({
    dataDir,
    to: path.resolve(currentFolder, options.to),
    withAssets: options.withAssets,
  });
  if (options.json) {
    return output.json({
      to: report.to,
      from: dataDir,
      database_bytes: report.databaseBytes,
      linked_files: report.linkedFiles,
      copied_files: report.copiedFiles,
    });
  }
  output.result(friendlyPath(report.to, currentFolder));
  const { databaseBytes, linkedFiles, copiedFiles } = report;
  output.note((words) => words.backup.copied(dataDir, databaseBytes, linkedFiles, copiedFiles));
}

/** Throws when part of the data is not in the data folder: an incomplete backup is worse than none. */
function refuseElsewhere(config: Config, options: BackupCommandOptions): void {
  if (config.databaseUrl !== null) {
    throw new CliError({
      code: "invalid_request",
      message: (words) => words.backup.inPostgres,
      fix: (words) => words.backup.inPostgresFix,
    });
  }
  if (options.withAssets && config.assets.kind !== "data-folder") {
    throw new CliError({
      code: "invalid_request",
      message: (words) => words.backup.filesElsewhere,
      fix: (words) => words.backup.filesElsewhereFix,
    });
  }
}

/** Returns the folder with jobs: the accounts' own if there is one, unless the simulator is requested. */
function folderToCopy(config: Config): string {
  const simulator = simulatorFolder(config.dataDir);
  const hasOwn = existsSync(path.join(config.dataDir, "jimeng.db"));
  return config.simulate || (!hasOwn && existsSync(simulator)) ? simulator : config.dataDir;
}
