// Tests what the options of a key become.

import { Command } from "commander";
import { expect, test } from "vitest";

import { english } from "../../words/english.ts";
import { toKeyBody, withRuleOptions } from "./rule-options.ts";
import type { RuleOptions } from "./rule-options.ts";

function parse(...words: string[]) {
  const command = withRuleOptions(new Command().exitOverride(), english);
  return toKeyBody(command.parse(words, { from: "user" }).opts<RuleOptions>());
}

test("options become the fields of a key, none becomes no limit, and the others are left out", () => {
  expect(parse()).toEqual({});
  expect(
    parse(
      "--scopes",
      "read, account",
      "--models",
      "none",
      "--daily-credits",
      "0",
      "--max-files",
      "9",
    ),
  ).toEqual({ scopes: ["read", "account"], models: null, daily_credits: 0, max_files: 9 });
  expect(parse("--expires", "2026-12-31", "--metadata", "who=mum", "--metadata", "a=b=c")).toEqual({
    expires_at: 1_798_675_200,
    metadata: { who: "mum", a: "b=c" },
  });
  expect(() => parse("--metadata", "who")).toThrow("--metadata");
  expect(() => parse("--parallel-jobs", "0")).toThrow("--parallel-jobs");
});
