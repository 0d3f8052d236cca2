// Formats the help: the layout is commander's, the texts are the command's.

import type { Command, Option } from "commander";

import type { Words } from "./words/words.ts";

/** Sets the help texts of a command and of the subcommands that are added later. */
export function configureHelp(program: Command, { help }: Words): void {
  const titles: Record<string, string> = {
    "Usage:": help.usage,
    "Arguments:": help.arguments,
    "Options:": help.optionsTitle,
    "Commands:": help.commands,
  };
  program
    .helpOption("-h, --help", help.help)
    .helpCommand("help [command]", help.helpCommand)
    .configureHelp({
      styleTitle: (title) => titles[title] ?? title,
      optionDescription: (option) => describe(option, help),
    });
}

/** Adds the examples to the help of each command that has some. */
export function addExamples(program: Command, { help: { examples } }: Words): void {
  for (const [name, text] of Object.entries(examples)) {
    if (name === "title") continue;
    const command = name
      .split(" ")
      .reduce<Command | undefined>(
        (group, word) => group?.commands.find((one) => one.name() === word),
        program,
      );
    if (command === undefined) throw new Error(`there is no command ${name}`);
    command.addHelpText("after", `\n${examples.title}\n${text}`);
  }
}

function describe(option: Option, help: Words["help"]): string {
  const facts: string[] = [];
  if (option.argChoices !== undefined) facts.push(help.choices(option.argChoices.join(", ")));
  const defaultValue: unknown = option.defaultValue;
  const isShown = typeof defaultValue === "string" || typeof defaultValue === "number";
  if (isShown) facts.push(help.default(String(defaultValue)));
  return facts.length === 0 ? option.description : `${option.description} (${facts.join("; ")})`;
}
