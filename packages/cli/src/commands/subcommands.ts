// Reports an unknown subcommand of a command that has subcommands.

import type { Command } from "commander";

import { CliError } from "../errors.ts";
import { nearest } from "../nearest.ts";

/** Refuses words that are no command below this one, which would otherwise reach its default command. */
export function refuseUnknownSubcommands(group: Command): void {
  group.hook("preSubcommand", () => {
    const [word] = group.args;
    const known = group.commands.map((command) => command.name());
    if (word === undefined || word.startsWith("-") || known.includes(word)) return;
    const meant = nearest(word, known);
    throw new CliError({
      code: "invalid_request",
      message: ({ usage }) => usage.noSubcommand(group.name(), word),
      fix: ({ usage }) => usage.subcommands(meant, known.join(", ")),
    });
  });
}
