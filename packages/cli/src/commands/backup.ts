// `jimeng backup`: a copy of a data folder that a gateway can be started on, made while one works.

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

const restoreHelp = `
To restore, start a gateway on the copy: jimeng serve --data-dir <folder>
The copy holds the secret key of the data folder where there is one: keep it as you keep a password.`;

/** Adds `jimeng backup`. */
export function addBackupCommand(program: Command, context: Context): void {
  program
    .command("backup")
    .description("copy the data folder, while the gateway works or not")
    .requiredOption(
      "--to <place>",
      "a new folder; or a new file ending in .db for the database alone",
    )
    .option("--with-assets", "copy results too, by hard links where the disk is the same")
    .option("--data-dir <folder>", "data folder instead of JIMENG_DATA_DIR")
    .option("--json", "print the report as JSON")
    .addHelpText("after", restoreHelp)
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
  output.note(
    `copied ${dataDir}: database ${report.databaseBytes} bytes, ` +
      `${report.linkedFiles} files linked, ${report.copiedFiles} copied`,
  );
}

/** Says no where the data is not in the data folder: half a backup that looks whole is worse than none. */
function refuseElsewhere(config: Config, options: BackupCommandOptions): void {
  if (config.databaseUrl !== null) {
    throw new CliError({
      code: "invalid_request",
      message: "the jobs are in PostgreSQL (DATABASE_URL), not in the data folder",
      fix: "Use pg_dump.",
    });
  }
  if (options.withAssets && config.assets.kind !== "data-folder") {
    throw new CliError({
      code: "invalid_request",
      message: "the files are at ASSETS_URL, not in the data folder",
      fix: "Leave out --with-assets, and copy that place by its own means after this.",
    });
  }
}

/** Gives the folder with jobs: the accounts' own where there is one, unless the simulator is asked for. */
function folderToCopy(config: Config): string {
  const simulator = simulatorFolder(config.dataDir);
  const hasOwn = existsSync(path.join(config.dataDir, "jimeng.db"));
  return config.simulate || (!hasOwn && existsSync(simulator)) ? simulator : config.dataDir;
}
