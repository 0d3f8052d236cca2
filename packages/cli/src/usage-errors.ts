// Translates commander's errors of a wrong command line into the command's own messages.

import type { CommanderError } from "commander";

import type { Text, Words } from "./words/words.ts";

// Their one word is a prompt: more words are one that lacks its quotes.
const commandsWithPrompt: ReadonlySet<string> = new Set(["image", "video", "music", "speak"]);

// The parts of commander's English messages that name something; its errors carry them in no other way.
const patterns: Record<
  string,
  { pattern: RegExp; say: (words: Words, found: string[]) => string }
> = {
  "commander.unknownOption": {
    pattern: /^unknown option '(.+?)'(?:\s*\(Did you mean (?:one of )?(.+?)\?\))?$/s,
    say: ({ usage }, [option = "", meant]) =>
      usage.unknownOption(option) + suggestion(usage, meant),
  },
  "commander.unknownCommand": {
    pattern: /^unknown command '(.+?)'(?:\s*\(Did you mean (?:one of )?(.+?)\?\))?$/s,
    say: ({ usage }, [word = "", meant]) => usage.unknownCommand(word) + suggestion(usage, meant),
  },
  "commander.missingArgument": {
    pattern: /^missing required argument '(.+)'$/,
    say: ({ usage }, [name = ""]) => usage.missingArgument(name),
  },
  "commander.optionMissingArgument": {
    pattern: /^option '(\S+).*' argument missing$/,
    say: ({ usage }, [option = ""]) => usage.missingValue(option),
  },
  "commander.missingMandatoryOptionValue": {
    pattern: /^required option '(\S+).*' not specified$/,
    say: ({ usage }, [option = ""]) => usage.missingOption(option),
  },
  "commander.excessArguments": {
    pattern:
      /^too many arguments(?: for '(.+?)')?\. Expected (\d+) arguments? but got \d+: (.+)\.$/s,
    say: ({ usage }, [command = "jimeng", expected = "0", given = ""]) =>
      commandsWithPrompt.has(command)
        ? usage.tooMany
        : usage.excess(command, given.split(", ").slice(Number(expected)).join(", ")),
  },
  "commander.conflictingOption": {
    pattern: /^option '(\S+).*' cannot be used with option '(\S+).*'$/,
    say: ({ usage }, [one = "", other = ""]) => usage.conflict(one, other),
  },
  "commander.invalidArgument": {
    pattern: /^option '(\S+).*' argument '(.*)' is invalid\. Allowed choices are (.+)\.$/s,
    say: ({ usage }, [option = "", value = "", choices = ""]) =>
      usage.invalid(option, value, usage.choices(choices)),
  },
};

/** Returns message and fix for an error of commander; its own message when it has an unknown form. */
export function usageFailure(error: CommanderError): { message: Text; fix: Text } {
  const message = error.message.replace(/^error: /, "");
  const known = patterns[error.code];
  const found = known?.pattern.exec(message);
  const fix: Text = ({ usage }) => usage.fix;
  if (known === undefined || found === undefined || found === null) return { message, fix };
  return { message: (words) => known.say(words, found.slice(1)), fix };
}

function suggestion(usage: Words["usage"], meant: string | undefined): string {
  return meant === undefined ? "" : usage.didYouMean(meant);
}
