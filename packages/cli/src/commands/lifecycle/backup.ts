// `jimeng backup`: a copy of everything that gateways hold, made while they work or not: of the data folder, a PostgreSQL
// and a storage of files.

import path from "node:path";

import type { BackupPart, BackupReport, Config } from "@jimeng/gateway";
import type { Command } from "commander";

import type { Context } from "../../context.ts";
import { CliError, operatingSystemFailure } from "../../errors.ts";
import { friendlyPath } from "../../generation/files.ts";
import { simulatorFolder, upstreamFiles } from "../../gateway/folders.ts";
import { readConfig } from "../../gateway/server.ts";
import { showFiles } from "./file-progress.ts";

interface BackupCommandOptions {
  to: string;
  withAssets?: boolean;
  withoutFiles?: boolean;
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
    .option("--without-files", texts.withoutFiles)
    .option("--data-dir <folder>", shared.dataDir)
    .option("--json", shared.jsonReport)
    .addHelpText("after", texts.restore)
    .action((options: BackupCommandOptions) => backup(context, options));
}

async function backup(context: Context, options: BackupCommandOptions): Promise<void> {
  const { environment, currentFolder } = context;
  const { backUp, placeBelow } = await import("@jimeng/gateway");
  const config = await readConfig(environment, { dataDir: options.dataDir });
  const simulatorFiles = placeBelow(config.assets, "simulator");
  const report = await showFiles(context, (onProgress) =>
    backUp({
      dataDir: config.dataDir,
      parts: partsOf(config, simulatorFiles),
      to: path.resolve(currentFolder, options.to),
      withAssets: options.withAssets,
      withoutFiles: options.withoutFiles,
      onProgress,
    }),
  );
  print(context, options, config, report);
}

function print(
  { output, words, currentFolder }: Context,
  { json }: BackupCommandOptions,
  { dataDir, databaseUrl }: Config,
  report: BackupReport,
): void {
  const { missingFiles: missing } = report;
  if (json) {
    output.json({
      to: report.to,
      from: dataDir,
      parts: report.parts,
      database_bytes: report.databaseBytes,
      linked_files: report.linkedFiles,
      copied_files: report.copiedFiles,
      missing_files: missing,
    });
  } else {
    output.result(friendlyPath(report.to, currentFolder));
    const { databaseBytes, linkedFiles, copiedFiles } = report;
    const isOnServer = (part: string): boolean => part === "" && databaseUrl !== null;
    const copied = report.parts
      .map((part) => (isOnServer(part) ? words.backup.postgres : path.join(dataDir, part)))
      .join(", ");
    output.note(words.backup.copied(copied, databaseBytes, linkedFiles, copiedFiles));
  }
  if (missing.length === 0) return;
  throw new CliError({
    code: "not_found",
    message: ({ backup: texts }) => texts.missing(missing.length, someOf(missing)),
    fix: ({ backup: texts }) => texts.missingFix,
    exitCode: operatingSystemFailure,
    isInResult: true,
  });
}

const mostNamed = 10;

/** Names the first of many; all of them are in the backup's list. */
function someOf(names: readonly string[]): string {
  return [...names.slice(0, mostNamed), ...(names.length > mostNamed ? ["…"] : [])].join(", ");
}

/**
 * Returns the data of both modes, each copied where it is there. Where only one database fits (a file ending in .db), it is
 * that of the mode in force.
 */
function partsOf(
  { dataDir, databaseUrl, assets, simulate }: Config,
  simulatorFiles: Config["assets"],
): BackupPart[] {
  const accounts: BackupPart = { folder: "", databaseUrl, files: assets, isFree: false };
  const simulator: BackupPart = {
    folder: path.relative(dataDir, simulatorFolder(dataDir)),
    files: simulatorFiles,
    // The jobs that run are known to the simulated upstream only.
    further: upstreamFiles,
    isFree: true,
  };
  return simulate ? [simulator, accounts] : [accounts, simulator];
}
