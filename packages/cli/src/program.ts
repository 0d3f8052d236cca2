// The list of commands and how commander behaves: it never prints errors and never exits by itself.

import { readFileSync } from "node:fs";

import { Command } from "commander";

import { addAccountCommand } from "./commands/account.ts";
import { addBackupCommand } from "./commands/backup.ts";
import { addCreditsCommand } from "./commands/credits.ts";
import { addDbCommand } from "./commands/db.ts";
import { refuseEmptyValues } from "./commands/empty-values.ts";
import { addHistoryCommand } from "./commands/history.ts";
import { addImageCommand } from "./commands/image.ts";
import { addJobsCommand } from "./commands/jobs.ts";
import { addModelsCommand } from "./commands/models.ts";
import { addServeCommand } from "./commands/serve.ts";
import { addSimulateCommand } from "./commands/simulate.ts";
import { addUploadCommand } from "./commands/upload.ts";
import { addVideoCommand } from "./commands/video.ts";
import type { Context } from "./context.ts";

const exitCodesHelp = `
Exit codes: 0 done · 1 the machine said no (disk full …) · 2 wrong input · 3 not allowed · 4 no credits ·
5 content refused · 6 too many at once · 7 not reachable · 8 upstream answered strangely ·
9 generation failed · 10 outcome unknown or too late · 70 a fault of ours · 130 Ctrl-C`;

/** Builds the `jimeng` command; parsing throws CommanderError instead of exiting. */
export function buildProgram(context: Context): Command {
  const program = new Command("jimeng")
    .description(
      "即梦 Jimeng and Dreamina pictures and videos from the terminal, with your own account",
    )
    .version(readVersion())
    .addHelpText("after", exitCodesHelp)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.output.help(text, true),
      writeErr: (text) => context.output.help(text, false),
      // main tells the error itself, in the same form as every other.
      outputError: () => undefined,
    });
  program.hook("preAction", (_program, command) => refuseEmptyValues(command));
  addImageCommand(program, context);
  addVideoCommand(program, context);
  addUploadCommand(program, context);
  addJobsCommand(program, context);
  addModelsCommand(program, context);
  addCreditsCommand(program, context);
  addAccountCommand(program, context);
  addHistoryCommand(program, context);
  addBackupCommand(program, context);
  addDbCommand(program, context);
  addServeCommand(program, context);
  addSimulateCommand(program, context);
  return program;
}

/** Reads the package's own version; the file stands one folder above both src and dist. */
function readVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
