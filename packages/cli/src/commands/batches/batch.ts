// `jimeng batch`: sends a file of many requests, and saves their results.

import type { Command } from "commander";

import type { Context } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { resumeBatch, sendBatch } from "../../generation/batch.ts";
import type { BatchOptions } from "../../generation/batch.ts";
import { openInputFile } from "../../generation/input-file.ts";
import type { Words } from "../../words/words.ts";
import { withFormatOption, withResultOptions } from "../connection-options.ts";
import { maxCredits, wholeNumber } from "../option-values.ts";

/** Adds `jimeng batch <file>`. */
export function addBatchCommand(program: Command, context: Context): void {
  const { words, currentFolder } = context;
  const { batch, options: shared } = words.help;
  const command = withFormatOption(withConfirm(program.command("batch"), words), words)
    .description(batch.description)
    .argument("[file]", batch.file)
    .option("--id <id>", batch.id)
    .option(
      "--max-credits <number>",
      shared.maxCredits,
      wholeNumber("--max-credits", 0, maxCredits),
    )
    .option("--no-wait", shared.noWait);
  withResultOptions(command, words).action(
    async (word: string | undefined, options: BatchOptions & { id?: string }) => {
      if (options.id !== undefined) return await resumeBatch(context, options, options.id);
      if (word === undefined) throw noFile();
      const { blob } = await openInputFile({ word, option: "<file>", currentFolder });
      await sendBatch(context, options, () => Promise.resolve(blob));
    },
  );
}

/** Adds `--confirm`. */
export function withConfirm(command: Command, { help }: Words): Command {
  return command.option("--confirm", help.batch.confirm);
}

function noFile(): CliError {
  return new CliError({
    code: "invalid_request",
    param: "<file>",
    message: ({ batch }) => batch.noFile,
    fix: ({ batch }) => batch.noFileFix,
  });
}
