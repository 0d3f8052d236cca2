// Tests that both languages have every sentence, and which language is chosen.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { errorTable } from "@jimeng/gateway/api";
import { describe, expect, test } from "vitest";

import { chineseWarnings } from "./chinese-codes.ts";
import { chinese } from "./chinese.ts";
import { english } from "./english.ts";
import { say, wordsFor } from "./words.ts";

type Leaf = string | ((...facts: never[]) => string);

function leaves(words: object, path: readonly string[] = []): [string, Leaf][] {
  return Object.entries(words).flatMap(([name, value]: [string, unknown]): [string, Leaf][] =>
    typeof value === "object" && value !== null
      ? leaves(value, [...path, name])
      : [[[...path, name].join("."), value as Leaf]],
  );
}

const inChinese = new Map(leaves(chinese));
const pairs = leaves(english).map(([path, leaf]): [string, Leaf, Leaf] => [
  path,
  leaf,
  inChinese.get(path) ?? "",
]);

function fill(leaf: Leaf): string {
  return typeof leaf === "string"
    ? leaf
    : (leaf as (...facts: string[]) => string)("F1", "F2", "F3", "F4");
}

describe("the two languages", () => {
  test("have the same sentences", () => {
    expect(pairs.length).toBeGreaterThan(200);
    expect([...inChinese.keys()]).toEqual(pairs.map(([path]) => path));
  });

  test("leave no sentence empty, and none of English in Chinese", () => {
    for (const [path, one] of pairs) expect(fill(one).trim(), path).not.toBe("");
    const withoutChinese = pairs
      .filter(([, , other]) => !/\p{Script=Han}/u.test(fill(other)))
      .map(([path]) => path);
    // Names that stay as they are, and forms that hold no words.
    expect(withoutChinese).toEqual([
      "audit.withStatus",
      "failure.withParam",
      "failure.ofCode",
      "failure.fixOfCode",
      "failure.warningOfCode",
      "failure.system",
      "usage.invalid",
      "jobs.id",
      "jobs.submitId",
      "jobs.historyId",
      "jobs.logId",
      "credits.expiring",
      "accounts.problem",
      "accounts.session",
    ]);
  });

  test("tell the same facts", () => {
    const factsIn = (text: string) => [...new Set(text.match(/F\d/g))].toSorted();
    for (const [path, one, other] of pairs) {
      // A plural is a matter of English only.
      if (/^waiting\.goesOn/.test(path)) continue;
      expect(factsIn(fill(other)), path).toEqual(factsIn(fill(one)));
    }
  });

  test("name the same options, commands and variables", () => {
    const namesIn = (text: string) =>
      [...new Set(text.match(/--[a-z][a-z-]*|`[^`]+`|[A-Z]+_[A-Z_]+/g))].toSorted();
    for (const [path, one, other] of pairs) {
      expect(namesIn(fill(other)), path).toEqual(namesIn(fill(one)));
    }
  });

  test("have no sentence that nothing says", () => {
    const folder = fileURLToPath(new URL("..", import.meta.url));
    const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !/\.test\.ts$|words\/(chinese|english)/.test(name))
      .map((name) => readFileSync(join(folder, name), "utf8"))
      .join("\n");
    const unsaid = pairs
      // A job's state and phase name their own words, and so do the marks of the doctor.
      .filter(([path]) => !/^(state|doctor\.marks)\./.test(path))
      .map(([path]) => path.split(".").at(-1) ?? "")
      .filter((name) => !new RegExp(`\\b${name}\\b`).test(sources));
    expect(unsaid).toEqual([]);
  });
});

describe("the codes of the gateway", () => {
  test("are explained in Chinese, each error with what to do", () => {
    for (const code of Object.keys(errorTable)) {
      for (const explain of [chinese.failure.ofCode, chinese.failure.fixOfCode]) {
        expect(explain(code, "as it is"), code).toMatch(
          /^[^（]*\p{Script=Han}[^（]*（as it is）$/u,
        );
      }
      expect(english.failure.ofCode(code, "as it is")).toBe("as it is");
    }
  });

  test("of warnings are explained as well, every one that the sources make", () => {
    const packages = fileURLToPath(new URL("../../..", import.meta.url));
    const sources = ["gateway/src", "sdk/src"].flatMap((folder) =>
      readdirSync(join(packages, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts") && !/\.test\.ts$|testing\//.test(name))
        .map((name) => readFileSync(join(packages, folder, name), "utf8")),
    );
    const made = new Set(
      sources.flatMap((source) =>
        [...source.matchAll(/code: "(\w+)",(?:\s*param(?:: [^,]+)?,)?\s*message\b/g)].map(
          ([, code = ""]) => code,
        ),
      ),
    );
    const warnings = [...made].filter((code) => !Object.hasOwn(errorTable, code));
    expect(warnings).toContain("size_substituted");
    expect(warnings.length).toBeGreaterThan(12);
    expect(warnings.filter((code) => !Object.hasOwn(chineseWarnings, code))).toEqual([]);
  });

  test("that no table knows leave the words as they are", () => {
    for (const code of ["ENOSPC", "constructor", "toString"]) {
      expect(chinese.failure.ofCode(code, "as it is")).toBe("as it is");
      expect(chinese.failure.warningOfCode(code, "as it is")).toBe("as it is");
    }
  });
});

describe("the language", () => {
  test.each([
    [{ LANG: "zh_CN.UTF-8" }, chinese],
    [{ LANG: "zh_TW" }, chinese],
    [{ LANG: "zh" }, chinese],
    [{ LC_ALL: "zh_CN", LANG: "en_US.UTF-8" }, chinese],
    [{ LC_ALL: "", LC_MESSAGES: "zh_CN", LANG: "en_US.UTF-8" }, chinese],
    [{ LC_ALL: "en_US.UTF-8", LANG: "zh_CN.UTF-8" }, english],
    [{ LANG: "C.UTF-8" }, english],
    [{ LANG: "zhx_XX" }, english],
  ])("of %j is the first that is set", (environment, words) => {
    expect(wordsFor(environment)).toBe(words);
  });

  test("is that of the words given", () => {
    expect(say(({ jobs }) => jobs.none, chinese)).toBe("没有任务");
    expect(say("a gateway's own sentence", chinese)).toBe("a gateway's own sentence");
  });
});
