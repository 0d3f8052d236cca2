// `jimeng restore`: brings a backup back to the data folder, the PostgreSQL and the storage of files that are set.

import path from "node:path";

import type { Command } from "commander";

import type { Context } from "../../context.ts";
import { friendlyPath } from "../../generation/files.ts";
import { readConfig } from "../../gateway/server.ts";
import { showFiles } from "./file-progress.ts";

interface RestoreCommandOptions {
  from: string;
  withoutFiles?: boolean;
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
    .option("--without-files", texts.withoutFiles)
    .option("--data-dir <folder>", shared.dataDir)
    .option("--json", shared.jsonReport)
    .addHelpText("after", texts.notes)
    .action((options: RestoreCommandOptions) => bringBack(context, options));
}

async function bringBack(context: Context, options: RestoreCommandOptions): Promise<void> {
  const { environment, currentFolder, output } = context;
  const { dataDir, databaseUrl, assets } = await readConfig(environment, {
    dataDir: options.dataDir,
  });
  const { placeBelow, restore } = await import("@jimeng/gateway");
  const from = path.resolve(currentFolder, options.from);
  const report = await showFiles(context, (onProgress) =>
    restore({
      from,
      dataDir,
      databaseUrl,
      filesOf: (folder) => (folder === "" ? assets : placeBelow(assets, folder)),
      withoutFiles: options.withoutFiles,
      onProgress,
    }),
  );
  const { missingFiles: missing, postgresRows: rows } = report;
  if (options.json) {
    output.json({
      data_dir: report.dataDir,
      from,
      parts: report.parts,
      made_at: report.madeAt,
      with_assets: report.withAssets,
      linked_files: report.linkedFiles,
      copied_files: report.copiedFiles,
      missing_files: missing,
      postgres_rows: rows,
    });
  } else {
    output.result(friendlyPath(report.dataDir, currentFolder));
    const files = report.linkedFiles + report.copiedFiles;
    output.note((words) => words.backup.restored(from, files, report.withAssets));
    if (rows !== null) output.note((words) => words.backup.restoredRows(rows));
  }
  if (missing.length > 0) output.warning((words) => words.backup.missingSince(missing.length));
}
