// Rejects empty values on a command line, which a script passes when one of its variables is unset.

import type { Command } from "commander";

import { CliError } from "../errors.ts";

// An empty text says something here: nothing is to be avoided; the gateway says best what a prompt needs; and a shell
// completes a word of which nothing is typed yet.
const mayBeEmpty: ReadonlySet<string> = new Set(["--negative", "prompt", "typed"]);

/** Rejects empty values of options and arguments before the command does anything. */
export function refuseEmptyValues(command: Command): void {
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    const name = option.long ?? option.flags;
    if (isEmpty(value) && !mayBeEmpty.has(name)) throw empty(name);
  }
  for (const [index, argument] of command.registeredArguments.entries()) {
    const value: unknown = command.processedArgs[index];
    if (isEmpty(value) && !mayBeEmpty.has(argument.name())) throw empty(`<${argument.name()}>`);
  }
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.includes("") : value === "";
}

function empty(name: string): CliError {
  return new CliError({
    code: "invalid_request",
    param: name,
    message: ({ usage }) => usage.empty(name),
    fix: ({ usage }) => usage.emptyFix,
  });
}
