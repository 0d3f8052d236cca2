// Defines the options that several commands share.

import { pictureFormats } from "@jimeng/gateway/api/client";
import { Option } from "commander";
import type { Command } from "commander";

import type { Words } from "../words/words.ts";
import { maxCredits, positiveSeconds, wholeNumber } from "./option-values.ts";

/** Adds `--url` and `--data-dir`, which every command that talks to a gateway has. */
export function withConnectionOptions(command: Command, { help }: Words): Command {
  return command
    .option("--url <url>", help.options.url)
    .option("--data-dir <folder>", help.options.dataDir);
}

/** Adds the options of every command that saves files, and `--url` and `--data-dir`. */
export function withResultOptions(command: Command, words: Words): Command {
  const { options } = words.help;
  return withConnectionOptions(
    command
      .option("--output <place>", options.output)
      .option("--reconnect <seconds>", options.reconnect, positiveSeconds("--reconnect"))
      .option("--json", options.jsonResult),
    words,
  );
}

/** Adds `--open` and `--no-preview`, which say how saved results are shown. */
export function withViewOptions(command: Command, { help: { options } }: Words): Command {
  return command.option("--open", options.open).option("--no-preview", options.noPreview);
}

/** Adds `--format`, which every command that saves pictures has. */
export function withFormatOption(command: Command, { help }: Words): Command {
  return command.addOption(
    new Option("--format <name>", help.options.format).choices(pictureFormats),
  );
}

/** Adds the options of every request: the account, and the most that it may cost. */
export function withRequestOptions(command: Command, { help: { options } }: Words): Command {
  return command
    .option("--account <name>", options.account)
    .option(
      "--max-credits <number>",
      options.maxCredits,
      wholeNumber("--max-credits", 0, maxCredits),
    );
}

/** Adds the options of every command that starts jobs: those of a request, `--no-wait`, and those of its files. */
export function withJobOptions(command: Command, words: Words): Command {
  const started = withRequestOptions(command, words).option("--no-wait", words.help.options.noWait);
  return withViewOptions(withResultOptions(started, words), words);
}

/** Adds the same, and `--dry-run`, which every command has whose cost can be estimated. */
export function withStartOptions(command: Command, words: Words): Command {
  return withJobOptions(command.option("--dry-run", words.help.options.dryRun), words);
}
