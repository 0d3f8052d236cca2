// Defines the options that several commands share.

import type { Command } from "commander";

import type { Words } from "../words/words.ts";
import { positiveSeconds } from "./option-values.ts";

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
