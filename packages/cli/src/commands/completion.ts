// `jimeng completion`: prints the script that completes commands and options in a shell, and answers that script.

import type { Command } from "commander";

import type { Context } from "../context.ts";

const completionShells = ["bash", "zsh", "fish", "powershell"] as const;

// The library's script for bash needs a package of further functions, and evaluates what is typed. This one hands the
// words over as they are, and lets bash complete names of files where the command knows nothing.
const bashScript = `# bash completion for jimeng
_jimeng() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    [[ $line == :* ]] || COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(jimeng complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _jimeng jimeng
`;

/** Adds `jimeng completion <shell>`, and the hidden `complete` that its script calls. */
export function addCompletionCommands(
  program: Command,
  { output, words }: Context,
  buildCommands: () => Command,
): void {
  const { completion } = words.help;
  program
    .command("completion")
    .description(completion.description)
    .addArgument(program.createArgument("<shell>", completion.shell).choices(completionShells))
    .addHelpText("after", completion.notes)
    .action(async (shell: string) => {
      if (shell === "bash") return output.help(bashScript, true);
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
  return tab(commands, { completionCommandName: "completion" });
}
