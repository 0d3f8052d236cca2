// `jimeng completion`: prints the script that completes commands and options in a shell, and answers that script.

import type { Command } from "commander";

import type { Context } from "../context.ts";

/** The shells that can complete. */
export const completionShells = ["bash", "zsh", "fish", "powershell"] as const;

/** Adds `jimeng completion <shell>`, and the hidden `complete` that its script calls. */
export function addCompletionCommands(
  program: Command,
  { words }: Context,
  buildCommands: () => Command,
): void {
  const { completion } = words.help;
  program
    .command("completion")
    .description(completion.description)
    .addArgument(program.createArgument("<shell>", completion.shell).choices(completionShells))
    .addHelpText("after", completion.notes)
    .action(async (shell: string) => {
      (await completer(buildCommands())).setup("jimeng", "jimeng", shell);
    });
  program
    .command("complete", { hidden: true })
    .argument("[typed...]")
    .allowUnknownOption()
    .action(async (typed: string[]) => {
      (await completer(buildCommands())).parse(typed);
    });
}

/** Loaded on first use: only a shell asks. */
async function completer(commands: Command) {
  const { default: tab } = await import("@bomb.sh/tab/commander");
  return tab(commands);
}
