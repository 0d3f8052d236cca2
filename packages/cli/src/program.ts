// Lists the commands and sets commander up: it never prints errors and never exits by itself.

import { readFileSync } from "node:fs";

import { Command } from "commander";

import { addAccountCommand } from "./commands/account.ts";
import { addAssetsCommand } from "./commands/assets.ts";
import { addBatchCommand } from "./commands/batches/batch.ts";
import { addCompletionCommands } from "./commands/completion.ts";
import { addCreditsCommand } from "./commands/credits.ts";
import { addDreaminaCommands } from "./commands/dreamina/dreamina.ts";
import { addDoctorCommand } from "./commands/doctor/doctor.ts";
import { refuseEmptyValues } from "./commands/empty-values.ts";
import { addEstimateCommand } from "./commands/estimate.ts";
import { addEventsCommand } from "./commands/events/events.ts";
import { addHistoryCommand } from "./commands/history.ts";
import { addImageCommand } from "./commands/image.ts";
import { addInterpolateCommand } from "./commands/interpolate.ts";
import { addJobsCommand } from "./commands/jobs/jobs.ts";
import { addKeysCommand } from "./commands/keys/keys.ts";
import { addAuditCommand } from "./commands/keys/audit.ts";
import { addBackupCommand } from "./commands/lifecycle/backup.ts";
import { addDbCommand } from "./commands/lifecycle/db.ts";
import { addExportCommand } from "./commands/lifecycle/export.ts";
import { addGcCommand } from "./commands/lifecycle/gc.ts";
import { addRestoreCommand } from "./commands/lifecycle/restore.ts";
import { addLoginCommand } from "./commands/login.ts";
import { addMcpCommand } from "./commands/mcp/mcp.ts";
import { addModelsCommand } from "./commands/models.ts";
import { addMusicCommand } from "./commands/music.ts";
import { addPictureToolCommands } from "./commands/picture-tools.ts";
import { addSecretCommand } from "./commands/lifecycle/secret.ts";
import { addServeCommand } from "./commands/serve.ts";
import { addSimulateCommand } from "./commands/simulate.ts";
import { addSpeakCommand, addVoicesCommand } from "./commands/speak.ts";
import { addUploadCommand } from "./commands/upload.ts";
import { addVideoCommand } from "./commands/video.ts";
import { addWebhooksCommand } from "./commands/events/webhooks.ts";
import type { Context } from "./context.ts";
import { addExamples, configureHelp } from "./help.ts";
import { packageFolder } from "./package-folder.ts";

/** Builds the `jimeng` command; parsing throws CommanderError instead of exiting. */
export function buildProgram(context: Context): Command {
  const program = buildCommands(context);
  addCompletionCommands(program, context, () => buildCommands(context));
  return program;
}

/** Builds all commands that can be completed. */
function buildCommands(context: Context): Command {
  const { help } = context.words;
  const program = new Command("jimeng")
    .description(help.program)
    .version(readVersion(), "-V, --version", help.version)
    .addHelpText("after", help.exitCodes)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.output.help(text, true),
      writeErr: (text) => context.output.help(text, false),
      // main prints the error in the same form as every other.
      outputError: () => undefined,
    });
  configureHelp(program, context.words);
  program.hook("preAction", (_program, command) => refuseEmptyValues(command));
  addImageCommand(program, context);
  addVideoCommand(program, context);
  addBatchCommand(program, context);
  addPictureToolCommands(program, context);
  addInterpolateCommand(program, context);
  addMusicCommand(program, context);
  addSpeakCommand(program, context);
  addVoicesCommand(program, context);
  addEstimateCommand(program, context);
  addUploadCommand(program, context);
  addJobsCommand(program, context);
  addAssetsCommand(program, context);
  addModelsCommand(program, context);
  addCreditsCommand(program, context);
  addLoginCommand(program, context);
  addAccountCommand(program, context);
  addKeysCommand(program, context);
  addAuditCommand(program, context);
  addHistoryCommand(program, context);
  addEventsCommand(program, context);
  addWebhooksCommand(program, context);
  addBackupCommand(program, context);
  addRestoreCommand(program, context);
  addExportCommand(program, context);
  addGcCommand(program, context);
  addDbCommand(program, context);
  addSecretCommand(program, context);
  addDoctorCommand(program, context);
  addMcpCommand(program, context);
  addServeCommand(program, context);
  addSimulateCommand(program, context);
  addDreaminaCommands(program, context);
  addExamples(program, context.words);
  return program;
}

/** Reads the package's own version. */
function readVersion(): string {
  const text = readFileSync(new URL("package.json", packageFolder), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
