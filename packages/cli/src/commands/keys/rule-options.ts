// The options that say what a gateway key may do.

import type { KeyBodyInput, KeyScope } from "@jimeng/gateway/api";
import type { Command } from "commander";
import { Option } from "commander";

import { CliError } from "../../errors.ts";
import type { Words } from "../../words/words.ts";
import { collect, dateOf, maxCredits, wholeNumber } from "../option-values.ts";

/** The word that takes a limit away. */
type None = "none";

/** What the options say. */
export interface RuleOptions {
  name?: string;
  scopes?: KeyScope[];
  models?: string[] | None;
  accounts?: string[] | None;
  expires?: number | None;
  requestsPerMinute?: number | None;
  parallelJobs?: number | None;
  maxBytes?: number | None;
  maxFiles?: number | None;
  dailyCredits?: number | None;
  monthlyCredits?: number | None;
  softLimit?: number;
  responseFormat?: "url" | "b64_json" | None;
  metadata?: string[];
  disable?: true;
  enable?: true;
}

const maxPercent = 100;

/** Adds the options. */
export function withRuleOptions(command: Command, { help }: Words): Command {
  const { keys } = help;
  const count = (option: string) => orNone(wholeNumber(option, 1, Number.MAX_SAFE_INTEGER));
  const credits = (option: string) => orNone(wholeNumber(option, 0, maxCredits));
  return command
    .option("--scopes <list>", keys.scopes, readList)
    .option("--models <list>", keys.models, orNone(readList))
    .option("--accounts <list>", keys.accounts, orNone(readList))
    .option("--expires <date>", keys.expires, orNone(dateOf("--expires")))
    .option("--requests-per-minute <n>", keys.requestsPerMinute, count("--requests-per-minute"))
    .option("--parallel-jobs <n>", keys.parallelJobs, count("--parallel-jobs"))
    .option("--max-bytes <n>", keys.maxBytes, count("--max-bytes"))
    .option("--max-files <n>", keys.maxFiles, count("--max-files"))
    .option("--daily-credits <n>", keys.dailyCredits, credits("--daily-credits"))
    .option("--monthly-credits <n>", keys.monthlyCredits, credits("--monthly-credits"))
    .option("--soft-limit <percent>", keys.softLimit, wholeNumber("--soft-limit", 1, maxPercent))
    .addOption(
      new Option("--response-format <form>", keys.responseFormat).choices([
        "url",
        "b64_json",
        "none",
      ]),
    )
    .option("--metadata <name=value>", keys.metadata, collect);
}

/** Returns a reader that takes the word `none` for no limit. */
function orNone<Value>(read: (text: string) => Value): (text: string) => Value | None {
  return (text) => (text === "none" ? text : read(text));
}

function nullForNone<Value>(value: Value | None): Value | null {
  return value === "none" ? null : value;
}

function readList<Entry extends string>(text: string): Entry[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "") as Entry[];
}

/** Builds the body of what the options say; what they leave out is not in it. */
export function toKeyBody(options: RuleOptions): Partial<KeyBodyInput> {
  const { responseFormat, disable, enable } = options;
  const body: Partial<KeyBodyInput> = {
    name: options.name,
    scopes: options.scopes,
    models: nullForNone(options.models),
    accounts: nullForNone(options.accounts),
    expires_at: nullForNone(options.expires),
    requests_per_minute: nullForNone(options.requestsPerMinute),
    parallel_jobs: nullForNone(options.parallelJobs),
    max_bytes: nullForNone(options.maxBytes),
    max_files: nullForNone(options.maxFiles),
    daily_credits: nullForNone(options.dailyCredits),
    monthly_credits: nullForNone(options.monthlyCredits),
    soft_limit_percent: options.softLimit,
    response_format: nullForNone(responseFormat),
    metadata: options.metadata && readMetadata(options.metadata),
    disabled: disable === true ? true : enable === true ? false : undefined,
  };
  return Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== undefined),
  ) as Partial<KeyBodyInput>;
}

function readMetadata(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
      if (name !== "") return [name, value] as const;
      throw new CliError({
        code: "invalid_request",
        param: "--metadata",
        message: ({ usage, keys }) => usage.invalid("--metadata", pair, keys.pair),
        fix: ({ usage }) => usage.fix,
      });
    }),
  );
}
