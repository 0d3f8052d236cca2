// `jimeng backup`: a copy of a data folder with everything in it, made while gateways work on it or not.

import path from "node:path";

import type { BackupPart, Config } from "@jimeng/gateway";
import type { Command } from "commander";

import type { Context } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { friendlyPath } from "../../generation/files.ts";
import { simulatorFolder, upstreamFiles } from "../../gateway/folders.ts";
import { readConfig } from "../../gateway/server.ts";

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
  const { dataDir } = config;
  const report = await backUp({
    dataDir,
    parts: partsOf(config),
    to: path.resolve(currentFolder, options.to),
    withAssets: options.withAssets,
  });
  if (options.json) {
    return output.json({
      to: report.to,
      from: dataDir,
      parts: report.parts,
      database_bytes: report.databaseBytes,
      linked_files: report.linkedFiles,
      copied_files: report.copiedFiles,
    });
  }
  output.result(friendlyPath(report.to, currentFolder));
  const { databaseBytes, linkedFiles, copiedFiles } = report;
  const copied = report.parts.map((part) => path.join(dataDir, part)).join(", ");
  output.note((words) => words.backup.copied(copied, databaseBytes, linkedFiles, copiedFiles));
}

/** Throws where the data is not in the data folder: half a backup that looks whole is worse than none. */
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

/**
 * Returns the data of both modes, each copied where it is there. Where only one database fits (a file ending in .db), it is
 * that of the mode in force.
 */
function partsOf({ dataDir, simulate }: Config): BackupPart[] {
  const accounts: BackupPart = { folder: "", isFree: false };
  const simulator: BackupPart = {
    folder: path.relative(dataDir, simulatorFolder(dataDir)),
    // The jobs that run are known to the simulated upstream only.
    further: upstreamFiles,
    isFree: true,
  };
  return simulate ? [simulator, accounts] : [accounts, simulator];
}
