// Checks an object of options against a table with one check for each name.

import { InvalidArgumentError } from "@ai-sdk/provider";

/** Returns what a value must be, or undefined where it is that. */
export type ValueCheck = (value: unknown) => string | undefined;

/** One check for each option. */
export type OptionChecks<Options> = { [Name in keyof Required<Options>]: ValueCheck };

/** Reads options; undefined ones are left out. Throws InvalidArgumentError with the names that exist. */
export function checkOptions<Options extends object>(
  given: unknown,
  checks: OptionChecks<Options>,
): Options {
  if (given === undefined || given === null) return {} as Options;
  if (typeof given !== "object" || Array.isArray(given)) {
    throw refusal("providerOptions.jimeng", "must be an object");
  }
  const table = checks as Record<string, ValueCheck>;
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  for (const [name, value] of entries) {
    const argument = `providerOptions.jimeng.${name}`;
    const check = Object.hasOwn(table, name) ? table[name] : undefined;
    if (check === undefined) {
      throw refusal(argument, `is not known: the options are ${Object.keys(table).join(", ")}`);
    }
    const wanted = check(value);
    if (wanted !== undefined) throw refusal(argument, `must be ${wanted}`);
  }
  return Object.fromEntries(entries) as Options;
}

function refusal(argument: string, complaint: string): InvalidArgumentError {
  return new InvalidArgumentError({ argument, message: `${argument} ${complaint}.` });
}
