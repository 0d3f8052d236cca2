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

function describe(option: Option, help: Words["help"]): string {
  const facts: string[] = [];
  if (option.argChoices !== undefined) facts.push(help.choices(option.argChoices.join(", ")));
  const defaultValue: unknown = option.defaultValue;
  const isShown = typeof defaultValue === "string" || typeof defaultValue === "number";
  if (isShown) facts.push(help.default(String(defaultValue)));
  return facts.length === 0 ? option.description : `${option.description} (${facts.join("; ")})`;
}
