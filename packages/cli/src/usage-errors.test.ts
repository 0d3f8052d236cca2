// Tests that every kind of wrong command line is told in the command's own words, in both languages.

import { describe, expect, test } from "vitest";

import { toFailure } from "./errors.ts";
import { buildProgram } from "./program.ts";
import { createOutput } from "./terminal/output.ts";
import { chinese } from "./words/chinese.ts";
import { english } from "./words/english.ts";
import { say } from "./words/words.ts";
import type { Words } from "./words/words.ts";

function capture(words: Words) {
  let printed = "";
  const stream = { write: (text: string) => (printed += text) };
  const output = createOutput({ stdout: stream, stderr: stream, words });
  const program = buildProgram({ output, words, environment: {}, currentFolder: "/" });
  return {
    parse: (argv: string[]) => program.parseAsync(argv, { from: "user" }),
    printed: () => printed,
  };
}

async function messageOf(argv: string[], words: Words): Promise<string> {
  const failure = await capture(words)
    .parse(argv)
    .then(() => undefined, toFailure);
  expect(failure?.exitCode).toBe(2);
  return say(failure?.message ?? "", words);
}

describe("a wrong command line", () => {
  test.each([
    [
      ["image", "cat", "--coun", "2"],
      "unknown option --coun (did you mean --count?)",
      "没有选项 --coun（是不是想输入 --count？）",
    ],
    [["image", "cat", "--colour"], "unknown option --colour", "没有选项 --colour"],
    [
      ["vidoe", "sea"],
      "unknown command vidoe (did you mean video?)",
      "没有命令 vidoe（是不是想输入 video？）",
    ],
    [["image"], "no prompt is given", "没有提示词"],
    [["image", "cat", "--ratio"], "--ratio needs a value", "--ratio 后面要跟一个值"],
    [["backup"], "--to must be given", "必须指定 --to"],
    [
      ["image", "a", "cat"],
      "there are too many words: put a prompt in quotes",
      "参数太多：提示词请加引号",
    ],
    [["models", "jimeng-4.0", "all"], "models does not take: all", "models 不接受参数：all"],
    [["jobs", "list", "now"], "list does not take: now", "list 不接受参数：now"],
    [["jobs", "show", "job_1", "job_2"], "show does not take: job_2", "show 不接受参数：job_2"],
    [
      ["image", "cat", "--size", "1x1", "--ratio", "1:1"],
      "--size cannot be used with --ratio",
      "--size 不能与 --ratio 同时使用",
    ],
    [
      ["jobs", "--status", "lost"],
      "--status lost: it takes one of queued, in_progress, completed, failed, cancelled",
      "--status lost：只能是以下之一：queued, in_progress, completed, failed, cancelled",
    ],
    [
      ["image", "cat", "--count", "x"],
      "--count x: it takes a whole number from 1 to 10",
      "--count x：要求 1 到 10 之间的整数",
    ],
    [
      ["history", "import", "--since", "soon"],
      "--since soon: it takes a date such as 2026-11-01",
      "--since soon：要求日期，例如 2026-11-01",
    ],
    [["jobs", "shwo"], "jimeng jobs has no command shwo", "jimeng jobs 没有子命令 shwo"],
    [["jobs", "show", ""], "<id> is empty", "<id> 为空"],
  ])("%j", async (argv, inEnglish, inChinese) => {
    expect(await messageOf(argv, english)).toBe(inEnglish);
    expect(await messageOf(argv, chinese)).toBe(inChinese);
  });
});

describe("the help", () => {
  test.each([
    [["--help"]],
    [["image", "--help"]],
    [["jobs", "--help"]],
    [["jobs", "list", "--help"]],
  ])("of %j is whole in Chinese", async (argv) => {
    const { parse, printed } = capture(chinese);
    await expect(parse(argv)).rejects.toMatchObject({ code: "commander.helpDisplayed" });
    expect(printed()).toContain("用法：");
    expect(printed()).not.toMatch(
      /Usage|Options|Commands|Arguments|default:|choices|display|output the/,
    );
  });
});
