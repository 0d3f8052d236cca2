// The options that every command which talks to a gateway has.

import type { Command } from "commander";

import { positiveSeconds } from "./option-values.ts";

/** Adds `--url` and `--data-dir`. */
export function withConnectionOptions(command: Command): Command {
  return command
    .option("--url <url>", "talk to the gateway at this address (its key in JIMENG_API_KEY)")
    .option("--data-dir <folder>", "use this data folder instead of JIMENG_DATA_DIR");
}

/** Adds the options of every command that saves files, and `--url` and `--data-dir`. */
export function withResultOptions(command: Command): Command {
  return withConnectionOptions(
    command
      .option(
        "--output <place>",
        "a folder, or names such as {prompt}-{job}-{index}.{ext} (default: those in the current folder)",
      )
      .option(
        "--reconnect <seconds>",
        "how long to look for a gateway that went away (default: 60)",
        positiveSeconds,
      )
      .option(
        "--json",
        "print one JSON object, the job with its files, and nothing else on stdout",
      ),
  );
}
